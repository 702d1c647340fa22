"""Find calendar feeds by their token, of which only the hash is stored."""

import hashlib
from datetime import datetime, timedelta

from django.db.models import Q

from booking.lifecycle import Status
from booking.models import Appointment, CalendarFeed, ClinicProfile, Patient, Therapist

PAST_SHOWN_FOR = timedelta(days=30)
FEED_STATUSES = (Status.BOOKED, Status.ARRIVED, Status.COMPLETED)


def hash_token(token: str) -> str:
    """Return the SHA-256 of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_feed(token: str) -> CalendarFeed | None:
    """Return the feed with this token if it is not revoked and its owner is active. One query."""
    has_owner = Q(patient__isnull=False) | Q(therapist__user__is_active=True)
    is_inactive = Q(patient__user__is_active=False)
    feeds = CalendarFeed.objects.select_related("therapist", "patient")
    return (
        feeds.filter(has_owner, token_hash=hash_token(token), revoked_at=None)
        .exclude(is_inactive)
        .first()
    )


def active_feed(owner: Therapist | Patient) -> CalendarFeed | None:
    """Return the calendar feed of a therapist or patient, or None if it was revoked or never
    made."""
    feed: CalendarFeed | None = owner.feeds.filter(revoked_at=None).first()
    return feed


def feed_appointments(
    feed: CalendarFeed, clinic: ClinicProfile, now: datetime
) -> list[Appointment]:
    """Return the owner's appointments from PAST_SHOWN_FOR ago to the booking horizon. One query."""
    owner = Q(therapist=feed.therapist_id) if feed.therapist_id else Q(patient=feed.patient_id)
    rows = Appointment.objects.with_related().filter(owner, status__in=FEED_STATUSES)
    last = now + timedelta(days=clinic.horizon_days + 1)
    return list(rows.filter(starts_at__gte=now - PAST_SHOWN_FOR, starts_at__lt=last))
