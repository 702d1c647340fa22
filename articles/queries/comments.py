"""Comments: as readers see them, and as editors look for them."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from articles.models import BlockedSender, Comment
from booking.models import Role, User
from clinic.lib.crypto.keyed_hash import every_keyed_hash

SENDER = "comment sender"
Said = tuple[Comment, Sequence[Comment]]
"""A reader's comment with the clinic's replies."""


def conversation(comments: Iterable[Comment]) -> list[Said]:
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


def next_waiting() -> Comment | None:
    """The one that has waited longest."""
    return Comment.objects.waiting().order_by("created_at", "pk").first()


def how_many_wait() -> int:
    return Comment.objects.waiting().count()


def same_person(email: str) -> str:
    """The form in which two addresses are compared."""
    return email.strip().casefold()


def comments_of(email: str, among: "QuerySet[Comment] | None" = None) -> list[Comment]:
    """Every comment that somebody wrote. Addresses are encrypted, so each is opened and compared:
    one query, and some microseconds for each comment there is."""
    wanted = same_person(email)
    rows = Comment.objects.of_readers() if among is None else among
    found = rows.only("pk", "public_id", "email", "article_id", "status")
    return [one for one in found.iterator() if same_person(one.email) == wanted]


def is_blocked(email: str) -> bool:
    """Whether comments of an address are wanted no more."""
    return blocks_of(email).exists()


def blocks_of(email: str) -> "QuerySet[BlockedSender]":
    hashes = every_keyed_hash(SENDER, same_person(email))
    return BlockedSender.objects.filter(email_hash__in=hashes)


def editors_to_tell() -> list[User]:
    """Who looks at comments: the editors; where there are none, the owners."""
    people = User.objects.filter(is_active=True).exclude(email="").order_by("pk")
    editors = list(people.filter(staff_roles__role=Role.EDITOR))
    return editors or list(people.filter(staff_roles__role=Role.OWNER))
