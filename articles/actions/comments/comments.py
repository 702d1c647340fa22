"""Readers comment; editors decide what others see, and answer as the clinic."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from articles.actions.actor import Actor
from articles.actions.publishing.mark_pages_changed import page_changed
from articles.errors import CannotDecide, CommentGone, CommentsClosed
from articles.models import Article, BlockedSender, Comment, CommentEvent
from articles.queries.comments import SENDER, blocks_of, comments_of, is_blocked, same_person
from booking.models import UseCount
from clinic.lib.crypto.keyed_hash import keyed_hash
from clinic.lib.dates import clock
from clinic.lib.rate_limit import Rule, spend

COMMENTS = Rule("comment", most=5, minutes=60)
COMMENTS_OF_ONE = Rule("comment sender", most=10, minutes=24 * 60)
Status, Kind = Comment.Status, CommentEvent.Kind


def submit_comment(article: Article, *, name: str, email: str, text: str, by: Actor) -> Comment:
    """Keep it until an editor has read it; from a blocked sender, where nobody need read it.
    Raises CommentsClosed or TooMany."""
    spend(COMMENTS, by.address, count=UseCount.objects.add)
    spend(COMMENTS_OF_ONE, email, count=UseCount.objects.add)
    with transaction.atomic():
        current = Article.objects.select_for_update().get(pk=article.pk)
        if not current.comments_open:
            raise CommentsClosed()
        comment = Comment(article=current, name=name, email=email, text=text)
        if is_blocked(email):
            comment.status, comment.decided_at = Status.BLOCKED, clock.now()
        comment.save()
        return comment


def approve_comment(comment: Comment, *, by: Actor, seen: str = "") -> None:
    """Show it below its article, without its writer's name. `seen` is the state that the editor
    had before them. Raises CannotDecide or CommentGone."""
    _decide(comment, Status.APPROVED, Kind.APPROVED, by=by, seen=seen)


def reject_comment(comment: Comment, *, by: Actor, seen: str = "") -> None:
    """Do not show it, or no longer. Raises CannotDecide or CommentGone."""
    _decide(comment, Status.REJECTED, Kind.REJECTED, by=by, seen=seen)


def reply_to_comment(comment: Comment, text: str, *, by: Actor, seen: str = "") -> Comment:
    """Answer as the clinic, below it; a comment that waited is approved by that. Raises
    CannotDecide or CommentGone."""
    with transaction.atomic():
        locked = _locked(comment, seen)
        if locked.parent_id is not None or locked.status not in (Status.HELD, Status.APPROVED):
            raise CannotDecide(_("Only a comment that readers see can be answered."))
        now = clock.now()
        if locked.status == Status.HELD:
            _mark(locked, Status.APPROVED, Kind.APPROVED, by, now)
        reply = Comment.objects.create(
            article_id=locked.article_id,
            parent=locked,
            text=text,
            status=Status.APPROVED,
            created_at=now,
            decided_at=now,
            decided_by=by.user,
        )
        _note(locked, Kind.REPLIED, by, now)
        page_changed([locked.article_id], now)
    return reply


def block_sender(comment: Comment, *, by: Actor, seen: str = "") -> None:
    """Nothing of this sender's is shown or asks for attention any more: not this comment, not
    those that wait, not those to come. Raises CannotDecide or CommentGone."""
    with transaction.atomic():
        locked, now = _locked(comment, seen), clock.now()
        if not locked.email:
            raise CannotDecide(_("This is a reply of the clinic: there is nobody to block."))
        if not is_blocked(locked.email):
            hashed = keyed_hash(SENDER, same_person(locked.email))
            BlockedSender.objects.create(email_hash=hashed, blocked_at=now, blocked_by=by.user)
        _mark(locked, Status.BLOCKED, Kind.BLOCKED, by, now)
        waiting = Comment.objects.waiting().select_for_update()
        for other in comments_of(locked.email, among=waiting):
            _mark(other, Status.BLOCKED, Kind.BLOCKED, by, now)
        page_changed([locked.article_id], now)


def unblock_sender(comment: Comment, *, by: Actor, seen: str = "") -> None:
    """Let somebody comment again; this comment waits as if it were new. Raises CannotDecide or
    CommentGone."""
    with transaction.atomic():
        locked, now = _locked(comment, seen), clock.now()
        if locked.status != Status.BLOCKED:
            raise CannotDecide(_("The sender of this comment is not blocked."))
        blocks_of(locked.email).delete()
        locked.status, locked.decided_at, locked.decided_by = Status.HELD, None, None
        locked.save(update_fields=["status", "decided_at", "decided_by"])
        _note(locked, Kind.UNBLOCKED, by, now)


def delete_comments_of(email: str, *, by: Actor) -> int:
    """Everything that somebody wrote, with the replies to it, because they asked for it. Returns
    how many; the history keeps no more than that number."""
    with transaction.atomic():
        found, now = comments_of(email), clock.now()
        if not found:
            return 0
        Comment.objects.filter(pk__in=[one.pk for one in found]).delete()
        CommentEvent.objects.create(kind=Kind.DELETED, count=len(found), at=now, user=by.user)
        page_changed([one.article_id for one in found], now)
    return len(found)


def _decide(comment: Comment, status: str, kind: str, *, by: Actor, seen: str) -> None:
    with transaction.atomic():
        locked, now = _locked(comment, seen), clock.now()
        if locked.status == status:
            raise _decided(locked)
        _mark(locked, status, kind, by, now)
        page_changed([locked.article_id], now)
    comment.refresh_from_db()


def _locked(comment: Comment, seen: str) -> Comment:
    """As it is now, if that is what the editor has seen."""
    locked = Comment.objects.select_for_update().filter(pk=comment.pk).first()
    if locked is None:
        raise CommentGone()
    if seen and locked.status != seen:
        raise _decided(locked)
    return locked


def _decided(comment: Comment) -> CannotDecide:
    words = _("Somebody has decided meanwhile. This comment is now: %(state)s.")
    return CannotDecide(str(words) % {"state": comment.get_status_display()})


def _mark(comment: Comment, status: str, kind: str, by: Actor, now: datetime) -> None:
    comment.status, comment.decided_at, comment.decided_by = status, now, by.user
    comment.save(update_fields=["status", "decided_at", "decided_by"])
    _note(comment, kind, by, now)


def _note(comment: Comment, kind: str, by: Actor, now: datetime) -> None:
    CommentEvent.objects.create(comment=comment, kind=kind, at=now, user=by.user)
