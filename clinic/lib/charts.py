"""The geometry of a drawn chart: columns, stacked, above a line.

|        __
| __ __ |__|      width in per cent of whatever room there is, height in pixels: so that
||__|__||__|      letters keep their size on a phone, and no style is written into the page
+-----------
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10

HEIGHT = 200
HEADROOM = 22
"""Above the tallest column, for the words of the uppermost line."""
MAX_LABELS = 6
GAP_SHARE = 0.25
FormatValue = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of the columns: its name, and a value for each of them."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a column. `tone` is the number of its series, from 1 on."""

    x: str
    width: str
    y: str
    height: str
    tone: int
    says: str


@dataclass(frozen=True, slots=True)
class ChartLabel:
    """Words at a place: a line of the scale, or the name of a column."""

    at: str
    words: str


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Everything a template needs to draw."""

    title: str
    names: list[tuple[int, str]]
    bars: list[Bar]
    lines: list[ChartLabel]
    labels: list[ChartLabel]
    height: int = HEIGHT + HEADROOM
    label_y: int = HEIGHT + HEADROOM + 20

    @property
    def is_empty(self) -> bool:
        return not self.bars


@dataclass(frozen=True, slots=True)
class ColumnPosition:
    """The place of one column: the n-th, `width` per cent wide, on a scale up to a value."""

    n: int
    width: float
    label: str
    scale: float

    def column(self, series: Sequence[Series], write: FormatValue) -> list[Bar]:
        """Its pieces, from the foot upwards; nothing for nothing."""
        bars, below = [], 0.0
        for tone, one in enumerate(series, 1):
            value = one.values[self.n]
            if value > 0:
                says = f"{self.label}: {one.name} {write(value)}"
                bars.append(self._bar(below, below + value, tone, says))
            below += value
        return bars

    def _bar(self, foot: float, top: float, tone: int, says: str) -> Bar:
        lower, upper = _y_of_value(foot, self.scale), _y_of_value(top, self.scale)
        return Bar(
            x=f"{(self.n + GAP_SHARE / 2) * self.width:.3f}%",
            width=f"{(1 - GAP_SHARE) * self.width:.3f}%",
            y=_svg_number(upper),
            height=_svg_number(lower - upper),
            tone=tone,
            says=says,
        )


def stacked_columns(
    title: str, labels: Sequence[str], series: Sequence[Series], *, write: FormatValue
) -> ColumnChart:
    """Columns of one or more series, the first at the foot. Values are not below zero."""
    tops = [sum(one.values[n] for one in series) for n in range(len(labels))]
    scale = scale_maximum(max(tops, default=0))
    slot = 100 / max(len(labels), 1)
    slots = [ColumnPosition(n, slot, labels[n], scale) for n in range(len(labels))]
    bars = [bar for one in slots for bar in one.column(series, write)]
    return ColumnChart(
        title,
        [(tone, one.name) for tone, one in enumerate(series, 1)],
        bars,
        [
            ChartLabel(_svg_number(_y_of_value(part * scale, scale)), write(part * scale))
            for part in (0.5, 1)
        ],
        [ChartLabel(f"{(n + 0.5) * slot:.3f}%", labels[n]) for n in _labelled_columns(len(labels))],
    )


def scale_maximum(value: float) -> float:
    """The next of 1, 2, 4, 5, 10, 20... which halves well; 1 for nothing at all."""
    if value <= 0:
        return 1
    ten = 10 ** floor(log10(value))
    return float(next(step * ten for step in (1, 2, 4, 5, 10) if step * ten >= value))


def _y_of_value(value: float, scale: float) -> float:
    return HEADROOM + HEIGHT - value / scale * HEIGHT


def _svg_number(value: float) -> str:
    return f"{value:.1f}"


def _labelled_columns(number: int) -> range:
    """Which columns have room for their name below them."""
    every = max(1, -(-number // MAX_LABELS))
    return range(every // 2, number, every)
