"""Readers comment; editors decide what others see."""

from django.db import transaction

from articles.actions.actor import Actor
from articles.errors import CommentsClosed
from articles.models import Article, Comment
from booking.models import UseCount
from clinic.lib import clock
from clinic.lib.fair_use import Rule, spend

COMMENTS = Rule("comment", most=5, minutes=60)
Status = Comment.Status


def submit_comment(article: Article, *, name: str, email: str, text: str, by: Actor) -> Comment:
    """Keep it until an editor has read it. Raises CommentsClosed or TooMany."""
    spend(COMMENTS, by.address, count=UseCount.objects.add)
    with transaction.atomic():
        current = Article.objects.select_for_update().get(pk=article.pk)
        if not current.comments_open:
            raise CommentsClosed()
        return Comment.objects.create(article=current, name=name, email=email, text=text)


def approve_comment(comment: Comment, *, by: Actor) -> None:
    """Show it below its article, without its writer's name."""
    _decide(comment, Status.APPROVED, by)


def reject_comment(comment: Comment, *, by: Actor) -> None:
    """Do not show it, or no longer."""
    _decide(comment, Status.REJECTED, by)


def _decide(comment: Comment, status: Comment.Status, by: Actor) -> None:
    with transaction.atomic():
        locked = Comment.objects.select_for_update().get(pk=comment.pk)
        locked.status, locked.decided_at, locked.decided_by = status, clock.now(), by.user
        locked.save(update_fields=["status", "decided_at", "decided_by"])
    comment.refresh_from_db()
