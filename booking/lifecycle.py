"""The statuses of an appointment and the transitions between them.

An appointment is one row from the hold to the end:

hold -> booked -> arrived -> completed
  |        |         |
  |        +---------+-> cancelled, no_show
  +-> expired, cancelled
"""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from booking.errors import InvalidState


class Status(TextChoices):
    """Where an appointment is in its life cycle."""

    HOLD = "hold", _("held")
    BOOKED = "booked", _("booked")
    ARRIVED = "arrived", _("arrived")
    COMPLETED = "completed", _("completed")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("canceled")
    NO_SHOW = "no_show", _("missed")


MOVE_UNDO_PERIOD = timedelta(minutes=1)
"""How long a move by staff can be undone. The mail about it waits as long."""


class Override(TextChoices):
    """The booking rule that staff overrode for an appointment. Blank for most appointments.

    Rules made for patients, such as the shortest notice, do not apply to staff, so NOTICE is only
    in the history of earlier bookings. Staff confirm PAST in the form, but it is not stored: the
    appointment has `entered_afterwards` instead.
    """

    OUTSIDE_HOURS = "hours", _("outside working hours")
    NOTICE = "notice", _("sooner than the shortest notice")
    HOURS_CHANGED = "kept", _("kept when the hours changed")
    PAST = "past", _("entered afterwards")
    SWITCHED_OFF = "off", _("kept when therapist, room or treatment was taken away")
    ASKED = "asked", _("cannot take place as booked: the patient was asked")


OUTSIDE_HOURS_OVERRIDES = (
    Override.OUTSIDE_HOURS,
    Override.HOURS_CHANGED,
    Override.SWITCHED_OFF,
    Override.ASKED,
)
"""Appointments with one of these may lie outside their therapist's hours."""

OCCUPYING_STATUSES = (Status.HOLD, Status.BOOKED, Status.ARRIVED, Status.COMPLETED)
"""Statuses in which an appointment occupies its therapist and its room."""

OPEN_HOLD_STATUSES = (Status.HOLD, Status.EXPIRED)
"""Statuses of a hold that still takes what its visitor types: an expired time may be held again."""

ACTIVE_BOOKING_STATUSES = (Status.BOOKED, Status.ARRIVED, Status.COMPLETED)
"""Statuses of a patient who is expected, has arrived, or was treated."""

ALLOWED_TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.HOLD: frozenset({Status.BOOKED, Status.EXPIRED, Status.CANCELLED}),
    Status.BOOKED: frozenset({Status.ARRIVED, Status.CANCELLED, Status.NO_SHOW}),
    Status.ARRIVED: frozenset({Status.COMPLETED, Status.BOOKED, Status.CANCELLED}),
    Status.COMPLETED: frozenset({Status.ARRIVED}),
    Status.NO_SHOW: frozenset({Status.BOOKED}),
    Status.CANCELLED: frozenset({Status.BOOKED}),
    Status.EXPIRED: frozenset(),
}
"""Which status may follow which. The steps back correct mistakes at the desk."""


def check_transition(old: str, new: Status) -> None:
    """Raise InvalidState unless `new` may follow `old`."""
    if new not in ALLOWED_TRANSITIONS[Status(old)]:
        raise InvalidState()
