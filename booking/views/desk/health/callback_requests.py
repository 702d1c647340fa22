"""Those who asked to be called before they book, and the doctor's word that opens a booking."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.access.roles import Ability, may
from booking.access.scope import appointments_of
from booking.actions.health.callback_requests import finish_call_back
from booking.actions.health.read_health import read_outcome, read_waiting
from booking.actions.health.record_clearance import lift_outcome
from booking.errors import NotAllowed, NothingToLift, Refusal
from booking.forms.desk.clearance import DoctorsWordForm
from booking.models import Appointment
from booking.queries.appointments.drafts import typed
from booking.queries.health.scope import call_backs_of
from booking.screening.outcomes import Outcome
from booking.views.desk.common import reader, see
from booking.views.desk.permissions import needs
from clinic.lib.dates import clock


@needs(Ability.ALL_CONTACTS)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Who waits for a call: name, number, and what they wished for."""
    rows = list(call_backs_of(request.user))
    context = {
        "people": [(row, *_person(row.screening.appointment)) for row in rows],
        "standings": read_waiting(rows, by=reader(request)),
        "may_lift": may(request.user, Ability.LIFT_DOCTOR),
    }
    return render(request, "booking/desk/health/call_backs.html", context)


@needs(Ability.ALL_CONTACTS)
@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has called."""
    finish_call_back(get_object_or_404(call_backs_of(request.user), pk=pk), by=reader(request))
    messages.success(request, _("Taken off the list."))
    return see("desk-call-backs")


@needs(Ability.LIFT_DOCTOR, Ability.LIFT_DOCTOR_OF_OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def word(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET asks what the doctor said; POST notes it. Also for times that were never booked."""
    now = clock.now()
    found = appointments_of(request.user, now).with_everything().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    form = DoctorsWordForm(request.POST if request.method == "POST" else None)
    refusal: Refusal | None = None
    try:
        standing = read_outcome(found, by=reader(request))
        if standing.outcome != Outcome.DOCTOR or standing.screening is None:
            raise NothingToLift()
        if form.is_valid():
            lift_outcome(standing.screening, by=reader(request), **form.cleaned_data)
            messages.success(request, _("Noted. The booking is open, within these limits."))
            return see(_where(found))
    except NotAllowed as no:
        raise PermissionDenied from no
    except NothingToLift as nothing:
        refusal = nothing
    status = refusal.status if refusal else 422 if form.is_bound else 200
    context = {
        "form": form,
        "appointment": found,
        "name": _person(found)[0],
        "back": _where(found),
        "sentence": str(refusal) if refusal else "",
    }
    return render(request, "booking/desk/health/clearance.html", context, status=status)


def _person(appointment: Appointment) -> tuple[str, str]:
    """Name and number: on file, or as typed by somebody who has not booked."""
    if appointment.patient is not None:
        return appointment.patient.name, appointment.patient.phone
    said = typed(appointment)
    return str(said.get("name", "")), str(said.get("phone", ""))


def _where(appointment: Appointment) -> str:
    if appointment.patient_id is None:
        return reverse("desk-call-backs")
    return reverse("desk-brief", args=[appointment.public_id])
