"""Whether visitors hold an unusual share of the calendar without booking, for the desk's alarm."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.models import Appointment, ClinicProfile, MoveProposal
from booking.queries.availability.openings import OPENING_DAYS, opening_minutes

ALARM_SHARE, ALARM_FLOOR = 0.05, 450
"""The alarm needs holds of at least this share of the openings, and of this many minutes."""


@dataclass(frozen=True, slots=True)
class HeldCalendar:
    """What visitors hold of the next OPENING_DAYS days without having booked.

    `percent` is of the minutes that can be booked, `networks` is the number of networks from which
    the holds came, `since` is when the oldest was made.
    """

    percent: int
    holds: int
    networks: int
    since: datetime


def find_held_calendar(clinic: ClinicProfile, now: datetime) -> HeldCalendar | None:
    """Return what visitors hold if it is more than the alarm's limit, else None.

    One query, and those of `opening_minutes` if it is more than ALARM_FLOOR.
    """
    rows = list(
        Appointment.objects.active_holds(now)
        .filter(starts_at__lt=now + timedelta(days=OPENING_DAYS))
        .exclude(pk__in=MoveProposal.objects.values("hold"))  # those are the clinic's own
        .order_by()
        .values_list("starts_at", "blocked_until", "created_at", "origin__network")
    )
    minutes = sum(int((end - start).total_seconds() // 60) for start, end, _, _ in rows)
    if minutes < ALARM_FLOOR:
        return None
    openings = opening_minutes(clinic, now)
    if minutes < ALARM_SHARE * openings:
        return None
    return HeldCalendar(
        percent=min(100, round(100 * minutes / max(1, openings))),
        holds=len(rows),
        networks=len({network for *_, network in rows if network}),
        since=min(created for _, _, created, _ in rows),
    )
