"""The desk's page on which a patient's record is restricted, and the restriction lifted."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access.roles import Ability, has_ability
from booking.actions.health.health_consent import withdraw_health_consent
from booking.actions.patients.restrictions import (
    decline_restriction,
    lift_restriction,
    restrict_record,
)
from booking.errors import NotAllowed, Refusal
from booking.forms.desk.restriction import LiftRestrictionForm, RestrictForm
from booking.models import Patient
from booking.queries.health.consent import find_health_consent
from booking.queries.patients.restrictions import (
    current_restrictions,
    open_restriction_request_of,
)
from booking.views.desk.patients.record import patient_or_404, redirect_to_record
from booking.views.desk.permissions import require_ability
from booking.views.form_pages import audited_staff_actor, clinic_zone
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status


@require_ability(Ability.ALL_CONTACTS)
@require_http_methods(["GET", "HEAD", "POST"])
def restriction(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET shows what a restriction does, POST restricts, declines a request, or lifts.

    Or it notes that the patient has told the clinic to use their health answers no longer.
    """
    patient = patient_or_404(request, public_id, clock.now())
    by = audited_staff_actor(request)
    data = request.POST if request.method == "POST" else None
    if data is not None and "decline" in data:
        return _done(request, patient, lambda: decline_restriction(patient, by=by))
    if data is not None and "withdraw-consent" in data:
        return _done(request, patient, lambda: withdraw_health_consent(patient, by=by))
    if patient.restricted_since is not None:
        lift = LiftRestrictionForm(data)
        if lift.is_valid():
            return _done(request, patient, lambda: lift_restriction(patient, by=by))
        return _page(request, patient, lift)
    asked = open_restriction_request_of(patient)
    form = RestrictForm(data, initial={"ground": asked.ground} if asked is not None else None)
    if form.is_valid():
        return _done(request, patient, lambda: restrict_record(patient, form.reason, by=by))
    return _page(request, patient, form)


def _done(request: HttpRequest, patient: Patient, work: Callable[[], object]) -> HttpResponse:
    try:
        work()
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted."))
    return redirect_to_record(patient)


def _page(request: HttpRequest, patient: Patient, form: Form) -> HttpResponse:
    context = {
        "patient": patient,
        "form": form,
        "asked": open_restriction_request_of(patient),
        "current": current_restrictions(patient).last(),
        "consent": find_health_consent(patient),
        "is_owner": has_ability(request.user, Ability.STAFF),
        "zone": clinic_zone(request),
    }
    template = "booking/desk/patients/restriction.html"
    return render(request, template, context, status=form_status(form))
