"""Handle the status buttons of an appointment."""

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
    """Mark an appointment as arrived, completed or missed, or undo that; then go back."""
    form = StatusForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That button could not be read. Please try again."))
        return redirect_back(request, "desk-appointment", appointment.public_id)
    undone = form.undone_status
    if undone is None:
        mark = MARK_ACTIONS[form.cleaned_data["to"]]
    else:
        mark = partial(revert_status, from_status=undone)
    try:
        row = mark(appointment, by=staff_actor(request))
    except Refusal as refusal:
        messages.error(request, f"{appointment.patient}: {refusal}")
    else:
        names = {"name": row.patient, "status": row.get_status_display()}
        messages.success(request, _("%(name)s: %(status)s.") % names)
    return redirect_back(request, "desk-appointment", appointment.public_id)
