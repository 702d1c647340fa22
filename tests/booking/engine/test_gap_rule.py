"""The gap rule: no start is offered that leaves an idle piece too short for the shortest option."""

from collections.abc import Sequence

from booking.engine.slots import SessionLength, SlotQuery, TherapistCalendar, find_slots
from booking.engine.spans import EMPTY_SPANS, Span, Spans

NINE, NOON = 540, 720
SHORTEST = SessionLength(30, 10)
HOUR = SessionLength(60, 10)


def starts(
    session: SessionLength,
    *,
    opened: Sequence[Span] = ((NINE, NOON),),
    busy: Sequence[Span] = (),
    shortest: SessionLength | None = SHORTEST,
    avoid_gaps: bool = True,
) -> list[int]:
    """The bookable starts on a grid of five minutes."""
    calendar = TherapistCalendar(1, Spans.of(opened), Spans.of(busy), shortest)
    grid = range(0, 2880, 5)
    asked = SlotQuery(session, (0, 2880), grid, [calendar], {1: EMPTY_SPANS}, avoid_gaps)
    return [slot.start for slot in find_slots(asked)]


def test_idle_time_before_or_after_is_zero_or_long_enough() -> None:
    assert starts(HOUR) == [540, *range(580, 621, 5), 650, 655, 660]


def test_idle_time_before_must_fit_the_shortest_session_and_turnaround() -> None:
    assert starts(HOUR)[:2] == [NINE, NINE + 40]


def test_idle_time_until_closing_must_fit_the_session_only() -> None:
    until_closing = [NOON - (start + 70) for start in starts(HOUR) if start + 70 < NOON]
    assert min(until_closing) == 30


def test_turnaround_that_passes_closing_leaves_nothing_after() -> None:
    assert starts(HOUR)[-3:] == [NOON - 70, NOON - 65, NOON - 60]


def test_idle_time_until_an_appointment_must_fit_the_turnaround_too() -> None:
    assert starts(HOUR, busy=[(NOON - 10, NOON)]) == [540, *range(580, 601, 5), 640]


def test_an_appointment_that_begins_at_closing_is_an_appointment() -> None:
    assert starts(HOUR, busy=[(NOON, NOON + 60)]) == [540, *range(580, 611, 5), 650]


def test_an_appointment_beyond_any_turnaround_is_ignored() -> None:
    assert starts(HOUR, busy=[(NOON + 10, NOON + 60)]) == starts(HOUR)


def test_an_appointment_soon_after_closing_limits_the_turnaround() -> None:
    """11:55 to 12:05 is the latest turnaround, so the rest must hold 35 minutes, not 30."""
    assert starts(HOUR, busy=[(NOON + 5, NOON + 65)]) == [540, *range(580, 616, 5), 650, 655]


def test_turnaround_across_a_short_break_must_leave_no_gap_after_it() -> None:
    """From 12:05 to 12:35 the shortest session fits; from 12:10 it would not."""
    opened = [(NINE, NOON), (NOON + 5, NOON + 35)]
    assert starts(HOUR, opened=opened)[-2:] == [NOON - 70, NOON - 65]


def test_an_appointment_that_ends_at_opening_is_no_gap() -> None:
    assert starts(HOUR, busy=[(NINE - 60, NINE)]) == starts(HOUR)


def test_a_session_that_fills_an_idle_piece_exactly_is_offered() -> None:
    assert starts(HOUR, busy=[(NINE + 70, NOON)]) == [NINE]


def test_nothing_is_offered_where_every_start_would_leave_a_gap() -> None:
    assert starts(HOUR, busy=[(NINE + 90, NOON)]) == []


def test_the_rule_applies_to_the_shortest_session_too() -> None:
    assert starts(SHORTEST, opened=[(NINE, NINE + 80)]) == [540, 580, 585, 590]


def test_an_existing_gap_does_not_affect_other_idle_time() -> None:
    """09:00 to 09:10 is lost already; the piece from 10:00 is judged by itself."""
    assert starts(HOUR, busy=[(NINE + 10, 600)]) == [600, 650, 655, 660]


def test_the_rule_does_not_apply_without_a_shortest_session() -> None:
    assert starts(SessionLength(60), shortest=None) == list(range(NINE, NOON - 55, 5))


def test_the_rule_is_off_unless_the_owner_switches_it_on() -> None:
    assert starts(SessionLength(60), avoid_gaps=False) == list(range(NINE, NOON - 55, 5))


def test_each_therapist_has_their_own_shortest_session() -> None:
    quick = TherapistCalendar(1, Spans.of([(NINE, NOON)]), EMPTY_SPANS, SessionLength(15))
    slow = TherapistCalendar(2, Spans.of([(NINE, NOON)]), EMPTY_SPANS, SessionLength(60))
    grid = range(0, 1440, 15)
    asked = SlotQuery(
        SessionLength(60), (0, 1440), grid, [quick, slow], {1: EMPTY_SPANS}, avoid_gaps=True
    )
    assert [(slot.start, slot.therapists) for slot in find_slots(asked)] == [
        (540, (1, 2)),
        *[(start, (1,)) for start in range(555, 600, 15)],
        (600, (1, 2)),
        *[(start, (1,)) for start in range(615, 660, 15)],
        (660, (1, 2)),
    ]
