"""Comments by the addresses of their writers, for an erasure after a restore."""

from collections.abc import Iterator, Sequence

from articles.actions.actor import Actor
from articles.actions.comments.delete_comments import delete_comments
from articles.models import Comment
from booking.registries.erasures_after_restore import AddressRow


def find_comment_rows() -> Iterator[AddressRow]:
    """Yield the comments of readers with their addresses, which are decrypted."""
    rows = Comment.objects.from_readers().only("pk", "public_id", "email", "created_at")
    return (AddressRow(row.pk, str(row.email), row.created_at) for row in rows.iterator())


def erase_comment_rows(pks: Sequence[int]) -> None:
    """Delete comments, with the replies to them."""
    delete_comments(pks, by=Actor.system())
