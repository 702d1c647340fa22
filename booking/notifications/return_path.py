"""The address that a mail comes back to when it cannot be delivered (VERP).

Each mail has one of its own: BOUNCE_ADDRESS with a signed token, such as
bounces+<token>@clinic.example. A report that comes back says with it which mail it is about, and
nobody else can name one.
"""

from collections.abc import Iterable

from django.conf import settings

from booking.models import Notification
from clinic.lib.crypto.return_tokens import make_return_token, read_return_token


def return_path(notification: Notification) -> str:
    """Return the envelope sender of a mail; "" if none is set, for the usual sender."""
    if not settings.BOUNCE_ADDRESS:
        return ""
    user, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{user}+{make_return_token(notification.public_id)}@{domain}"


def find_returned(addresses: Iterable[str]) -> Notification | None:
    """Return the notification whose return path is among the addresses, or None."""
    user, _at, domain = settings.BOUNCE_ADDRESS.lower().rpartition("@")
    for address in addresses:
        before, _at, its_domain = address.lower().rpartition("@")
        its_user, _plus, token = before.rpartition("+")
        row = read_return_token(token) if (its_user, its_domain) == (user, domain) else None
        if row is not None:
            return Notification.objects.filter(public_id=row).first()
    return None
