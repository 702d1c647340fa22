"""VTIMEZONE components for calendar files (RFC 5545, 3.6.5).

Needed because icalendar 7.3 gives the onset of daylight saving time in the new offset, an hour
late; the RFC wants each onset in the offset before the change.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@lru_cache(maxsize=64)
def vtimezone(key: str, first: int, last: int) -> Timezone:
    """Return the IANA time zone `key`, with its clock changes from year `first` to `last`."""
    zone = ZoneInfo(key)
    start, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    component = Timezone()
    component.add("tzid", key)
    component.add_component(_observance(start, _offset(start, zone), zone))
    for change in _transitions(start, end, zone):
        component.add_component(_observance(change, _offset(change - MINUTE, zone), zone))
    return component


def _observance(
    since: datetime, before: timedelta, zone: ZoneInfo
) -> TimezoneStandard | TimezoneDaylight:
    """Return the observance from an instant on, with its onset in the offset before it."""
    local = since.astimezone(zone)
    component = TimezoneDaylight() if local.dst() else TimezoneStandard()
    component.add("dtstart", (since + before).replace(tzinfo=None))
    component.add("tzoffsetfrom", before)
    component.add("tzoffsetto", _offset(since, zone))
    component.add("tzname", local.strftime("%Z"))
    return component


def _transitions(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the instants at which the offset or the abbreviation of the zone changes."""
    probe = start
    while probe < end:
        if _offset_and_name(probe, zone) != _offset_and_name(probe + DAY, zone):
            yield _find_transition(probe, probe + DAY, zone)
        probe += DAY


def _find_transition(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """Return the minute of the one change between two instants, by bisection."""
    before = _offset_and_name(low, zone)
    while high - low > MINUTE:
        middle = low + (high - low) // 2 // MINUTE * MINUTE
        if _offset_and_name(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high


def _offset_and_name(instant: datetime, zone: ZoneInfo) -> tuple[timedelta, str]:
    return _offset(instant, zone), instant.astimezone(zone).strftime("%Z")


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)
