"""Sets of minutes as sorted, disjoint, half-open spans, with set operators.

    a       |-----|      |----|
    b          |-----|
    a | b   |--------|   |----|
    a & b      |--|
    a - b   |--|         |----|

All operations are linear in the number of spans.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spans:
    """An immutable set of minutes. Use `Spans.of` to build one from arbitrary spans."""

    pairs: tuple[Span, ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[Span]) -> "Spans":
        """Build from spans in any order, merging overlapping and adjacent ones; drop empty ones."""
        merged: list[Span] = []
        for start, end in sorted(pairs):
            if start >= end:
                continue
            if merged and start <= merged[-1][1]:
                if end > merged[-1][1]:
                    merged[-1] = (merged[-1][0], end)
            else:
                merged.append((start, end))
        return cls(tuple(merged))

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def __iter__(self) -> Iterator[Span]:
        return iter(self.pairs)

    def __contains__(self, minute: int) -> bool:
        return self.span_containing(minute) is not None

    def span_containing(self, minute: int) -> Span | None:
        """Return the span that contains a minute, or None."""
        index = bisect_right(self.pairs, (minute, _FOR_EVER)) - 1
        if index >= 0 and minute < self.pairs[index][1]:
            return self.pairs[index]
        return None

    def covers(self, start: int, end: int) -> bool:
        """Return whether one span contains all of [start, end)."""
        span = self.span_containing(start)
        return span is not None and end <= span[1]

    def overlaps(self, start: int, end: int) -> bool:
        """Return whether the set contains any minute of [start, end)."""
        index = bisect_right(self.pairs, (start, _FOR_EVER)) - 1
        if index >= 0 and start < self.pairs[index][1]:
            return start < end
        return index + 1 < len(self.pairs) and self.pairs[index + 1][0] < end

    def near(self, start: int, end: int) -> "Spans":
        """Return the whole spans that overlap [start, end) or are adjacent to it."""
        first = bisect_right(self.pairs, (start, -1))
        first -= first > 0 and self.pairs[first - 1][1] >= start
        return Spans(self.pairs[first : bisect_right(self.pairs, (end, _FOR_EVER))])

    def __or__(self, other: "Spans") -> "Spans":
        return Spans.of((*self.pairs, *other.pairs))

    def __and__(self, other: "Spans") -> "Spans":
        common: list[Span] = []
        ours, theirs = self.pairs, other.pairs
        i = j = 0
        while i < len(ours) and j < len(theirs):
            (a, b), (c, d) = ours[i], theirs[j]
            # This loop takes most of the time of a month's slots: it calls no functions.
            start = a if a > c else c
            if b < d:
                i, end = i + 1, b
            else:
                j, end = j + 1, d
            if start < end:
                common.append((start, end))
        return Spans(tuple(common))

    def __sub__(self, other: "Spans") -> "Spans":
        remaining: list[Span] = []
        removed = other.pairs
        j = 0
        for first, end in self.pairs:
            start = first
            while j < len(removed) and removed[j][1] <= start:
                j += 1
            k = j
            while k < len(removed) and removed[k][0] < end:
                if start < removed[k][0]:
                    remaining.append((start, removed[k][0]))
                start = max(start, removed[k][1])
                k += 1
            if start < end:
                remaining.append((start, end))
        return Spans(tuple(remaining))

    def starts_fitting(self, length: int) -> "Spans":
        """Return the minutes at which something of this length can start within one span.

        span    |----------|
        starts  |-----|          and the last one itself: [a, b - length + 1)
        """
        return Spans(tuple((a, b - length + 1) for a, b in self.pairs if b - a >= length))

    def starts_overlapping(self, length: int) -> "Spans":
        """Return the minutes at which something of this length would start and overlap a span.

        span           |------|
        starts    (----|------)      (a - length, b)
        """
        merged: list[Span] = []
        last = -_FOR_EVER
        for start, end in self.pairs:  # in order and disjoint, so nothing has to be sorted
            if start - length < last:
                merged[-1] = (merged[-1][0], end)
            else:
                merged.append((start - length + 1, end))
            last = end
        return Spans(tuple(merged))


_FOR_EVER = 1 << 62
EMPTY_SPANS = Spans()
