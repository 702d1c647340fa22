"""Mark holds that have run out as expired."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from booking.actions.actor import Actor, EventKind
from booking.actions.locks import write_action, write_transaction
from booking.lifecycle import Status
from booking.models import Appointment, AppointmentEvent, MoveProposal
from booking.models.appointments import AppointmentQuerySet
from booking.models.clinic import MAX_ANSWER_HOURS

SYSTEM_ACTOR = Actor.system()


@write_action
def expire_holds(now: datetime) -> int:
    """Expire every hold that has run out and return their number. Safe to run concurrently."""
    with write_transaction():
        return _expire(Appointment.objects.lapsed_holds(now), now)


@write_action
def release_overlong_holds(latest: datetime, now: datetime) -> int:
    """Expire every hold that ends later than a hold made at `latest`; return their number.

    Such a hold was made while a clock was ahead. `latest` is the later one of the clocks of this
    machine and of the database.
    """
    with write_transaction():
        return _expire(overlong_holds(latest), now, hold_expires_at=now)


def overlong_holds(now: datetime) -> AppointmentQuerySet:
    """Return holds, of visitors or of proposals, that end later than any made now could."""
    proposed = MoveProposal.objects.values("hold")
    latest = now + timedelta(hours=MAX_ANSWER_HOURS)
    overlong = Appointment.objects.overlong_holds(now)
    return overlong.filter(~Q(pk__in=proposed) | Q(hold_expires_at__gt=latest))


def expire_overlapping_holds(
    therapists: Iterable[int],
    rooms: Iterable[int],
    *,
    starts_at: datetime,
    blocked_until: datetime,
    now: datetime,
) -> None:
    """Expire holds that have run out and overlap a time that is about to be taken.

    `therapists` and `rooms` are primary keys. Call it in the transaction that takes the time.
    """
    _expire(
        Appointment.objects.lapsed_holds(now)
        .overlapping(starts_at, blocked_until)
        .filter(Q(therapist__in=set(therapists)) | Q(room__in=set(rooms))),
        now,
    )


def _expire(rows: AppointmentQuerySet, now: datetime, **values: datetime) -> int:
    """Expire the holds, save `values` with them, and return their number."""
    found = [hold.pk for hold in rows]
    locked = rows.filter(pk__in=found).order_by("pk").select_for_update(no_key=True)
    holds = list(locked.values_list("pk", flat=True))
    if not holds:
        return 0
    Appointment.objects.filter(pk__in=holds).update(status=Status.EXPIRED, **values)
    AppointmentEvent.objects.bulk_create(
        AppointmentEvent(
            appointment_id=pk, kind=EventKind.EXPIRED, at=now, actor_type=SYSTEM_ACTOR.actor_type
        )
        for pk in holds
    )
    return len(holds)
