"""The statement of a patient at the desk."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.access.roles import Ability, has_ability
from booking.actions.audit.reads import record_patient_read
from booking.features.money.queries.statements import statements, visible_lines
from booking.queries.patients.record import find_patient
from booking.views.form_pages import audited_staff_actor, get_clinic_or_404
from clinic.lib.dates import clock


@require_safe
def show_statement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET /desk/patients/<id>/statement/: charges, payments and the balance, to be printed."""
    patient = find_patient(request.user, public_id, clock.now())
    if patient is None:
        raise Http404
    record_patient_read(patient, by=audited_staff_actor(request))
    context = {
        "patient": patient,
        "statements": statements(visible_lines(request.user, patient)),
        "sees_all": has_ability(request.user, Ability.ALL_APPOINTMENTS),
        "clinic_on_statement": get_clinic_or_404(request),
        "now": clock.now(),
    }
    return render(request, "booking/features/money/statement.html", context)
