"""The status buttons: what can be tapped next."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.actions.appointments.mark_status import BACK
from booking.forms.desk.appointments import BACK_FROM
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile


@dataclass(frozen=True, slots=True)
class Step:
    """One button."""

    to: str
    label: str | Promise
    icon: str
    weight: str = ""


ARRIVED = Step(Status.ARRIVED, _("Arrived"), "door", "primary")
COMPLETED = Step(Status.COMPLETED, _("Completed"), "check", "primary")
MISSED = Step(Status.NO_SHOW, _("Did not come"), "stop")


def steps_of(appointment: Appointment, clinic: ClinicProfile, now: datetime) -> list[Step]:
    """In the order of likelihood; a wrong tap can be taken back."""
    status = Status(appointment.status)
    if status == Status.BOOKED:
        day = appointment.starts_at.astimezone(clinic.zone).date()
        today = [ARRIVED] if day == now.astimezone(clinic.zone).date() else []
        return [*today, MISSED] if now >= appointment.starts_at else today
    undo = [Step(f"{BACK_FROM}{status}", _("Undo"), "back", "plain")] if status in BACK else []
    return [COMPLETED, *undo] if status == Status.ARRIVED else undo
