"""Delete everything that one person wrote, when they ask for it."""

from collections.abc import Sequence

from django.db import transaction

from articles.actions.actor import Actor
from articles.actions.publishing.mark_pages_changed import mark_pages_changed
from articles.models import Comment, CommentEvent
from articles.queries.comments import find_comments_by_email
from clinic.lib.dates import clock


def delete_comments_by_email(email: str, *, by: Actor) -> int:
    """Delete all comments from an e-mail address, with the replies to them; return their number.

    The history keeps only that number.
    """
    return _delete(find_comments_by_email(email), by)


def delete_comments(pks: Sequence[int], *, by: Actor) -> int:
    """Delete the comments with these primary keys in the same way; return their number."""
    return _delete(list(Comment.objects.filter(pk__in=pks)), by)


def _delete(comments: Sequence[Comment], by: Actor) -> int:
    if not comments:
        return 0
    now = clock.now()
    with transaction.atomic():
        Comment.objects.filter(pk__in=[comment.pk for comment in comments]).delete()
        CommentEvent.objects.create(
            kind=CommentEvent.Action.DELETED, count=len(comments), at=now, user=by.user
        )
        mark_pages_changed([comment.article_id for comment in comments], now)
    return len(comments)
