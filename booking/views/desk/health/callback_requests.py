"""Requests to be called back before booking, and the clearance that allows a booking."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.access.roles import Ability, has_ability
from booking.access.scope import visible_appointments
from booking.actions.health.callback_requests import complete_callback
from booking.actions.health.read_health import read_callback_outcomes, read_health_status
from booking.actions.health.record_clearance import record_clearance
from booking.errors import ClearanceNotNeeded, NotAllowed, Refusal
from booking.forms.desk.clearance import ClearanceForm
from booking.models import Appointment
from booking.models.current_clinic import clinic_date, current_clinic
from booking.queries.appointments.drafts import load_draft
from booking.queries.health.scope import visible_callback_requests
from booking.screening.outcomes import Outcome
from booking.views.desk.permissions import require_ability
from booking.views.form_pages import audited_staff_actor
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status, see_other


@require_ability(Ability.ALL_CONTACTS)
@require_safe
def list_call_backs(request: HttpRequest) -> HttpResponse:
    """GET lists open requests: name, phone, and the treatment asked for."""
    rows = list(visible_callback_requests(request.user))
    context = {
        "callers": [(row, *_name_and_phone(row.screening.appointment)) for row in rows],
        "health_statuses": read_callback_outcomes(rows, by=audited_staff_actor(request)),
        "may_give_clearance": has_ability(request.user, Ability.CLEAR_ALL_PATIENTS),
    }
    return render(request, "booking/desk/health/call_backs.html", context)


@require_ability(Ability.ALL_CONTACTS)
@require_POST
def mark_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a request as done."""
    complete_callback(
        get_object_or_404(visible_callback_requests(request.user), pk=pk),
        by=audited_staff_actor(request),
    )
    messages.success(request, _("Taken off the list."))
    return see_other("desk-call-backs")


@require_ability(Ability.CLEAR_ALL_PATIENTS, Ability.CLEAR_OWN_PATIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def clearance(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET asks for a medical clearance; POST records it. Also for holds that were never booked."""
    now = clock.now()
    appointment = (
        visible_appointments(request.user, now).with_related().filter(public_id=public_id).first()
    )
    if appointment is None:
        raise Http404
    form = ClearanceForm(
        request.POST if request.method == "POST" else None,
        today=clinic_date(now, current_clinic(request)),
    )
    refusal: Refusal | None = None
    try:
        health_status = read_health_status(appointment, by=audited_staff_actor(request))
        if health_status.outcome != Outcome.DOCTOR or health_status.screening is None:
            raise ClearanceNotNeeded()
        if form.is_valid():
            record_clearance(
                health_status.screening,
                by=audited_staff_actor(request),
                given_on=form.cleaned_data["given_on"],
                doctor=form.cleaned_data["doctor"],
                limits=form.cleaned_data["limits"],
                gentle_only=form.cleaned_data["only_gentle"],
            )
            messages.success(request, _("Noted. The booking is open, within these limits."))
            return see_other(_return_url(appointment))
    except NotAllowed as no:
        raise PermissionDenied from no
    except ClearanceNotNeeded as nothing:
        refusal = nothing
    status = refusal.status if refusal else form_status(form)
    context = {
        "form": form,
        "appointment": appointment,
        "name": _name_and_phone(appointment)[0],
        "back": _return_url(appointment),
        "message": str(refusal) if refusal else "",
    }
    return render(request, "booking/desk/health/clearance.html", context, status=status)


def _name_and_phone(appointment: Appointment) -> tuple[str, str]:
    """Return name and phone of the patient, or as typed for a hold that was not booked.

    Who asks to be called about somebody else, such as a child, is named too.
    """
    draft = load_draft(appointment)
    typed, phone = str(draft.get("name", "")), str(draft.get("phone", ""))
    if appointment.patient is None:
        return typed, phone
    patient = appointment.patient
    if not typed or typed == patient.name:
        return patient.name, phone or patient.phone
    names = {"name": patient.name, "caller": typed}
    return _("%(name)s (ask for %(caller)s)") % names, phone or patient.phone


def _return_url(appointment: Appointment) -> str:
    if appointment.patient_id is None:
        return reverse("desk-call-backs")
    return reverse("desk-brief", args=[appointment.public_id])
