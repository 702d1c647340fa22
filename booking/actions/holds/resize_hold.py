"""Make a hold longer for accommodations, or as long as its option again."""

from collections.abc import Iterable
from datetime import datetime

from booking.actions.holds.expire_holds import expire_overlapping_holds
from booking.errors import NotEnoughTime
from booking.models import Appointment, ClinicProfile
from booking.models.appointments import MAX_APPOINTMENT_LENGTH
from booking.queries.availability.gentler_options import find_place_for
from booking.queries.availability.schedule_spans import suitable_room_ids


def resize_hold(row: Appointment, extra: int, *, clinic: ClinicProfile, now: datetime) -> None:
    """Make a locked hold `extra` minutes longer than its option. Raises NotEnoughTime.

    The caller has locked the therapist and all suitable rooms.
    """
    if row.minutes == row.option.minutes + extra:
        return
    expire_holds_after_start(row, [row.therapist_id], suitable_room_ids(row.option.treatment), now)
    place = find_place_for(row, row.option, extra=extra, clinic=clinic, now=now)
    if place is None or place.therapist.pk != row.therapist_id:
        raise NotEnoughTime()
    row.room_id, row.ends_at, row.blocked_until = place.room, place.ends_at, place.blocked_until
    row.save(update_fields=["room", "ends_at", "blocked_until"])


def expire_holds_after_start(
    row: Appointment, therapists: Iterable[int], rooms: Iterable[int], now: datetime
) -> None:
    """Expire lapsed holds of others that overlap the longest time this hold may take."""
    ends = row.starts_at + MAX_APPOINTMENT_LENGTH
    expire_overlapping_holds(
        therapists, rooms, starts_at=row.starts_at, blocked_until=ends, now=now
    )
