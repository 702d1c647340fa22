"""The buttons that change the status of an appointment."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.actions.appointments.mark_status import PREVIOUS_STATUS
from booking.forms.desk.appointments import UNDO_PREFIX
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile


@dataclass(frozen=True, slots=True)
class StatusButton:
    """A button. `to` is the status it sets, or UNDO_PREFIX and the status it undoes."""

    to: str
    label: str | Promise
    icon: str
    weight: str = ""


ARRIVED_BUTTON = StatusButton(Status.ARRIVED, _("Arrived"), "door", "primary")
COMPLETED_BUTTON = StatusButton(Status.COMPLETED, _("Completed"), "check", "primary")
MISSED_BUTTON = StatusButton(Status.NO_SHOW, _("Did not come"), "stop")


def status_buttons_for(
    appointment: Appointment, clinic: ClinicProfile, now: datetime
) -> list[StatusButton]:
    """Return the buttons of an appointment, the likeliest first; a status can be undone."""
    status = Status(appointment.status)
    if status == Status.BOOKED:
        day = clinic.local_date(appointment.starts_at)
        today = [ARRIVED_BUTTON] if day == clinic.today(now) else []
        return [*today, MISSED_BUTTON] if now >= appointment.starts_at else today
    undo = (
        [StatusButton(f"{UNDO_PREFIX}{status}", _("Undo"), "back", "plain")]
        if status in PREVIOUS_STATUS
        else []
    )
    return [COMPLETED_BUTTON, *undo] if status == Status.ARRIVED else undo
