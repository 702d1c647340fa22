"""Writing CSV files for spreadsheet programs."""

from decimal import Decimal

import pytest

from clinic.lib.files.csv_writing import escape_formula, write_csv


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\uff1d1",
        "=cmd|'/C'!A0",
    ],
)
def test_formulas_get_an_apostrophe(cell: str) -> None:
    assert escape_formula(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Ana", "a=b", "", 5, -5, Decimal("-1.50"), 0.25])
def test_everything_else_stays_as_it_is(cell: str | int | Decimal | float) -> None:
    assert escape_formula(cell) == cell


def test_a_file_is_utf8_with_bom_and_quotes_where_needed() -> None:
    content = write_csv(["Name", "Income"], [['Zoë, "Z"', Decimal("85.00")], ["-", None]])

    assert content == '\ufeffName,Income\r\n"Zoë, ""Z""",85.00\r\n\'-,\r\n'
