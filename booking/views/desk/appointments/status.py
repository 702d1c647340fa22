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
    mark_no_show,
    revert_status,
)
from booking.errors import Refusal
from booking.forms.desk.appointments import StatusForm
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile
from booking.views.desk.appointments.load_appointment import with_appointment
from booking.views.desk.return_path import redirect_back
from booking.views.form_pages import staff_actor

MARK_ACTIONS: dict[str, Callable[..., Appointment]] = {
    Status.ARRIVED: mark_arrived,
    Status.COMPLETED: mark_completed,
    Status.NO_SHOW: mark_no_show,
}


@require_POST
@with_appointment
def change_status(
    request: HttpRequest, appointment: Appointment, _clinic: ClinicProfile
) -> HttpResponse:
    """Arrived, completed, missed, or one step back; then the page it came from."""
    form = StatusForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That button could not be read. Please try again."))
        return redirect_back(request, "desk-appointment", appointment.public_id)
    of = form.undone_status
    mark = MARK_ACTIONS[form.cleaned_data["to"]] if of is None else partial(revert_status, of=of)
    try:
        row = mark(appointment, by=staff_actor(request))
    except Refusal as refusal:
        messages.error(request, f"{appointment.patient}: {refusal}")
    else:
        names = {"name": row.patient, "status": row.get_status_display()}
        messages.success(request, _("%(name)s: %(status)s.") % names)
    return redirect_back(request, "desk-appointment", appointment.public_id)
