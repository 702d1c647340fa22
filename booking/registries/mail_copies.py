"""Who else is told when a patient is mailed about an appointment.

    mail_copies.register(build_copies)

where `build_copies(occasion)` returns notifications that are not saved yet. They are mails of their
own, to people of their own: the links in a patient's mail open the appointment, so nobody else gets
it. The function is called even if the patient has no address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from booking.models import Appointment, Notification


@dataclass(frozen=True, slots=True)
class MailOccasion:
    """Why a patient is mailed: `kind` and `key` are those of the patient's notification."""

    kind: str
    key: str
    appointment: Appointment
    give_up_at: datetime
    due_at: datetime | None = None


CopyBuilder = Callable[[MailOccasion], list[Notification]]
_builders: list[CopyBuilder] = []


def register(builder: CopyBuilder) -> None:
    """Add a function. Registering it twice adds it once."""
    if builder not in _builders:
        _builders.append(builder)


def build_copies(occasion: MailOccasion) -> list[Notification]:
    """Return the notifications to everybody else, not saved yet."""
    return [row for builder in _builders for row in builder(occasion)]
