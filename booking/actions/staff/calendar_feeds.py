"""Create and revoke private calendar feeds."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.models import CalendarFeed, Patient, Therapist
from booking.queries.staff.calendar_feeds import hash_token
from clinic.lib.dates import clock

TOKEN_BYTES = 36
"""48 characters, as all secret links have: so none of them reaches a log."""
REVOKED_FEED_KEPT_FOR = timedelta(days=30)
READ_RECORDED_EVERY = timedelta(hours=1)


def create_feed(owner: Therapist | Patient) -> str:
    """Create a calendar feed in place of the old one and return its token.

    Only the token's hash is stored. The address of the feed is /feeds/<token>.ics.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        revoke_feeds(owner)
        CalendarFeed.objects.create(
            therapist=owner if isinstance(owner, Therapist) else None,
            patient=owner if isinstance(owner, Patient) else None,
            token_hash=hash_token(token),
            created_at=clock.now(),
        )
        record_audit(Action.CREATED, _feed_object(owner))
    return token


def revoke_feeds(owner: Therapist | Patient) -> int:
    """Revoke all calendar feeds of a therapist or patient. Returns how many."""
    number: int = owner.feeds.filter(revoked_at=None).update(revoked_at=clock.now())
    if number:
        record_audit(Action.REVOKED, _feed_object(owner))
    return number


def record_feed_read(feed: CalendarFeed) -> None:
    """Record that a calendar program reads the feed. At most one query an hour."""
    now = clock.now()
    if feed.last_read_at is None or feed.last_read_at <= now - READ_RECORDED_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=now)


def delete_revoked_feeds(now: datetime) -> int:
    """Delete calendar feeds that were revoked REVOKED_FEED_KEPT_FOR ago. Return how many."""
    return CalendarFeed.objects.filter(revoked_at__lt=now - REVOKED_FEED_KEPT_FOR).delete()[0]


def _feed_object(owner: Therapist | Patient) -> AuditObject:
    if isinstance(owner, Therapist):
        return AuditObject(ObjectType.CALENDAR_FEED, affected_user=owner.user)
    return AuditObject(ObjectType.CALENDAR_FEED, owner.public_id, owner.pk, owner.email)
