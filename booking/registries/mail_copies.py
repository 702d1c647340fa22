"""Who else gets a mail when a patient gets one about an appointment.

    mail_copies.register(build_copies)

where `build_copies(occasion)` returns unsaved notifications. They are mails of their own, since the
links in a patient's mail open the appointment. The function is called even if the patient has no
address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from booking.models import Appointment, Notification


@dataclass(frozen=True, slots=True)
class MailOccasion:
    """A mail to a patient, of which others get copies. `kind` and `key` are the mail's."""

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
    """Return the notifications of all features for others than the patient, not saved."""
    return [row for builder in _builders for row in builder(occasion)]
