"""Load the appointment of a desk page, and the newest event that the page has shown."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from booking.access.scope import visible_appointments
from booking.actions.audit.reads import record_appointment_read
from booking.forms.desk.appointments import LastSeenEventForm
from booking.models import Appointment, ClinicProfile
from booking.views.form_pages import audited_staff_actor, get_clinic_or_404
from clinic.lib.dates import clock

SAFE_METHODS = ("GET", "HEAD")
AppointmentView = Callable[[HttpRequest, Appointment, ClinicProfile], HttpResponse]


def with_appointment(view: AppointmentView) -> Callable[..., HttpResponse]:
    """Return a view that gets the appointment and the clinic, and record that it is read.

    Raises Http404 for an appointment that the user may not see.
    """

    @wraps(view)
    def load_and_call(request: HttpRequest, public_id: UUID) -> HttpResponse:
        visible = visible_appointments(request.user, clock.now()).with_related()
        appointment = visible.filter(public_id=public_id, patient__isnull=False).first()
        if appointment is None:
            raise Http404
        by, is_sent = audited_staff_actor(request), request.method not in SAFE_METHODS
        if not is_sent:
            record_appointment_read(appointment, by=by)
        response = view(request, appointment, get_clinic_or_404(request))
        if is_sent and not 300 <= response.status_code < 400:
            record_appointment_read(appointment, by=by)  # the form again, with a message
        return response

    return load_and_call


def seen_event_id(form: LastSeenEventForm, appointment: Appointment) -> int:
    """Return the newest event that was on the page of a form when it was sent.

    A page that shows the form again because of a mistake in it carries this on: otherwise what a
    colleague has done meanwhile would count as seen.
    """
    is_sent = form.is_valid() or form.is_bound
    last_seen: int | None = form.cleaned_data.get("seen") if is_sent else None
    return last_event_id(appointment) if last_seen is None else last_seen


def last_event_id(appointment: Appointment) -> int:
    """Return the key of the newest event of an appointment's history, or 0."""
    return appointment.events.order_by("-pk").values_list("pk", flat=True).first() or 0
