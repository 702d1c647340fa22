"""Any therapist: fewest booked minutes, then the tightest fit, then the order given."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.engine.assignment import Candidate, choose_therapist, smallest_gap_left
from booking.engine.slots import SessionLength
from booking.engine.spans import Spans

NINE, TEN, FIVE = 540, 600, 1020
HOUR = SessionLength(60, 10)

no_deadline = settings(deadline=None)  # a busy machine is no failure


def candidate(therapist: int, booked: int = 0, idle: tuple[int, int] = (NINE, FIVE)) -> Candidate:
    return Candidate(therapist, booked, Spans.of([idle]))


def left_over(start: int, session: SessionLength, idle: tuple[int, int]) -> int:
    """Idle minutes on the tighter side, counted one by one."""
    before = sum(1 for minute in range(idle[0], start))
    after = sum(1 for minute in range(start + session.minutes + session.turnaround, idle[1]))
    return min(before, after)


def test_the_therapist_with_the_fewest_booked_minutes_is_chosen() -> None:
    candidates = [candidate(1, 300), candidate(2, 60), candidate(3, 61)]
    assert choose_therapist(TEN, HOUR, candidates) == 2


def test_fewest_minutes_count_more_than_a_tight_fit() -> None:
    snug = candidate(1, 61, (TEN, TEN + 70))
    loose = candidate(2, 60)
    assert choose_therapist(TEN, HOUR, [snug, loose]) == 2


def test_among_equals_the_tightest_fit_is_chosen() -> None:
    candidates = [
        candidate(1),
        candidate(2, 0, (TEN - 15, FIVE)),
        candidate(3, 0, (TEN - 20, FIVE)),
    ]
    assert choose_therapist(TEN, HOUR, candidates) == 2


def test_a_tight_fit_after_is_as_good_as_one_before() -> None:
    before = candidate(1, 0, (TEN - 30, FIVE))
    after = candidate(2, 0, (NINE, TEN + 70 + 15))
    assert choose_therapist(TEN, HOUR, [before, after]) == 2


def test_among_equals_the_first_in_order_is_chosen() -> None:
    assert choose_therapist(TEN, HOUR, [candidate(7), candidate(3), candidate(5)]) == 7


def test_turnaround_past_closing_time_counts_as_a_tight_fit() -> None:
    assert smallest_gap_left(TEN, HOUR, Spans.of([(NINE, TEN + 60)])) == 0


def test_slack_looks_only_at_the_idle_piece_around_the_start() -> None:
    assert (
        smallest_gap_left(TEN, HOUR, Spans.of([(0, 60), (TEN - 25, TEN + 100), (FIVE, FIVE + 5)]))
        == 25
    )


def test_choosing_from_no_candidates_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"."):
        choose_therapist(TEN, HOUR, [])


@given(st.data())
@no_deadline
def test_the_choice_is_the_first_of_the_sorted_candidates(data: st.DataObject) -> None:
    session = SessionLength(data.draw(st.integers(10, 60)), data.draw(st.integers(0, 20)))
    people = [
        (
            therapist,
            data.draw(st.sampled_from([0, 60, 120])),
            (TEN - data.draw(st.integers(0, 40)), TEN + 60 + data.draw(st.integers(0, 60))),
        )
        for therapist in data.draw(st.permutations(range(data.draw(st.integers(1, 5)))))
    ]
    expected = sorted(people, key=lambda p: (p[1], left_over(TEN, session, p[2])))[0][0]
    candidates = [candidate(*person) for person in people]
    assert choose_therapist(TEN, session, candidates) == expected
