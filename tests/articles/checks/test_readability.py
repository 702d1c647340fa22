"""The reading grade of a text."""

import pytest

from articles.checks.readability import count_syllables, reading_grade
from tests.articles.content.reader_text import to_plain_text


@pytest.mark.parametrize(("word", "count"), [
    ("legs", 1), ("massage", 2), ("dialysis", 4), ("eased", 1), ("table", 2), ("medicine", 3),
    ("started", 2), ("people", 2), ("75", 1),
])  # fmt: skip
def test_syllable_counts_are_close(word: str, count: int) -> None:
    assert count_syllables(word) == count


def test_long_words_give_a_higher_reading_grade() -> None:
    assert reading_grade("The cat sat on the mat. It was warm.") < 2
    assert (
        reading_grade("Pathophysiological considerations necessitate multidisciplinary care.") > 20
    )


def test_marks_and_tables_are_left_out_of_the_plain_text() -> None:
    written = "## Why?\n\n- It [helps](/a/) **much**. {evidence: C Weak} [@a-1; @b-2]\n| a | b |"

    assert to_plain_text(written) == "Why?\nIt helps much."
