"""VTIMEZONE components for calendar files (RFC 5545, 3.6.5).

Needed because icalendar 7.3 gives the onset of daylight saving time in the new offset, an hour
late; the RFC wants each onset in the offset before the change. Outlook accepts a zone only if its
changes are rules (RRULE), so they are rules wherever the zone follows some.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

STEP, MINUTE = timedelta(days=7), timedelta(minutes=1)
YEARS = 28
"""A rule that is true for so many years is taken for good: then weekdays and dates repeat."""
LISTED_YEARS = 5
"""How many years of changes are listed for zones whose changes follow no rule."""
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Observance = TimezoneDaylight | TimezoneStandard
YearlyRule = dict[str, object]


@lru_cache(maxsize=64)
def vtimezone(key: str, first: int) -> Timezone:
    """Return the IANA time zone `key` for times after the first clock change of year `first`.

    Its changes are yearly rules without end. If they follow none, those of LISTED_YEARS years are
    listed.
    """
    zone = ZoneInfo(key)
    start, end = datetime(first, 1, 1, tzinfo=UTC), datetime(first + YEARS, 1, 1, tzinfo=UTC)
    changes = list(_transitions(start, end, zone))
    component = Timezone()
    component.add("tzid", key)
    rules = _yearly_rules(changes, zone)
    if rules is None or not changes:
        component.add_component(_observance(start, _offset(start, zone), zone))
        for change in changes:
            if change.year >= first + LISTED_YEARS:
                break
            component.add_component(_observance(change, _offset(change - MINUTE, zone), zone))
        return component
    for change, rule in rules:
        observance = _observance(change, _offset(change - MINUTE, zone), zone)
        observance.add("rrule", rule)
        component.add_component(observance)
    return component


def _yearly_rules(
    changes: Sequence[datetime], zone: ZoneInfo
) -> list[tuple[datetime, YearlyRule]] | None:
    """Return each kind of change as its first onset and a rule; None if a change follows no
    rule."""
    kinds: dict[tuple[timedelta, timedelta, str], list[datetime]] = {}
    for change in changes:
        before = _offset(change - MINUTE, zone)
        kinds.setdefault((before, *_offset_and_name(change, zone)), []).append(change)
    rules = []
    for (before, _after, _name), instants in kinds.items():
        onsets = [(instant + before).replace(tzinfo=None) for instant in instants]
        rule = _rule(onsets) if len(onsets) == YEARS else None
        if rule is None:
            return None
        rules.append((instants[0], rule))
    return rules


def _rule(onsets: Sequence[datetime]) -> YearlyRule | None:
    """Return the rule of onsets at one time on one weekday of a month, or None if they differ."""
    patterns = {(onset.month, onset.weekday(), onset.time()) for onset in onsets}
    if len(patterns) > 1 or len({onset.year for onset in onsets}) < len(onsets):
        return None
    weekday, month = WEEKDAYS[onsets[0].weekday()], onsets[0].month
    rule: YearlyRule = {"freq": "yearly", "bymonth": month}
    days = [onset.day for onset in onsets]
    if all(onset.day > monthrange(onset.year, onset.month)[1] - 7 for onset in onsets):
        return rule | {"byday": f"-1{weekday}"}
    nth = (min(days) - 1) // 7
    if all(7 * nth < day <= 7 * nth + 7 for day in days):
        return rule | {"byday": f"{nth + 1}{weekday}"}
    if max(days) - min(days) < 7:
        return rule | {"byday": weekday, "bymonthday": list(range(min(days), min(days) + 7))}
    return None


def _observance(since: datetime, before: timedelta, zone: ZoneInfo) -> Observance:
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
        if _offset_and_name(probe, zone) != _offset_and_name(probe + STEP, zone):
            yield _find_transition(probe, probe + STEP, zone)
        probe += STEP


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
