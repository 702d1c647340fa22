"""The geometry of a stacked column chart, for an SVG drawn by a template.

|        __
| __ __ |__|      Widths are in per cent of the available width, heights in pixels: so
||__|__||__|      letters keep their size on a phone, and the page needs no inline style
+-----------
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10

HEIGHT = 200
HEADROOM = 22
"""Pixels above the tallest column, for the label of the top grid line."""
MAX_LABELS = 6
GAP_SHARE = 0.25
FormatValue = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Series:
    """One series (one color): its name, and its value in each column."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Bar:
    """One series' part of a column, with SVG coordinates. `series_number` counts from 1."""

    x: str
    width: str
    y: str
    height: str
    series_number: int
    description: str


@dataclass(frozen=True, slots=True)
class ChartLabel:
    """A label and its SVG position: of a grid line or of a column."""

    position: str
    text: str


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Everything a template needs to draw. `legend`: series numbers and names."""

    title: str
    legend: list[tuple[int, str]]
    bars: list[Bar]
    gridlines: list[ChartLabel]
    labels: list[ChartLabel]
    height: int = HEIGHT + HEADROOM
    label_y: int = HEIGHT + HEADROOM + 20

    @property
    def is_empty(self) -> bool:
        """Return whether all values are zero."""
        return not self.bars


@dataclass(frozen=True, slots=True)
class ColumnPosition:
    """One column: its index, its width in per cent, its label, and the value at the scale's top."""

    index: int
    width: float
    label: str
    scale: float

    def bars(self, all_series: Sequence[Series], format_value: FormatValue) -> list[Bar]:
        """Return the column's bars from the bottom upwards, none for a value of zero."""
        bars, below = [], 0.0
        for number, series in enumerate(all_series, 1):
            value = series.values[self.index]
            if value > 0:
                description = f"{self.label}: {series.name} {format_value(value)}"
                bars.append(self._bar(below, below + value, number, description))
            below += value
        return bars

    def _bar(self, bottom: float, top: float, series_number: int, description: str) -> Bar:
        lower, upper = _y_of_value(bottom, self.scale), _y_of_value(top, self.scale)
        return Bar(
            x=f"{(self.index + GAP_SHARE / 2) * self.width:.3f}%",
            width=f"{(1 - GAP_SHARE) * self.width:.3f}%",
            y=_svg_number(upper),
            height=_svg_number(lower - upper),
            series_number=series_number,
            description=description,
        )


def stacked_columns(
    title: str, labels: Sequence[str], all_series: Sequence[Series], *, format_value: FormatValue
) -> ColumnChart:
    """Return a chart with one column for each label, the first series at the bottom.

    Each series has one value for each label; values must not be negative.
    """
    totals = [sum(series.values[n] for series in all_series) for n in range(len(labels))]
    scale = scale_maximum(max(totals, default=0))
    width = 100 / max(len(labels), 1)
    columns = [ColumnPosition(n, width, labels[n], scale) for n in range(len(labels))]
    return ColumnChart(
        title=title,
        legend=[(number, series.name) for number, series in enumerate(all_series, 1)],
        bars=[bar for column in columns for bar in column.bars(all_series, format_value)],
        gridlines=[
            ChartLabel(_svg_number(_y_of_value(part * scale, scale)), format_value(part * scale))
            for part in (0.5, 1)
        ],
        labels=[
            ChartLabel(f"{(n + 0.5) * width:.3f}%", labels[n])
            for n in _labelled_columns(len(labels))
        ],
    )


def scale_maximum(value: float) -> float:
    """Return the smallest of 1, 2, 4, 5, 10, 20... that is at least the value, at least 1."""
    if value <= 0:
        return 1
    ten = 10 ** floor(log10(value))
    return float(next(step * ten for step in (1, 2, 4, 5, 10) if step * ten >= value))


def _y_of_value(value: float, scale: float) -> float:
    return HEADROOM + HEIGHT - value / scale * HEIGHT


def _svg_number(value: float) -> str:
    return f"{value:.1f}"


def _labelled_columns(number: int) -> range:
    """Return the indexes of at most MAX_LABELS columns, evenly spaced, that get a label."""
    every = max(1, -(-number // MAX_LABELS))
    return range(every // 2, number, every)
