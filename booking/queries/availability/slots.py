"""From rows to slots: the only bridge between the database and the engine.

At most eight queries for a month, whether one therapist is asked for or any of twenty, and
however many appointments are on file: clinic (the caller's), offers with option, treatment
and therapist, weekly hours, exceptions, time off, closures, rooms, appointments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from booking.engine.hours import dates, grid_starts, stretches
from booking.engine.policy import Policy
from booking.engine.slots import Diary, Question, Session, Slot, find_slots
from booking.engine.spans import NOTHING, Span, Spans
from booking.errors import SlotNotOffered
from booking.models import Appointment, ClinicProfile, Offer, Option
from booking.queries.availability.offers import shortest_session
from booking.queries.availability.schedule_spans import busy_spans, open_spans, room_ids
from clinic.lib.dates.epoch import to_next_minute

ANY_HORIZON = timedelta(days=367)
OFFER_NOTHING_MINUTES = (0, 0)


@dataclass(frozen=True, slots=True)
class Availability:
    """All that is needed to say which starts of one option can be booked on some dates."""

    clinic: ClinicProfile
    option: Option
    offers: Mapping[int, Offer]
    question: Question

    @property
    def session(self) -> Session:
        return self.question.session

    def slots(self) -> list[Slot]:
        """The bookable starts, in order."""
        return find_slots(self.question)

    def slot_at(self, start: int) -> Slot | None:
        """The slot at one start, if it can be booked."""
        first, last = self.question.window
        if not first <= start < last:
            return None
        asked = replace(self.question, window=(start, start + 1))
        return next(iter(find_slots(asked)), None)

    def would_be_offered(self, start: int) -> bool:
        """Whether the start could be booked if nobody had booked anything."""
        idle = [replace(diary, busy=NOTHING) for diary in self.question.diaries]
        rooms = dict.fromkeys(self.question.rooms, NOTHING)
        empty = replace(self.question, diaries=idle, rooms=rooms, avoid_gaps=False)
        return replace(self, question=empty).slot_at(start) is not None

    def price_of(self, slot: Slot) -> Decimal:
        """What the slot costs, at the least: therapists may have their own price."""
        return min(self.offers[therapist].price for therapist in slot.therapists)


def check_sane(start: datetime, now: datetime) -> None:
    """Whole minutes, and near enough to reckon with: the horizon is at most a year.

    Raises SlotNotOffered.
    """
    if start.second or start.microsecond or abs(start - now) > ANY_HORIZON:
        raise SlotNotOffered()


def policy_for(clinic: ClinicProfile, option: Option) -> Policy:
    """The clinic's policy, with the treatment's own notice where it has one."""
    own = option.treatment.notice_minutes
    return Policy(
        zone=clinic.zone,
        notice=clinic.notice_minutes if own is None else own,
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
    ignoring: Appointment | None = None,
    any_notice: bool = False,
) -> Availability:
    """Read what decides about the dates first..last (both included, local dates).

    `offers` are those of one option, by therapist id, at least one. `ignoring` leaves one
    appointment out, to move or confirm it (at its own length, if it is of that option).
    `any_notice` drops notice and horizon, which were checked when the time was first held.
    """
    option = next(iter(offers.values())).option
    policy = policy_for(clinic, option)
    days = dates(first, last) if first <= last else []
    stays = ignoring is not None and ignoring.option_id == option.pk
    minutes = ignoring.minutes if ignoring is not None and stays else option.minutes
    session = Session(minutes, option.turnaround_minutes)
    wide = dates(first - timedelta(days=1), last + timedelta(days=1)) if days else []
    hours = open_spans(list(offers), wide, policy.zone)
    rooms = room_ids(option.treatment)
    by_therapist, by_room = busy_spans(wide, now=now, ignoring=ignoring, zone=policy.zone)
    question = Question(
        session=session,
        window=_window(days, policy, now, any_notice=any_notice),
        grid=[minute for day in days for minute in grid_starts(day, policy.grid, policy.zone)],
        diaries=[
            Diary(
                therapist=therapist,
                open=hours.get(therapist, NOTHING),
                busy=Spans.of(by_therapist.get(therapist, ())),
                shortest=shortest_session(offer),
            )
            for therapist, offer in offers.items()
        ],
        rooms={room: Spans.of(by_room.get(room, ())) for room in rooms},
        avoid_gaps=policy.avoid_gaps,
    )
    return Availability(clinic, option, offers, question)


def _window(days: list[date], policy: Policy, now: datetime, *, any_notice: bool) -> Span:
    """The minutes at which a session may start: the dates, cut by notice and horizon."""
    current = to_next_minute(now)  # a begun minute has passed
    if not any_notice:
        days = [day for day in days if day <= policy.last_day(current)]
    cut = [stretch for day in days for stretch in stretches(day, policy.zone)]
    if not cut:
        return OFFER_NOTHING_MINUTES
    earliest = cut[0].start if any_notice else max(cut[0].start, policy.earliest_start(current))
    return earliest, max(earliest, cut[-1].end)
