"""Read what the engine needs to compute the slots of one option.

At most eight queries for a month, for one therapist or for all, however many appointments are
on file: clinic (the caller's), offers with option, treatment
and therapist, weekly hours, exceptions, time off, closures, rooms, appointments.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from booking.engine.hours import dates_between, day_segments, grid_starts
from booking.engine.policy import BookingPolicy
from booking.engine.slots import SessionLength, Slot, SlotQuery, TherapistCalendar, find_slots
from booking.engine.spans import EMPTY_SPANS, Span, Spans
from booking.errors import SlotNotOffered
from booking.models import Appointment, ClinicProfile, Offer, Option
from booking.queries.availability.offers import shortest_session
from booking.queries.availability.schedule_spans import (
    BusySpansById,
    load_busy_spans,
    load_open_spans,
    suitable_room_ids,
)
from clinic.lib.dates.epoch import to_next_minute

MAX_HORIZON = timedelta(days=367)
EMPTY_WINDOW = (0, 0)


@dataclass(frozen=True, slots=True)
class Availability:
    """The data that determines which starts of one option can be booked on some dates."""

    clinic: ClinicProfile
    option: Option
    offers: Mapping[int, Offer]
    slot_query: SlotQuery

    @property
    def session(self) -> SessionLength:
        return self.slot_query.session

    def slots(self) -> list[Slot]:
        """Return the bookable starts, in order."""
        return find_slots(self.slot_query)

    def find_slot(self, start: int) -> Slot | None:
        """Return the slot at a start (UTC minute), or None if it cannot be booked."""
        first, last = self.slot_query.window
        if not first <= start < last:
            return None
        query = replace(self.slot_query, window=(start, start + 1))
        return next(iter(find_slots(query)), None)

    def is_bookable_when_empty(self, start: int) -> bool:
        """Return whether the start could be booked if there were no appointments."""
        free_calendars = [
            replace(calendar, busy=EMPTY_SPANS) for calendar in self.slot_query.calendars
        ]
        rooms = dict.fromkeys(self.slot_query.rooms, EMPTY_SPANS)
        empty = replace(self.slot_query, calendars=free_calendars, rooms=rooms, avoid_gaps=False)
        return replace(self, slot_query=empty).find_slot(start) is not None


def validate_start(start: datetime, now: datetime) -> None:
    """Raise SlotNotOffered unless the start is a whole minute, at most MAX_HORIZON from now."""
    if start.second or start.microsecond or abs(start - now) > MAX_HORIZON:
        raise SlotNotOffered()


def booking_policy_for(clinic: ClinicProfile, option: Option) -> BookingPolicy:
    """Return the clinic's policy, with the treatment's own notice if it has one."""
    own_notice = option.treatment.notice_minutes
    return BookingPolicy(
        zone=clinic.zone,
        notice=clinic.notice_minutes if own_notice is None else own_notice,
        horizon_days=clinic.horizon_days,
        grid=clinic.grid_minutes,
        cancellation=clinic.cancellation_hours * 60,
        avoid_gaps=clinic.avoid_gaps,
    )


def load_availability(  # all but two are keywords, and each is needed
    clinic: ClinicProfile,
    offers: Mapping[int, Offer],
    *,
    first: date,
    last: date,
    now: datetime,
    excluding: Appointment | None = None,
    own_holds: Collection[int] = (),
    ignore_notice: bool = False,
) -> Availability:
    """Read the availability of the local dates from `first` to `last`, both included.

    `offers` are the offers of one option by therapist pk, at least one. `excluding` is an
    appointment to move or confirm: its time counts as free, and so does one about which its patient
    is asked; its own length is used if it has that option. The times of `own_holds` (pks) count as
    free too: whoever holds them can choose again. `ignore_notice` drops notice and horizon.
    """
    option = next(iter(offers.values())).option
    policy = booking_policy_for(clinic, option)
    days = dates_between(first, last) if first <= last else []
    busy = load_busy_spans(
        _with_days_around(days), now=now, excluding=own_holds, moving=excluding, zone=policy.zone
    )
    window = _window(days, policy, now, ignore_notice=ignore_notice)
    minutes = _minutes(option, excluding)
    return _load_around_busy_spans(clinic, offers, days, minutes=minutes, window=window, busy=busy)


def load_availability_of_length(
    clinic: ClinicProfile,
    offers: Mapping[int, Offer],
    *,
    minutes: int,
    first: date,
    last: date,
    now: datetime,
) -> Availability:
    """Read the availability for appointments of `minutes` instead of the option's length."""
    policy = booking_policy_for(clinic, next(iter(offers.values())).option)
    days = dates_between(first, last)
    busy = load_busy_spans(_with_days_around(days), now=now, zone=policy.zone)
    window = _window(days, policy, now, ignore_notice=False)
    return _load_around_busy_spans(clinic, offers, days, minutes=minutes, window=window, busy=busy)


def load_availability_when_empty(
    clinic: ClinicProfile, offer: Offer, appointment: Appointment, now: datetime
) -> Availability:
    """Read the availability on the day of an appointment as if no appointment were on file.

    Without notice and horizon, and for an appointment of the same length. Six queries.
    """
    days = [clinic.local_date(appointment.starts_at)]
    policy = booking_policy_for(clinic, offer.option)
    return _load_around_busy_spans(
        clinic,
        {offer.therapist_id: offer},
        days,
        minutes=appointment.minutes,
        window=_window(days, policy, now, ignore_notice=True),
        busy=({}, {}),
    )


def _load_around_busy_spans(
    clinic: ClinicProfile,
    offers: Mapping[int, Offer],
    days: Sequence[date],
    *,
    minutes: int,
    window: Span,
    busy: tuple[BusySpansById, BusySpansById],
) -> Availability:
    """Read hours and rooms. `busy` are the occupied spans by therapist and by room."""
    option = next(iter(offers.values())).option
    policy = booking_policy_for(clinic, option)
    hours = load_open_spans(list(offers), _with_days_around(days), policy.zone)
    by_therapist, by_room = busy
    slot_query = SlotQuery(
        session=SessionLength(minutes, option.turnaround_minutes),
        window=window,
        grid=[minute for day in days for minute in grid_starts(day, policy.grid, policy.zone)],
        calendars=[
            TherapistCalendar(
                therapist=therapist,
                open=hours.get(therapist, EMPTY_SPANS),
                busy=Spans.of(by_therapist.get(therapist, ())),
                shortest=shortest_session(offer),
            )
            for therapist, offer in offers.items()
        ],
        rooms={
            room: Spans.of(by_room.get(room, ())) for room in suitable_room_ids(option.treatment)
        },
        avoid_gaps=policy.avoid_gaps,
    )
    return Availability(clinic, option, offers, slot_query)


def _with_days_around(days: Sequence[date]) -> list[date]:
    """Return consecutive dates with the one before and the one after; none for none."""
    day = timedelta(days=1)
    return dates_between(days[0] - day, days[-1] + day) if days else []


def _minutes(option: Option, excluding: Appointment | None) -> int:
    """Return an option's length, or that of the appointment to move if it has this option."""
    if excluding is not None and excluding.option_id == option.pk:
        return excluding.minutes
    return option.minutes


def _window(days: list[date], policy: BookingPolicy, now: datetime, *, ignore_notice: bool) -> Span:
    """Return the minutes at which a session may start, within notice and horizon."""
    current = to_next_minute(now)  # a begun minute has passed
    if not ignore_notice:
        days = [day for day in days if day <= policy.last_day(current)]
    cut = [segment for day in days for segment in day_segments(day, policy.zone)]
    if not cut:
        return EMPTY_WINDOW
    earliest = cut[0].start if ignore_notice else max(cut[0].start, policy.earliest_start(current))
    return earliest, max(earliest, cut[-1].end)
