"""A tap on a status button."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.actions.appointments.mark_status import (
    mark_arrived,
    mark_completed,
    mark_missed,
    step_back,
)
from booking.errors import Refusal
from booking.forms.desk.appointments import StatusForm
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile
from booking.views.desk.common import back, staff, with_appointment

MARK: dict[str, Callable[..., Appointment]] = {
    Status.ARRIVED: mark_arrived,
    Status.COMPLETED: mark_completed,
    Status.NO_SHOW: mark_missed,
}


@require_POST
@with_appointment
def change(request: HttpRequest, appointment: Appointment, _clinic: ClinicProfile) -> HttpResponse:
    """Arrived, completed, missed, or one step back; then the page it came from."""
    form = StatusForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That button could not be read. Please try again."))
        return back(request, "desk-appointment", appointment.public_id)
    of = form.back_from
    mark = MARK[form.cleaned_data["to"]] if of is None else partial(step_back, of=of)
    try:
        row = mark(appointment, by=staff(request))
    except Refusal as refusal:
        messages.error(request, f"{appointment.patient}: {refusal}")
    else:
        names = {"name": row.patient, "status": row.get_status_display()}
        messages.success(request, _("%(name)s: %(status)s.") % names)
    return back(request, "desk-appointment", appointment.public_id)
