"""Private calendars: found by their token, of which only a hash is stored."""

import hashlib
from datetime import datetime, timedelta

from django.db.models import Q

from booking.lifecycle import Status
from booking.models import Appointment, CalendarFeed, ClinicProfile, Therapist

PAST_SHOWN_FOR = timedelta(days=30)
FEED_STATUSES = (Status.BOOKED, Status.ARRIVED, Status.COMPLETED)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_feed(token: str) -> CalendarFeed | None:
    """The feed of a token that was not revoked, and whose owner may still sign in. One query."""
    alive = Q(patient__isnull=False) | Q(therapist__user__is_active=True)
    unused = Q(patient__user__is_active=False)
    feeds = CalendarFeed.objects.select_related("therapist", "patient")
    return (
        feeds.filter(alive, token_hash=hash_token(token), revoked_at=None).exclude(unused).first()
    )


def active_feed(therapist: Therapist) -> CalendarFeed | None:
    """The therapist's calendar that works now, if any."""
    return CalendarFeed.objects.filter(therapist=therapist, revoked_at=None).first()


def feed_appointments(
    feed: CalendarFeed, clinic: ClinicProfile, now: datetime
) -> list[Appointment]:
    """From 30 days ago to the end of what can be booked. One query."""
    owner = Q(therapist=feed.therapist_id) if feed.therapist_id else Q(patient=feed.patient_id)
    rows = Appointment.objects.with_related().filter(owner, status__in=FEED_STATUSES)
    last = now + timedelta(days=clinic.horizon_days + 1)
    return list(rows.filter(starts_at__gte=now - PAST_SHOWN_FOR, starts_at__lt=last))
