"""A reader submits a comment on an article."""

from django.db import transaction

from articles.actions.actor import Actor
from articles.errors import CommentsClosed
from articles.models import Article, Comment
from articles.queries.comments import is_sender_blocked
from booking.models import RateLimitCounter
from booking.notifications.subjects.urgent_texts import notify_urgent_text
from clinic.lib.dates import clock
from clinic.lib.rate_limit import RateLimit, count_use
from clinic.lib.text.despair import mentions_despair

COMMENT_LIMIT_PER_ADDRESS = RateLimit("comment", most=5, minutes=60)
COMMENT_LIMIT_PER_SENDER = RateLimit("comment sender", most=10, minutes=24 * 60)


def submit_comment(article: Article, *, name: str, email: str, text: str, by: Actor) -> Comment:
    """Store a comment as pending, or as blocked if its sender is blocked.

    The clinic is asked to read one that mentions despair at once, also of a blocked sender.

    Raises CommentsClosed, or TooMany when a rate limit is reached.
    """
    count_use(COMMENT_LIMIT_PER_ADDRESS, by.ip_address, count=RateLimitCounter.objects.add)
    count_use(COMMENT_LIMIT_PER_SENDER, email, count=RateLimitCounter.objects.add)
    with transaction.atomic():
        current = Article.objects.select_for_update().get(pk=article.pk)
        if not current.comments_open:
            raise CommentsClosed()
        comment = Comment(article=current, name=name, email=email, text=text)
        if is_sender_blocked(email):
            comment.status, comment.decided_at = Comment.Status.BLOCKED, clock.now()
        comment.save()
        if mentions_despair(text):
            notify_urgent_text(
                key=f"comment:{comment.public_id}",
                page="admin:articles_comment_change",
                identifier=str(comment.pk),
            )
        return comment
