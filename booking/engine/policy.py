"""The clinic's booking policy: notice, horizon, grid and deadline for changes."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.engine.hours import to_local_datetime


@dataclass(frozen=True, slots=True)
class BookingPolicy:
    """The clinic's booking policy. All durations but `horizon_days` are in minutes."""

    zone: ZoneInfo
    notice: int
    horizon_days: int
    grid: int
    cancellation: int = 1440
    avoid_gaps: bool = False

    def earliest_start(self, now: int) -> int:
        """Return the first minute that can be booked with the required notice.

        `now` and the result are UTC minutes since 1970.
        """
        return now + self.notice

    def last_day(self, now: int) -> date:
        """Return the last date that can be booked, in the clinic's zone."""
        return self.today(now) + timedelta(days=self.horizon_days)

    def today(self, now: int) -> date:
        """Return the current date in the clinic's zone."""
        return to_local_datetime(now, self.zone).date()

    def may_change(self, start: int, now: int) -> bool:
        """Return whether a patient may still move or cancel online.

        `start` of the appointment and `now` are UTC minutes since 1970.
        """
        return now <= start - self.cancellation


@lru_cache(maxsize=16_384)
def part_of_day(minute: int, zone: ZoneInfo) -> str:
    """Return "morning" (before 12:00), "afternoon" (before 17:00) or "evening", in local time.

    `minute` is a UTC minute since 1970.
    """
    hour = to_local_datetime(minute, zone).hour
    if hour < 12:
        return "morning"
    return "afternoon" if hour < 17 else "evening"
