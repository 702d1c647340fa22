"""Links in mails and calendars: only ever to this site, by its own name."""

from django.conf import settings
from django.urls import reverse

from booking.models import Appointment


def absolute_url(name: str, *args: str) -> str:
    """The whole address of a page of ours."""
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


def appointment_url(appointment: Appointment) -> str:
    """Opens the appointment, for whoever has it."""
    return absolute_url("appointment", appointment.link_token)


def feed_url(token: str) -> str:
    """Where a private calendar is read."""
    return absolute_url("calendar-feed", token)


def webcal_url(address: str) -> str:
    """The same in a form that calendar programs open by themselves."""
    return f"webcal{address[address.index(':') :]}"
