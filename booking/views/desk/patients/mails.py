"""Send the confirmations of a patient again, and record that their address is right."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from booking.actions.notifications.send_again import mark_reachable, send_confirmations
from booking.errors import Refusal
from booking.forms.desk.mails import PressForm
from booking.models import Appointment, Patient
from booking.queries.notifications.confirmations import (
    unconfirmed_appointments,
    upcoming_appointments,
)
from booking.views.desk.patients.record import patient_or_404
from booking.views.desk.return_path import redirect_back
from booking.views.form_pages import signed_in_user, staff_actor
from clinic.lib.dates import clock


@require_POST
def resend_confirmations(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """POST sends the confirmation of every upcoming appointment whose links have ended."""
    now = clock.now()
    patient = patient_or_404(request, public_id, now)
    appointments = unconfirmed_appointments(signed_in_user(request), patient, now)
    return _send(request, patient, appointments)


@require_POST
def retry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """POST records that the address is right, and sends the confirmation of every upcoming one."""
    now = clock.now()
    patient = patient_or_404(request, public_id, now)
    if PressForm(request.POST).is_valid():
        mark_reachable(patient, by=staff_actor(request))
    appointments = upcoming_appointments(signed_in_user(request), patient, now)
    return _send(request, patient, appointments)


def _send(request: HttpRequest, patient: Patient, appointments: list[Appointment]) -> HttpResponse:
    form = PressForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was sent. Please press the button once more."))
        return redirect_back(request, "desk-patient", patient.public_id)
    submission_id = form.cleaned_data["submission_id"]
    try:
        count = send_confirmations(
            patient, appointments, submission_id=submission_id, by=staff_actor(request)
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _sentence(patient, count))
    return redirect_back(request, "desk-patient", patient.public_id)


def _sentence(patient: Patient, count: int) -> str:
    if not count:
        return _("There is no upcoming appointment left to confirm.")
    return ngettext(
        "The confirmation goes to %(email)s.",
        "%(count)d confirmations go to %(email)s.",
        count,
    ) % {"count": count, "email": patient.email}
