"""Limits that ordinary people never notice, counted in the database (clinic/lib/rate_limit.py)."""

from booking.actions.actor import Actor
from booking.models import UseCount
from booking.models.rate_limits import KEPT_FOR
from clinic.lib import rate_limit
from clinic.lib.rate_limit import Rule

__all__ = [
    "BOOKINGS",
    "BOOKINGS_OF_EMAIL",
    "DETAILS",
    "HOLDS",
    "KEPT_FOR",
    "Rule",
    "spend",
    "spend_by",
]

# Thirty patients behind one address, each trying a few times, get through in ten minutes.
HOLDS = Rule("hold", most=120)
DETAILS = Rule("details", most=240)
BOOKINGS = Rule("book", most=60)
BOOKINGS_OF_EMAIL = Rule("book-email", most=10, minutes=60)


def spend(rule: Rule, who: str) -> None:
    """Count one use by an address or e-mail. Raises TooMany once the window's share is used up."""
    rate_limit.spend(rule, who, count=UseCount.objects.add)


def spend_by(rule: Rule, by: Actor) -> None:
    """Count one use by the address of a guest or patient; staff and the system are not counted."""
    spend(rule, by.address)
