"""Undo a move at the desk, for a minute after it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.access.move_to_undo import forget_move_to_undo
from booking.actions.appointments.undo_move import undo_move
from booking.errors import Refusal
from booking.forms.desk.appointments import LastSeenEventForm
from booking.models import Appointment, ClinicProfile
from booking.views.desk.appointments.load_appointment import with_appointment
from booking.views.desk.appointments.placement import format_place
from booking.views.desk.return_path import redirect_back
from booking.views.form_pages import staff_actor


@require_POST
@with_appointment
def undo(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """POST puts an appointment back where it was before its last move; then go back."""
    seen = LastSeenEventForm(request.POST)
    forget_move_to_undo(request.session)
    try:
        move = seen.cleaned_data["seen"] if seen.is_valid() else None
        row = undo_move(appointment, move=move or 0, by=staff_actor(request))
    except Refusal as refusal:
        messages.error(request, f"{appointment.patient}: {refusal}")
    else:
        back = Appointment.objects.with_related().get(pk=row.pk)
        names = {"name": back.patient, "when": format_place(back, clinic)}
        messages.success(request, _("%(name)s is booked for %(when)s again.") % names)
    return redirect_back(request, "desk-appointment", appointment.public_id)
