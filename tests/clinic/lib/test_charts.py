"""The geometry of columns."""

import pytest

from clinic.lib.charts import HEADROOM, HEIGHT, Series, scale_maximum, stacked_columns


@pytest.mark.parametrize(
    ("value", "top"),
    [
        (0, 1),
        (0.3, 0.4),
        (1, 1),
        (3, 4),
        (4.1, 5),
        (7, 10),
        (11, 20),
        (401, 500),
        (99_000, 100_000),
    ],
)
def test_the_scale_ends_at_a_round_number(value: float, top: float) -> None:
    assert scale_maximum(value) == pytest.approx(top)


def test_columns_are_stacked_and_scaled() -> None:
    chart = stacked_columns(
        "Visits", ["a", "b"], [Series("x", [2, 0]), Series("y", [2, 1])], format_value=str
    )

    first, second, third = chart.bars
    assert [bar.series_number for bar in chart.bars] == [1, 2, 2]
    assert float(second.y) == HEADROOM
    assert float(first.height) == float(second.height) == HEIGHT / 2
    assert float(first.y) == float(second.y) + float(second.height)
    assert float(third.y) + float(third.height) == HEADROOM + HEIGHT
    assert first.description == "a: x 2"


def test_at_most_six_columns_have_a_label() -> None:
    chart = stacked_columns(
        "Visits", [str(n) for n in range(260)], [Series("x", [1] * 260)], format_value=str
    )

    assert len(chart.labels) <= 6
    assert [line.text for line in chart.gridlines] == ["0.5", "1.0"]


def test_a_chart_without_values_is_empty() -> None:
    assert stacked_columns("Visits", ["a"], [Series("x", [0])], format_value=str).is_empty
