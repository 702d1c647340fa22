"""Who a visitor is to the actions."""

from django.http import HttpRequest

from booking.actions.actor import Actor
from booking.models import Appointment
from clinic.lib.http.proxies import rate_limit_address


def guest_actor(request: HttpRequest) -> Actor:
    """Somebody we do not know, at a network address that is counted for fair use."""
    return Actor.guest(rate_limit_address(request))


def is_signed_in_patient(request: HttpRequest, appointment: Appointment) -> bool:
    """Whether the appointment's own patient is signed in. A link shows one appointment only."""
    user, patient = request.user, appointment.patient
    return patient is not None and user.is_authenticated and patient.user_id == user.pk
