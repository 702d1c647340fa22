"""The life of an appointment: one row from hold to the end.

hold -> booked -> arrived -> completed
  |        |         |
  |        +---------+-> cancelled, no_show
  +-> expired, cancelled
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from booking.errors import InvalidState


class Status(TextChoices):
    HOLD = "hold", _("held")
    BOOKED = "booked", _("booked")
    ARRIVED = "arrived", _("arrived")
    COMPLETED = "completed", _("completed")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("cancelled")
    NO_SHOW = "no_show", _("missed")


class Override(TextChoices):
    """Against which rule an appointment stands where it is, knowingly; empty for most."""

    HOURS = "hours", _("outside working hours")
    NOTICE = "notice", _("sooner than the shortest notice")
    KEPT = "kept", _("kept when the hours changed")


OUTSIDE_HOURS_OVERRIDES = (Override.HOURS, Override.KEPT)
"""Overrides of appointments that may lie outside their therapist's hours."""

OCCUPYING_STATUSES = (Status.HOLD, Status.BOOKED, Status.ARRIVED, Status.COMPLETED)
"""While in one of these, the appointment takes up its therapist and its room."""

ACTIVE_BOOKING_STATUSES = (Status.BOOKED, Status.ARRIVED, Status.COMPLETED)
"""Somebody comes, or came."""

ALLOWED_TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.HOLD: frozenset({Status.BOOKED, Status.EXPIRED, Status.CANCELLED}),
    Status.BOOKED: frozenset({Status.ARRIVED, Status.CANCELLED, Status.NO_SHOW}),
    Status.ARRIVED: frozenset({Status.COMPLETED, Status.BOOKED, Status.CANCELLED}),
    Status.COMPLETED: frozenset({Status.ARRIVED}),
    Status.NO_SHOW: frozenset({Status.BOOKED}),
    Status.CANCELLED: frozenset({Status.BOOKED}),
    Status.EXPIRED: frozenset(),
}
"""Which status may follow which. Steps back are there for a wrong tap at the desk."""


def check_transition(old: str, new: Status) -> None:
    """Raise InvalidState unless `new` may follow `old`."""
    if new not in ALLOWED_TRANSITIONS[Status(old)]:
        raise InvalidState()
