"""The visitor of a public page as the actor of an action."""

from django.http import HttpRequest

from booking.actions.actor import Actor
from booking.models import Appointment
from clinic.lib.http.proxies import rate_limit_address


def guest_actor(request: HttpRequest) -> Actor:
    """Return an anonymous actor, with the network address that rate limits count."""
    return Actor.guest(rate_limit_address(request))


def is_signed_in_patient(request: HttpRequest, appointment: Appointment) -> bool:
    """Return whether the appointment's own patient is signed in."""
    user, patient = request.user, appointment.patient
    return patient is not None and user.is_authenticated and patient.user_id == user.pk
