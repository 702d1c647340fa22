"""What the clinic allows: how soon, how far ahead, at which minutes, and until when to change."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking.engine.hours import to_local_datetime


@dataclass(frozen=True, slots=True)
class BookingPolicy:
    """All durations in minutes, but `horizon_days`."""

    zone: ZoneInfo
    notice: int
    horizon_days: int
    grid: int
    cancellation: int = 1440
    avoid_gaps: bool = False

    def earliest_start(self, now: int) -> int:
        """The first minute that respects the notice. A begun minute has passed."""
        return now + self.notice

    def last_day(self, now: int) -> date:
        """The last date that is open for booking, in the clinic's zone."""
        return self.today(now) + timedelta(days=self.horizon_days)

    def today(self, now: int) -> date:
        return to_local_datetime(now, self.zone).date()

    def may_change(self, start: int, now: int) -> bool:
        """Whether a patient may still move or cancel without calling."""
        return now <= start - self.cancellation


def part_of_day(minute: int, zone: ZoneInfo) -> str:
    """morning (before noon), afternoon (before five) or evening, by the wall clock."""
    hour = to_local_datetime(minute, zone).hour
    if hour < 12:
        return "morning"
    return "afternoon" if hour < 17 else "evening"
