"""A held time becomes longer, for what restless legs need, or as short as usual again."""

from collections.abc import Iterable
from datetime import datetime

from booking.actions.holds.expire_holds import expire_holds_in_the_way
from booking.errors import NoTimeForMore
from booking.models import Appointment, ClinicProfile
from booking.models.appointments import LONGEST
from booking.queries.availability.gentler_options import place_with
from booking.queries.availability.schedule_spans import room_ids


def fit_length(row: Appointment, extra: int, *, clinic: ClinicProfile, now: datetime) -> None:
    """Make a locked hold as long as its option and so many minutes more. Raises NoTimeForMore.

    The caller holds the locks of the therapist and of all rooms that would do.
    """
    if row.minutes == row.option.minutes + extra:
        return
    free_lapsed(row, [row.therapist_id], room_ids(row.option.treatment), now)
    place = place_with(row, row.option, extra=extra, clinic=clinic, now=now)
    if place is None or place.therapist.pk != row.therapist_id:
        raise NoTimeForMore()
    row.room_id, row.ends_at, row.frees_at = place.room, place.ends_at, place.frees_at
    row.save(update_fields=["room", "ends_at", "frees_at"])


def free_lapsed(
    row: Appointment, therapists: Iterable[int], rooms: Iterable[int], now: datetime
) -> None:
    """Lapsed holds of others do not stand in the way, however long it becomes."""
    ends = row.starts_at + LONGEST
    expire_holds_in_the_way(therapists, rooms, starts_at=row.starts_at, frees_at=ends, now=now)
