"""Which starts can be booked, by example: a day from 09:00 to 17:00, minutes counted from 0:00."""

from collections.abc import Mapping, Sequence

from booking.engine.slots import (
    SessionLength,
    Slot,
    SlotQuery,
    TherapistCalendar,
    find_slots,
    free_rooms,
)
from booking.engine.spans import EMPTY_SPANS, Span, Spans

NINE, NOON, FIVE = 540, 720, 1020
HOUR = SessionLength(60)
HOUR_AND_TEN = SessionLength(60, 10)
ALWAYS = (0, 100_000)


def calendar(
    therapist: int = 1, *, opened: Sequence[Span] = ((NINE, FIVE),), busy: Sequence[Span] = ()
) -> TherapistCalendar:
    return TherapistCalendar(therapist, Spans.of(opened), Spans.of(busy))


def starts(
    *calendars: TherapistCalendar,
    session: SessionLength = HOUR,
    grid: int = 60,
    window: Span = ALWAYS,
    rooms: Mapping[int, Spans] | None = None,
) -> list[int]:
    """The bookable starts, as minutes since 00:00."""
    return [
        slot.start
        for slot in slots(*calendars, session=session, grid=grid, window=window, rooms=rooms)
    ]


def slots(
    *calendars: TherapistCalendar,
    session: SessionLength = HOUR,
    grid: int = 60,
    window: Span = ALWAYS,
    rooms: Mapping[int, Spans] | None = None,
) -> list[Slot]:
    free = {1: EMPTY_SPANS} if rooms is None else rooms
    return find_slots(SlotQuery(session, window, range(0, 2880, grid), calendars, free))


def room(*busy: Span) -> Spans:
    return Spans.of(busy)


def hours(*values: int) -> list[int]:
    return [value * 60 for value in values]


def test_an_idle_day_is_offered_from_opening_until_the_treatment_ends_at_closing() -> None:
    assert starts(calendar()) == hours(9, 10, 11, 12, 13, 14, 15, 16)


def test_a_start_not_on_the_grid_is_not_offered() -> None:
    assert starts(calendar(opened=[(NINE + 1, NINE + 120)]), grid=30) == [570, 600]


def test_turnaround_may_run_past_closing_time() -> None:
    assert starts(calendar(opened=[(NINE, NOON)]), session=HOUR_AND_TEN) == hours(9, 10, 11)


def test_treatment_may_not_run_past_closing_time() -> None:
    assert starts(calendar(opened=[(NINE, NOON - 1)])) == hours(9, 10)


def test_a_treatment_does_not_span_a_break() -> None:
    assert starts(calendar(opened=[(NINE, 630), (631, FIVE)]), grid=30)[:4] == [540, 570, 660, 690]


def test_an_appointment_takes_the_starts_that_would_overlap_it() -> None:
    assert starts(calendar(busy=[(660, 720)]), grid=30)[:5] == [540, 570, 600, 720, 750]


def test_turnaround_must_be_over_when_the_next_appointment_begins() -> None:
    busy = [(660, 730)]
    assert starts(calendar(busy=busy), session=HOUR_AND_TEN, grid=10)[:6] == [
        540,
        550,
        560,
        570,
        580,
        590,
    ]
    assert starts(calendar(busy=busy), session=HOUR_AND_TEN, grid=10)[6] == 730


def test_turnaround_past_closing_may_not_meet_an_appointment_there() -> None:
    evening = calendar(opened=[(NINE, NOON)], busy=[(NOON + 5, NOON + 65)])
    assert starts(evening, session=HOUR_AND_TEN, grid=5)[-1] == NOON - 65
    assert starts(evening, session=SessionLength(60, 5), grid=5)[-1] == NOON - 60


def test_turnaround_counts_after_a_session_only() -> None:
    assert starts(calendar(busy=[(NINE, 600)]), session=SessionLength(60, 30), grid=5)[0] == 600


def test_the_window_holds_its_first_start_but_not_its_last() -> None:
    assert starts(calendar(), window=(600, 660)) == [600]
    assert starts(calendar(), window=(601, 661)) == [660]
    assert starts(calendar(), window=(600, 600)) == []


def test_a_session_that_starts_within_the_window_may_end_after_it() -> None:
    assert starts(calendar(), session=SessionLength(120), window=(600, 601)) == [600]


def test_without_a_room_nothing_is_offered() -> None:
    assert starts(calendar(), rooms={}) == []


def test_without_a_therapist_nothing_is_offered() -> None:
    assert starts() == []


def test_one_free_room_is_enough() -> None:
    rooms = {1: room((0, 2880)), 2: room((600, 720))}
    assert starts(calendar(), rooms=rooms) == hours(9, 12, 13, 14, 15, 16)


def test_one_room_must_be_free_for_the_whole_session() -> None:
    rooms = {1: room((0, 630)), 2: room((630, 2880))}
    assert starts(calendar(), grid=30, rooms=rooms) == [540, 570, *range(630, 961, 30)]


def test_a_room_must_be_free_for_the_turnaround_too() -> None:
    rooms = {1: room((660, 720))}
    assert starts(calendar(), session=HOUR_AND_TEN, rooms=rooms) == hours(9, 12, 13, 14, 15, 16)


def test_slots_for_any_therapist_are_the_union_with_names() -> None:
    early, late = calendar(5, opened=[(NINE, 660)]), calendar(3, opened=[(600, NOON)])
    assert slots(early, late) == [Slot(540, (5,)), Slot(600, (5, 3)), Slot(660, (3,))]


def test_therapists_are_named_in_the_order_given() -> None:
    assert slots(calendar(9), calendar(2), calendar(4))[0] == Slot(540, (9, 2, 4))


def test_a_slot_does_not_list_busy_therapists() -> None:
    assert slots(calendar(1, busy=[(NINE, 600)]), calendar(2))[0] == Slot(540, (2,))


def test_a_session_may_cross_midnight() -> None:
    night = calendar(opened=[(1380, 1500)])
    assert starts(night, grid=30) == [1380, 1410, 1440]


def test_free_rooms_are_named_in_the_order_given() -> None:
    rooms = {8: room((540, 601)), 3: room((670, 700)), 5: EMPTY_SPANS, 4: room((500, 600))}
    assert free_rooms(600, HOUR_AND_TEN, rooms) == [3, 5, 4]
    assert free_rooms(601, HOUR_AND_TEN, rooms) == [8, 5, 4]


def test_the_same_query_gives_the_same_slots() -> None:
    asked = SlotQuery(
        HOUR, ALWAYS, range(0, 2880, 15), [calendar(1), calendar(2)], {1: EMPTY_SPANS}
    )
    assert find_slots(asked) == find_slots(asked)
