"""The two ways to the pages of one appointment: its secret link, and the patient's account.

The pages are the same. The addresses in the account contain no secret, so that after signing out
nothing in the browser's history opens the appointment.
"""

from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from booking.access import proxies
from booking.access.acting import Acting, current_acting
from booking.access.patients import find_current_patient
from booking.models import Appointment, Patient
from booking.models.appointments import AppointmentQuerySet


def is_in_account(request: HttpRequest) -> bool:
    """Return whether the request is for a page of the account, not for one of a secret link."""
    match = request.resolver_match
    return match is not None and (match.url_name or "").startswith("me-appointment")


def appointment_page_url(request: HttpRequest, appointment: Appointment, page: str = "") -> str:
    """Return the address of a page of an appointment, such as "cancel", or of its main page.

    The address is in the account if the request is, else the secret link.
    """
    ending = f"-{page}" if page else ""
    if is_in_account(request):
        return reverse(f"me-appointment{ending}", args=[appointment.public_id])
    return reverse(f"appointment{ending}", args=[appointment.link_token])


def appointments_of_account(patient: Patient, acting: Acting | None) -> AppointmentQuerySet:
    """Return the appointments of a patient that were booked, whoever booked them.

    For a proxy (`acting`), only those that the patient does not hide, and none without permission
    to see the times.
    """
    rows = Appointment.objects.with_related().filter(patient=patient, booked_at__isnull=False)
    if acting is None:
        return rows
    return proxies.shown_to_proxies(rows) if acting.may_see_times else rows.none()


def find_own_appointment(request: HttpRequest, public_id: UUID) -> Appointment | None:
    """Return an appointment of the patient whose account is open, or None.

    Also None if a proxy may not see it.
    """
    patient = find_current_patient(request)
    if patient is None:
        return None
    rows = appointments_of_account(patient, current_acting(request))
    return rows.filter(public_id=public_id).first()
