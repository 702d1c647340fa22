"""A row of the table of roles: an address, who can open it, and the values in its URL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tests.roles.world import World

Parts = Callable[[World], dict[str, Any]]
Who = Mapping[str, str]

PEOPLE = (
    "anyone", "patient", "therapist", "front desk", "editor", "owner", "superuser", "deactivated",
)  # fmt: skip
SIGNED_OUT = {"anyone": "sign in", "deactivated": "sign in"}

ALL: Who = {}
"""Everybody can open it. The other groups list the exceptions and their outcomes."""
SIGNED_IN: Who = SIGNED_OUT
DESK: Who = {**SIGNED_OUT, "patient": "refused", "editor": "refused"}
BACK_OFFICE: Who = {
    **SIGNED_OUT, "patient": "refused", "therapist": "to the desk", "front desk": "to the desk",
}  # fmt: skip
OWNERS_OFFICE: Who = {**BACK_OFFICE, "editor": "refused"}
NOBODY_ELSE: Who = dict.fromkeys(PEOPLE, "not found")
"""Only the person it is about, who is not among PEOPLE."""
PATIENTS: Who = {
    **SIGNED_OUT,
    **dict.fromkeys(("therapist", "front desk", "owner", "superuser"), "to the desk"),
    "editor": "to the back office",
}
"""Somebody with a patient record."""
THERAPISTS: Who = {**DESK, **dict.fromkeys(("front desk", "owner", "superuser"), "not found")}
OWNERS: Who = {**DESK, "therapist": "refused", "front desk": "refused"}
WITH_PASSWORD: Who = {**SIGNED_OUT, "patient": "not found"}


@dataclass(frozen=True)
class Row:
    """Who can open an address, its URL name, and the values in its URL."""

    who: Who
    name: str
    own: Parts | None = None
    foreign: Parts | None = None
    foreign_outcome: str = "not found"

    def outcome(self, person: str, *, foreign: bool = False) -> str:
        """Return the expected outcome: in, not found, refused, or sign in."""
        usual = self.who.get(person, "in")
        return self.foreign_outcome if foreign and usual == "in" else usual

    def address(self, world: World, *, foreign: bool = False) -> str:
        parts = self.foreign if foreign else self.own
        return reverse(self.name, kwargs=parts(world) if parts else {})


def no_such_token(_world: World) -> dict[str, Any]:
    return {"token": "A" * 48}


def open_to_all(name: str, own: Parts | None = None, foreign: Parts | None = None) -> Row:
    return Row(ALL, name, own, foreign)


def hold(who: Who, name: str) -> Row:
    """A page of a held time, and one whose token belongs to no hold."""
    return Row(who, name, own=lambda w: {"token": w.hold.hold_token}, foreign=no_such_token)


def desk_appointment(who: Who, name: str) -> Row:
    """A page of an appointment. Therapists get the same answer for a colleague's as for none."""
    return Row(
        who,
        name,
        own=lambda w: {"public_id": w.appointment.public_id},
        foreign=lambda w: {"public_id": w.colleagues.public_id if w.is_therapist else w.nothing},
    )


def by_key(who: Who, name: str, key: Callable[[World], int]) -> Row:
    """A page of a row by its primary key, and of a row that does not exist."""
    return Row(who, name, own=lambda w: {"pk": key(w)}, foreign=lambda w: {"pk": key(w) + 1000})
