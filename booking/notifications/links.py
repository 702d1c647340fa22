"""Absolute links for mails and calendar files. They always use BASE_URL, never a request's host."""

from django.conf import settings
from django.urls import reverse

from booking.models import Appointment


def absolute_url(name: str, *args: str) -> str:
    """Return the absolute URL of the page with this URL name."""
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


def appointment_url(appointment: Appointment) -> str:
    """Return the secret link of an appointment's page: anyone who has it can change it."""
    return absolute_url("appointment", appointment.link_token)


def feed_url(token: str) -> str:
    """Return the URL of a private calendar feed."""
    return absolute_url("calendar-feed", token)


def webcal_url(address: str) -> str:
    """Return the URL with the webcal scheme, which calendar programs subscribe to on a click."""
    return f"webcal{address[address.index(':') :]}"
