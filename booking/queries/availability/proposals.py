"""Where appointments that lose their time could go: a colleague, or another time.

Everything is read once for all of them, then each is asked about in turn. The first proposal of
each is kept free for it, so that all first proposals can be taken together. Nothing is proposed
that is earlier than what was booked: whoever overlooks the mail comes too early, not too late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from booking.engine.hours import dates, grid_starts
from booking.engine.slots import Diary, Question, Session, Slot, find_slots, free_rooms
from booking.engine.spans import NOTHING, Span, Spans
from booking.inputs import Change
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Offer, Room, Therapist
from booking.queries.availability.offers import offers_by_option, shortest_session
from booking.queries.availability.rescheduling import at_agreed_price
from booking.queries.availability.schedule_spans import busy_spans, read_layers, real_span
from booking.queries.health.status import standings
from booking.queries.schedule.changed_hours import changed
from clinic.lib.dates.epoch import from_minutes, to_minutes, to_next_minute

LATER = timedelta(days=14)
EACH_WAY = 2
APART = 180
"""Minutes between two later times."""
A_DAY = 1440


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place that is free after the change."""

    starts_at: datetime
    therapist: Therapist
    price: Decimal
    same_time: bool
    same_therapist: bool

    @property
    def value(self) -> str:
        """What the browser sends back."""
        return f"move {self.therapist.slug} {self.starts_at.isoformat()}"


@dataclass
class Board:
    """What is open and what is taken, on all dates that could be proposed."""

    clinic: ClinicProfile
    now: int
    grid: Sequence[int]
    offers: Mapping[int, Mapping[int, Offer]]
    open: Mapping[int, Spans]
    busy: dict[int, Spans]
    rooms: Mapping[int, int]
    room_busy: dict[int, Spans]

    def reserve(self, therapist: int, room: int, span: Span) -> None:
        """Nobody else is proposed this."""
        self.busy[therapist] = self.busy.get(therapist, NOTHING) | Spans((span,))
        self.room_busy[room] = self.room_busy.get(room, NOTHING) | Spans((span,))


def propose(
    lost: Sequence[Appointment], change: Change, clinic: ClinicProfile, now: datetime
) -> Mapping[int, tuple[Proposal, ...]]:
    """By appointment id: the same time with colleagues, then later times of the same therapist,
    then anybody's (before those, if the patient had no wish); two of each at most. None for
    somebody who is here already, or whose health stands in the way. Ten queries, however many
    appointments."""
    movable = _movable([row for row in lost if row.status == Status.BOOKED], now)
    if not movable:
        return {}
    board = _board(movable, change, clinic, now)
    return {row.pk: tuple(_proposals(row, board)) for row in movable}


def _movable(booked: Sequence[Appointment], now: datetime) -> list[Appointment]:
    """Those who may have another time for the same treatment."""
    found = standings(booked, now) if booked else {}
    return [row for row in booked if found[row.pk].fits(row.option.treatment.touch)]


def _board(
    lost: Sequence[Appointment], change: Change, clinic: ClinicProfile, now: datetime
) -> Board:
    zone = clinic.zone
    wanted = sorted({day for row in lost for day in _days(row, clinic, now)})
    days = dates(wanted[0] - timedelta(days=1), wanted[-1] + timedelta(days=1))
    offers = offers_by_option(clinic, {row.option_id for row in lost})
    therapists = sorted({therapist for given in offers.values() for therapist in given})
    layers = changed(read_layers(therapists, days, zone), change, days, zone)
    by_therapist, by_room = busy_spans(days, now=now, ignoring=None, zone=zone)
    return Board(
        clinic=clinic,
        now=to_next_minute(now),
        grid=[m for day in wanted for m in grid_starts(day, clinic.grid_minutes, zone)],
        offers=offers,
        open=layers.open_spans(therapists, days, zone),
        busy={who: Spans.of(spans) for who, spans in by_therapist.items()},
        rooms=dict(Room.objects.filter(is_active=True).values_list("pk", "kind_id")),
        room_busy={room: Spans.of(spans) for room, spans in by_room.items()},
    )


def _days(row: Appointment, clinic: ClinicProfile, now: datetime) -> list[date]:
    """The dates on which another time is looked for."""
    day = max(row.starts_at, now).astimezone(clinic.zone).date()
    return dates(day, day + LATER)


def _proposals(row: Appointment, board: Board) -> list[Proposal]:
    offers = at_agreed_price(row, board.offers.get(row.option_id, {}))
    if not offers:
        return []
    here = to_minutes(row.starts_at)
    question = _question(row, offers, board)
    own = [diary for diary in question.diaries if diary.therapist == row.therapist_id]
    wished, anybody = _later(replace(question, diaries=own), here), _later(question, here)
    ways = (anybody, wished) if row.any_therapist else (wished, anybody)
    found = _at(question, here, others_than=row.therapist_id)[:EACH_WAY]
    for way in ways:
        found += [place for place in way[:EACH_WAY] if place not in found]
    if found:
        _reserve(row, question, found[0], board)
    return [
        Proposal(
            starts_at=from_minutes(start),
            therapist=offers[therapist].therapist,
            price=offers[therapist].price,
            same_time=start == here,
            same_therapist=therapist == row.therapist_id,
        )
        for start, therapist in found
    ]


Place = tuple[int, int]
"""Start and therapist."""


def _question(row: Appointment, offers: Mapping[int, Offer], board: Board) -> Question:
    """The engine's question for one appointment, as if it were not there itself."""
    session = Session(row.minutes, row.option.turnaround_minutes)
    here, kind = to_minutes(row.starts_at), row.option.treatment.room_kind_id
    days = _days(row, board.clinic, from_minutes(board.now))
    first, last = max(here, board.now), real_span(days, board.clinic.zone)[1]
    around = first - A_DAY, last + A_DAY
    itself = Spans(((here, to_minutes(row.frees_at)),))

    def taken(busy: Spans, *, by_itself: bool) -> Spans:
        found = busy.near(*around)
        return found - itself if by_itself else found

    return Question(
        session=session,
        window=(first, max(first, last)),
        grid=board.grid,
        diaries=[
            Diary(
                therapist=who,
                open=board.open.get(who, NOTHING).near(*around),
                busy=taken(board.busy.get(who, NOTHING), by_itself=who == row.therapist_id),
                shortest=shortest_session(offer),
            )
            for who, offer in offers.items()
        ],
        rooms={
            room: taken(board.room_busy.get(room, NOTHING), by_itself=room == row.room_id)
            for room, of_kind in board.rooms.items()
            if kind in (None, of_kind)
        },
        avoid_gaps=board.clinic.avoid_gaps,
    )


def _at(question: Question, start: int, *, others_than: int) -> list[Place]:
    """Who else could take it at the very same time."""
    window = (max(start, question.window[0]), max(start + 1, question.window[0]))
    slots = find_slots(replace(question, window=window))
    return [(slot.start, who) for slot in slots for who in slot.therapists if who != others_than]


def _later(question: Question, here: int) -> list[Place]:
    """Later times, the nearest first, three hours apart: neighbours would say the same twice."""
    chosen: list[Slot] = []
    for slot in find_slots(question):
        if slot.start > here and (not chosen or slot.start - chosen[-1].start >= APART):
            chosen.append(slot)
        if len(chosen) == EACH_WAY:
            break
    return [(slot.start, slot.therapists[0]) for slot in chosen]


def _reserve(row: Appointment, question: Question, place: Place, board: Board) -> None:
    """The room is chosen as moving does it: the same if it is free, else the first."""
    start, therapist = place
    rooms = free_rooms(start, question.session, question.rooms)
    room = row.room_id if row.room_id in rooms else rooms[0]
    board.reserve(therapist, room, (start, start + question.session.total))
