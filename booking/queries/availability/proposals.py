"""Proposals for appointments that a change of hours affects: a colleague, or another time.

The data is read once for all of them. The first proposal of each is reserved for it, so that all
first proposals can be taken together. No proposal is earlier than the booked time: a patient who
overlooks the mail then comes too early, not too late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from booking.engine.hours import dates_between, grid_starts
from booking.engine.slots import (
    SessionLength,
    Slot,
    SlotQuery,
    TherapistCalendar,
    find_slots,
    free_rooms,
)
from booking.engine.spans import EMPTY_SPANS, Span, Spans
from booking.inputs import (
    OptionsWithdrawal,
    RoomChange,
    RoomKindChange,
    RoomSwitchOff,
    ScheduleChange,
    TreatmentRoomKindChange,
)
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Offer, Room, Therapist
from booking.queries.appointments.move_proposals import has_time_to_answer, is_reached_by_mail
from booking.queries.availability.offers import offers_by_option, shortest_session
from booking.queries.availability.rescheduling import with_agreed_price
from booking.queries.availability.schedule_spans import (
    load_busy_spans,
    load_schedule_layers,
    span_of_days,
)
from booking.queries.health.status import health_statuses
from booking.queries.schedule.changed_hours import apply_change
from clinic.lib.dates.epoch import from_minutes, to_minutes, to_next_minute

SEARCH_PERIOD = timedelta(days=14)
MAX_PER_GROUP = 2
MIN_MINUTES_APART = 180
"""Minutes between two later times."""
MINUTES_PER_DAY = 1440


@dataclass(frozen=True, slots=True)
class Proposal:
    """A therapist and a time that are still free after a change of the schedule."""

    starts_at: datetime
    therapist: Therapist
    price: Decimal
    same_time: bool
    same_therapist: bool
    can_ask: bool = False
    """Whether the patient can be asked about it by mail."""

    @property
    def move_choice(self) -> str:
        """The form value of "move the appointment to this time"."""
        return f"move {self.therapist.slug} {self.starts_at.isoformat()}"

    @property
    def ask_choice(self) -> str:
        """The form value of "ask the patient whether this time suits them"."""
        return f"ask {self.therapist.slug} {self.starts_at.isoformat()}"


@dataclass
class ProposalSearch:
    """Open and busy time on all dates that could be proposed."""

    clinic: ClinicProfile
    now: int
    grid: Sequence[int]
    offers: Mapping[int, Mapping[int, Offer]]
    open: Mapping[int, Spans]
    busy: dict[int, Spans]
    rooms: Mapping[int, int]
    room_busy: dict[int, Spans]
    only_room_lost: bool = False
    """Whether the appointments need another room only, and may keep time and therapist."""
    needed_kinds: Mapping[int, int | None] = field(default_factory=dict)
    """Kinds of room (or None: any) by treatment, where the change is about them; primary keys."""

    def suits(self, row: Appointment, room_kind: int) -> bool:
        """Return whether a room of this kind (pk) suits an appointment after the change."""
        treatment = row.option.treatment
        return self.needed_kinds.get(treatment.pk, treatment.room_kind_id) in (None, room_kind)

    def reserve(self, therapist: int, room: int, span: Span) -> None:
        """Mark a span of a therapist and a room (primary keys) as busy for later proposals."""
        self.busy[therapist] = self.busy.get(therapist, EMPTY_SPANS) | Spans((span,))
        self.room_busy[room] = self.room_busy.get(room, EMPTY_SPANS) | Spans((span,))


def find_proposals(
    affected: Sequence[Appointment], change: ScheduleChange, clinic: ClinicProfile, now: datetime
) -> Mapping[int, tuple[Proposal, ...]]:
    """Return proposals by appointment pk, at most two of each group.

    The groups: the same time with other therapists, or in another room if only the room is lost;
    later times of the same therapist; later times of any therapist (before the other group, if the
    patient has no preference). None for patients who have arrived or whose health screening blocks.
    At most nine queries.
    """
    movable = _movable([row for row in affected if row.status == Status.BOOKED], now)
    if not movable:
        return {}
    search = _build_search(movable, change, clinic, now)
    return {row.pk: tuple(_proposals(row, search)) for row in movable}


def _movable(booked: Sequence[Appointment], now: datetime) -> list[Appointment]:
    """Return those that may move with the same treatment."""
    statuses = health_statuses(booked, now) if booked else {}
    return [row for row in booked if statuses[row.pk].allows_booking(row.option.treatment.pressure)]


def _build_search(
    affected: Sequence[Appointment], change: ScheduleChange, clinic: ClinicProfile, now: datetime
) -> ProposalSearch:
    zone = clinic.zone
    search_days = sorted({day for row in affected for day in _days(row, clinic, now)})
    days = dates_between(search_days[0] - timedelta(days=1), search_days[-1] + timedelta(days=1))
    offers = _without_withdrawn(
        offers_by_option(clinic, {row.option_id for row in affected}), change
    )
    therapists = sorted(
        {therapist for option_offers in offers.values() for therapist in option_offers}
    )
    layers = apply_change(load_schedule_layers(therapists, days, zone), change, days, zone)
    kinds = dict(Room.objects.filter(is_active=True).values_list("pk", "kind_id"))
    needed_kinds = {}
    match change:
        case RoomSwitchOff(room=room):
            kinds.pop(room, None)
        case RoomKindChange(room=room, kind=kind) if room in kinds:
            kinds[room] = kind
        case TreatmentRoomKindChange(treatment=treatment, kind=needed):
            needed_kinds[treatment] = needed
    by_therapist, by_room = load_busy_spans(days, now=now, zone=zone)
    return ProposalSearch(
        clinic=clinic,
        now=to_next_minute(now),
        grid=[
            minute for day in search_days for minute in grid_starts(day, clinic.grid_minutes, zone)
        ],
        offers=offers,
        open=layers.open_spans(therapists, days, zone),
        busy={pk: Spans.of(spans) for pk, spans in by_therapist.items()},
        rooms=kinds,
        room_busy={room: Spans.of(spans) for room, spans in by_room.items()},
        only_room_lost=isinstance(change, RoomChange),
        needed_kinds=needed_kinds,
    )


def _without_withdrawn(
    offers: Mapping[int, Mapping[int, Offer]], change: ScheduleChange
) -> Mapping[int, Mapping[int, Offer]]:
    """Return what can still be booked, by option and therapist, if options are withdrawn."""
    if not isinstance(change, OptionsWithdrawal):
        return offers
    return {
        option: {
            therapist: offer
            for therapist, offer in by_therapist.items()
            if option not in change.options or change.therapist not in (None, therapist)
        }
        for option, by_therapist in offers.items()
    }


def _days(row: Appointment, clinic: ClinicProfile, now: datetime) -> list[date]:
    """Return the dates on which another time is searched."""
    day = clinic.local_date(max(row.starts_at, now))
    return dates_between(day, day + SEARCH_PERIOD)


def _proposals(row: Appointment, search: ProposalSearch) -> list[Proposal]:
    offers = with_agreed_price(row, search.offers.get(row.option_id, {}))
    if not offers:
        return []
    booked_start = to_minutes(row.starts_at)
    slot_query = _slot_query(row, offers, search)
    own_calendars = [
        calendar for calendar in slot_query.calendars if calendar.therapist == row.therapist_id
    ]
    later_same_therapist, later_any_therapist = (
        _later(replace(slot_query, calendars=own_calendars), booked_start),
        _later(slot_query, booked_start),
    )
    groups = (
        (later_any_therapist, later_same_therapist)
        if row.any_therapist
        else (later_same_therapist, later_any_therapist)
    )
    places = _at(slot_query, booked_start)
    if not search.only_room_lost:
        places = [place for place in places if place[1] != row.therapist_id]
    places = sorted(places, key=lambda place: place[1] != row.therapist_id)[:MAX_PER_GROUP]
    for group in groups:
        places += [place for place in group[:MAX_PER_GROUP] if place not in places]
    askable = _askable(row, places, search)
    for place in dict.fromkeys([*places[:1], *askable[:1]]):
        _reserve(row, slot_query, place, search)
    return [
        Proposal(
            starts_at=from_minutes(start),
            therapist=offers[therapist].therapist,
            price=offers[therapist].price,
            same_time=start == booked_start,
            same_therapist=therapist == row.therapist_id,
            can_ask=(start, therapist) in askable,
        )
        for start, therapist in places
    ]


StartAndTherapist = tuple[int, int]
"""Start and therapist."""


def _askable(
    row: Appointment, places: Sequence[StartAndTherapist], search: ProposalSearch
) -> list[StartAndTherapist]:
    """Return the places about which the patient can be asked by mail.

    More than the room must change, the patient must be reached by mail, and have enough time to
    answer.
    """
    if not is_reached_by_mail(row.patient):
        return []
    booked, now = (to_minutes(row.starts_at), row.therapist_id), from_minutes(search.now)
    return [
        place
        for place in places
        if place != booked and has_time_to_answer(row, from_minutes(place[0]), search.clinic, now)
    ]


def _slot_query(row: Appointment, offers: Mapping[int, Offer], search: ProposalSearch) -> SlotQuery:
    """Return the slot query of one appointment, without the time it occupies itself."""
    session = SessionLength(row.minutes, row.option.turnaround_minutes)
    booked_start = to_minutes(row.starts_at)
    days = _days(row, search.clinic, from_minutes(search.now))
    first, last = max(booked_start, search.now), span_of_days(days, search.clinic.zone)[1]
    span_to_read = first - MINUTES_PER_DAY, last + MINUTES_PER_DAY
    own_span = Spans(((booked_start, to_minutes(row.blocked_until)),))

    def busy_near(busy: Spans, *, without_own: bool) -> Spans:
        nearby = busy.near(*span_to_read)
        return nearby - own_span if without_own else nearby

    return SlotQuery(
        session=session,
        window=(first, max(first, last)),
        grid=search.grid,
        calendars=[
            TherapistCalendar(
                therapist=therapist,
                open=search.open.get(therapist, EMPTY_SPANS).near(*span_to_read),
                busy=busy_near(
                    search.busy.get(therapist, EMPTY_SPANS),
                    without_own=therapist == row.therapist_id,
                ),
                shortest=shortest_session(offer),
            )
            for therapist, offer in offers.items()
        ],
        rooms={
            room: busy_near(
                search.room_busy.get(room, EMPTY_SPANS), without_own=room == row.room_id
            )
            for room, room_kind in search.rooms.items()
            if search.suits(row, room_kind)
        },
        avoid_gaps=search.clinic.avoid_gaps,
    )


def _at(slot_query: SlotQuery, start: int) -> list[StartAndTherapist]:
    """Return the therapists who are free at this start."""
    window = (max(start, slot_query.window[0]), max(start + 1, slot_query.window[0]))
    slots = find_slots(replace(slot_query, window=window))
    return [(slot.start, therapist) for slot in slots for therapist in slot.therapists]


def _later(slot_query: SlotQuery, booked_start: int) -> list[StartAndTherapist]:
    """Return later times, nearest first, at least three hours apart."""
    chosen: list[Slot] = []
    for slot in find_slots(slot_query):
        if slot.start > booked_start and (
            not chosen or slot.start - chosen[-1].start >= MIN_MINUTES_APART
        ):
            chosen.append(slot)
        if len(chosen) == MAX_PER_GROUP:
            break
    return [(slot.start, slot.therapists[0]) for slot in chosen]


def _reserve(
    row: Appointment, slot_query: SlotQuery, place: StartAndTherapist, search: ProposalSearch
) -> None:
    """Reserve a proposal's time; the room is chosen as by a move: the same, else the first."""
    start, therapist = place
    rooms = free_rooms(start, slot_query.session, slot_query.rooms)
    room = row.room_id if row.room_id in rooms else rooms[0]
    search.reserve(therapist, room, (start, start + slot_query.session.total))
