"""Links in mails and calendars: only ever to this site, by its own name."""

from django.conf import settings
from django.urls import reverse

from booking.models import Appointment


def link_to(name: str, *args: str) -> str:
    """The whole address of a page of ours."""
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


def appointment_link(appointment: Appointment) -> str:
    """Opens the appointment, for whoever has it."""
    return link_to("appointment", appointment.link_token)


def feed_link(token: str) -> str:
    """Where a private calendar is read."""
    return link_to("calendar-feed", token)


def subscribe_link(address: str) -> str:
    """The same in a form that calendar programs open by themselves."""
    return f"webcal{address[address.index(':') :]}"
