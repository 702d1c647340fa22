"""Private calendar addresses: made, shown once, and revoked."""

import secrets

from django.db import transaction

from booking.models import CalendarFeed, Patient, Therapist
from booking.queries.staff.calendar_feeds import hash_token
from clinic.lib.dates import clock

TOKEN_BYTES = 36
"""48 characters, as all secret links have: so none of them reaches a log."""


def create_feed(owner: Therapist | Patient) -> str:
    """A new private calendar in place of the old one. Returns its token, which is kept nowhere:
    only the hash is. The address is /feeds/<token>.ics."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        revoke_feeds(owner)
        CalendarFeed.objects.create(
            therapist=owner if isinstance(owner, Therapist) else None,
            patient=owner if isinstance(owner, Patient) else None,
            token_hash=hash_token(token),
            created_at=clock.now(),
        )
    return token


def revoke_feeds(owner: Therapist | Patient) -> int:
    """End every private calendar of this person at once. Returns how many there were."""
    return owner.feeds.filter(revoked_at=None).update(revoked_at=clock.now())
