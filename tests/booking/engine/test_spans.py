"""Spans are sets of minutes: held against Python's own sets."""

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.engine.spans import EMPTY_SPANS, Span, Spans

LAST = 60

pairs = st.lists(st.tuples(st.integers(0, LAST), st.integers(0, LAST)), max_size=8)
minutes = st.integers(-5, LAST + 5)
lengths = st.integers(1, 25)

no_deadline = settings(deadline=None)  # a busy machine is no failure


def as_set(spans: Spans) -> set[int]:
    return {minute for start, end in spans for minute in range(start, end)}


def naive(raw: list[Span]) -> set[int]:
    """The minutes of raw pairs; a pair that ends before it starts has none."""
    return {minute for start, end in raw for minute in range(start, end)}


def is_tidy(spans: Spans) -> bool:
    """Sorted, not empty, and with at least a minute between one span and the next."""
    ends = [-(10**9), *(end for _, end in spans)]
    return all(
        before < start < end for before, (start, end) in zip(ends, spans.pairs, strict=False)
    )


def runs(members: set[int]) -> list[list[int]]:
    """The unbroken runs of a set of minutes."""
    found: list[list[int]] = []
    for minute in sorted(members):
        if found and found[-1][-1] == minute - 1:
            found[-1].append(minute)
        else:
            found.append([minute])
    return found


@given(pairs)
@no_deadline
def test_any_pairs_become_tidy_spans_of_the_same_minutes(raw: list[Span]) -> None:
    spans = Spans.of(raw)
    assert as_set(spans) == naive(raw)
    assert is_tidy(spans)


@given(pairs)
@no_deadline
def test_equal_sets_are_equal_spans_however_they_were_built(raw: list[Span]) -> None:
    by_minute = Spans.of((minute, minute + 1) for minute in naive(raw))
    assert by_minute == Spans.of(raw)
    assert hash(by_minute) == hash(Spans.of(raw))


@given(pairs, pairs)
@no_deadline
def test_or_is_the_union(a: list[Span], b: list[Span]) -> None:
    both = Spans.of(a) | Spans.of(b)
    assert as_set(both) == naive(a) | naive(b)
    assert is_tidy(both)


@given(pairs, pairs)
@no_deadline
def test_and_is_the_intersection(a: list[Span], b: list[Span]) -> None:
    common = Spans.of(a) & Spans.of(b)
    assert as_set(common) == naive(a) & naive(b)
    assert is_tidy(common)


@given(pairs, pairs)
@no_deadline
def test_minus_is_the_difference(a: list[Span], b: list[Span]) -> None:
    rest = Spans.of(a) - Spans.of(b)
    assert as_set(rest) == naive(a) - naive(b)
    assert is_tidy(rest)


@given(pairs)
@no_deadline
def test_spans_are_true_when_they_hold_a_minute(raw: list[Span]) -> None:
    assert bool(Spans.of(raw)) == bool(naive(raw))


@given(pairs, minutes)
@no_deadline
def test_a_minute_is_in_spans_when_it_is_in_the_set(raw: list[Span], minute: int) -> None:
    assert (minute in Spans.of(raw)) == (minute in naive(raw))


@given(pairs, minutes)
@no_deadline
def test_around_gives_the_run_that_a_minute_lies_in(raw: list[Span], minute: int) -> None:
    holding = [run for run in runs(naive(raw)) if minute in run]
    expected = (holding[0][0], holding[0][-1] + 1) if holding else None
    assert Spans.of(raw).span_containing(minute) == expected


@given(pairs, minutes, lengths)
@no_deadline
def test_covers_means_that_every_minute_is_in_the_set(
    raw: list[Span], start: int, length: int
) -> None:
    every = all(minute in naive(raw) for minute in range(start, start + length))
    assert Spans.of(raw).covers(start, start + length) == every


@given(pairs, minutes, st.integers(0, 25))
@no_deadline
def test_meets_means_that_any_minute_is_in_the_set(
    raw: list[Span], start: int, length: int
) -> None:
    some = any(minute in naive(raw) for minute in range(start, start + length))
    assert Spans.of(raw).overlaps(start, start + length) == some


@given(pairs, lengths)
@no_deadline
def test_starts_fitting_are_the_minutes_from_which_every_minute_is_in_the_set(
    raw: list[Span], length: int
) -> None:
    fitting = Spans.of(raw).starts_fitting(length)
    inside = naive(raw)
    assert as_set(fitting) == {
        start for start in inside if all(m in inside for m in range(start, start + length))
    }
    assert is_tidy(fitting)


@given(pairs, lengths)
@no_deadline
def test_starts_touching_are_the_minutes_from_which_any_minute_is_in_the_set(
    raw: list[Span], length: int
) -> None:
    touching = Spans.of(raw).starts_overlapping(length)
    inside = naive(raw)
    assert as_set(touching) == {
        start
        for start in range(-length, LAST + 1)
        if any(m in inside for m in range(start, start + length))
    }
    assert is_tidy(touching)


@given(pairs, pairs, lengths)
@no_deadline
def test_no_operation_changes_its_operands(a: list[Span], b: list[Span], length: int) -> None:
    left, right = Spans.of(a), Spans.of(b)
    _ = (left | right, left & right, left - right)
    _ = (left.starts_fitting(length), right.starts_overlapping(length))
    assert (left, right) == (Spans.of(a), Spans.of(b))


def test_touching_spans_become_one() -> None:
    assert Spans.of([(60, 120), (0, 60)]) == Spans(((0, 120),))


def test_the_end_of_a_span_is_not_in_it() -> None:
    hour = Spans.of([(0, 60)])
    assert [minute in hour for minute in (-1, 0, 59, 60)] == [False, True, True, False]


def test_minutes_before_1970_are_minutes_too() -> None:
    assert Spans.of([(-30, 30)]) - Spans.of([(-10, 0)]) == Spans(((-30, -10), (0, 30)))


def test_empty_spans_contain_nothing() -> None:
    hour = Spans.of([(0, 60)])
    assert (EMPTY_SPANS | hour, EMPTY_SPANS & hour, EMPTY_SPANS - hour) == (
        hour,
        EMPTY_SPANS,
        EMPTY_SPANS,
    )
    assert (hour - EMPTY_SPANS, hour - hour, EMPTY_SPANS.span_containing(0)) == (
        hour,
        EMPTY_SPANS,
        None,
    )


@given(pairs, st.integers(0, LAST), lengths)
@no_deadline
def test_near_gives_the_spans_that_touch_a_range(raw: list[Span], start: int, length: int) -> None:
    spans, end = Spans.of(raw), start + length
    near = spans.near(start, end)
    stretch = Spans(((start, end),))

    assert near & stretch == spans & stretch
    assert set(near.pairs) == {(a, b) for a, b in spans if a <= end and start <= b}
