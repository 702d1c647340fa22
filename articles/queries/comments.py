"""Find comments, for readers and for editors, and blocked senders."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from articles.models import BlockedSender, Comment
from booking.models import Role, User
from clinic.lib.crypto.keyed_hash import keyed_hashes

SENDER_HASH_PURPOSE = "comment sender"
CommentThread = tuple[Comment, Sequence[Comment]]
"""A reader's comment and the clinic's replies to it."""


def build_threads(comments: Iterable[Comment]) -> list[CommentThread]:
    """Group comments into threads: each comment of a reader with the replies to it."""
    rows = list(comments)
    replies: dict[int, list[Comment]] = {}
    for comment in rows:
        if comment.parent_id is not None:
            replies.setdefault(comment.parent_id, []).append(comment)
    return [(row, replies.get(row.pk, [])) for row in rows if row.parent_id is None]


def find_comment(pk: int) -> Comment | None:
    """Return a comment with its replies and its history, or None. Three queries."""
    comments = Comment.objects.select_related("article", "decided_by", "parent")
    return comments.prefetch_related("replies__decided_by", "events__user").filter(pk=pk).first()


def next_pending_comment() -> Comment | None:
    """Return the pending comment that has waited longest, or None."""
    return Comment.objects.pending().order_by("created_at", "pk").first()


def count_pending_comments() -> int:
    """Return the number of comments that wait for a decision."""
    return Comment.objects.pending().count()


def normalize_email(email: str) -> str:
    """Return an e-mail address in the form in which addresses are compared."""
    return email.strip().casefold()


def find_comments_by_email(email: str, among: "QuerySet[Comment] | None" = None) -> list[Comment]:
    """Return the comments from an e-mail address, optionally only those in `among`.

    Addresses are encrypted, so each comment is decrypted and compared: one query, and some
    microseconds for each comment.
    """
    normalized = normalize_email(email)
    rows = Comment.objects.from_readers() if among is None else among
    comments = rows.only("pk", "public_id", "email", "article_id", "status")
    return [row for row in comments.iterator() if normalize_email(row.email) == normalized]


def is_sender_blocked(email: str) -> bool:
    """Return whether the sender with this e-mail address is blocked."""
    return find_blocks_for_email(email).exists()


def find_blocks_for_email(email: str) -> "QuerySet[BlockedSender]":
    """Return the block of a sender, under any key of the hash that is still in use."""
    hashes = keyed_hashes(SENDER_HASH_PURPOSE, normalize_email(email))
    return BlockedSender.objects.filter(email_hash__in=hashes)


def editors_to_notify() -> list[User]:
    """Return the users who moderate comments: the editors, or the owners if there are none."""
    users = User.objects.filter(is_active=True).exclude(email="").order_by("pk")
    editors = list(users.filter(staff_roles__role=Role.EDITOR))
    return editors or list(users.filter(staff_roles__role=Role.OWNER))
