"""Comments: as readers see them, and as editors look for them."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from articles.models import BlockedSender, Comment
from booking.models import Role, User
from clinic.lib.crypto.keyed_hash import keyed_hashes

SENDER_HASH_PURPOSE = "comment sender"
CommentThread = tuple[Comment, Sequence[Comment]]
"""A reader's comment with the clinic's replies."""


def build_threads(comments: Iterable[Comment]) -> list[CommentThread]:
    """Approved comments of an article, each with the replies that belong to it."""
    shown = list(comments)
    replies: dict[int, list[Comment]] = {}
    for one in shown:
        if one.parent_id is not None:
            replies.setdefault(one.parent_id, []).append(one)
    return [(one, replies.get(one.pk, [])) for one in shown if one.parent_id is None]


def find_comment(pk: int) -> Comment | None:
    """With what its page in the back office shows. Three queries, however much that is."""
    found = Comment.objects.select_related("article", "decided_by", "parent")
    return found.prefetch_related("replies__decided_by", "events__user").filter(pk=pk).first()


def next_pending_comment() -> Comment | None:
    """The one that has waited longest."""
    return Comment.objects.pending().order_by("created_at", "pk").first()


def count_pending_comments() -> int:
    return Comment.objects.pending().count()


def normalize_email(email: str) -> str:
    """The form in which two addresses are compared."""
    return email.strip().casefold()


def find_comments_by_email(email: str, among: "QuerySet[Comment] | None" = None) -> list[Comment]:
    """Every comment that somebody wrote. Addresses are encrypted, so each is opened and compared:
    one query, and some microseconds for each comment there is."""
    wanted = normalize_email(email)
    rows = Comment.objects.from_readers() if among is None else among
    found = rows.only("pk", "public_id", "email", "article_id", "status")
    return [one for one in found.iterator() if normalize_email(one.email) == wanted]


def is_sender_blocked(email: str) -> bool:
    """Whether comments of an address are wanted no more."""
    return find_blocks_for_email(email).exists()


def find_blocks_for_email(email: str) -> "QuerySet[BlockedSender]":
    hashes = keyed_hashes(SENDER_HASH_PURPOSE, normalize_email(email))
    return BlockedSender.objects.filter(email_hash__in=hashes)


def editors_to_notify() -> list[User]:
    """Who looks at comments: the editors; where there are none, the owners."""
    people = User.objects.filter(is_active=True).exclude(email="").order_by("pk")
    editors = list(people.filter(staff_roles__role=Role.EDITOR))
    return editors or list(people.filter(staff_roles__role=Role.OWNER))
