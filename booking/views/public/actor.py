"""Who a visitor is to the actions."""

from django.http import HttpRequest

from booking.actions import Actor
from clinic.lib.proxies import fair_use_address


def guest(request: HttpRequest) -> Actor:
    """Somebody we do not know, at a network address that is counted for fair use."""
    return Actor.guest(fair_use_address(request))
