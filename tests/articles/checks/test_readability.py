"""How hard a text is to read, measured."""

import pytest

from articles.checks.readability import count_syllables, reading_grade
from tests.articles.content.reader_text import to_plain_text


@pytest.mark.parametrize(("word", "count"), [
    ("legs", 1), ("massage", 2), ("dialysis", 4), ("eased", 1), ("table", 2), ("medicine", 3),
    ("started", 2), ("people", 2), ("75", 1),
])  # fmt: skip
def test_syllables_are_counted_about_right(word: str, count: int) -> None:
    assert count_syllables(word) == count


def test_hard_words_in_long_sentences_are_noticed() -> None:
    assert reading_grade("The cat sat on the mat. It was warm.") < 2
    assert (
        reading_grade("Pathophysiological considerations necessitate multidisciplinary care.") > 20
    )


def test_marks_are_not_read_aloud() -> None:
    written = "## Why?\n\n- It [helps](/a/) **much**. {evidence: C Weak} [@a-1; @b-2]\n| a | b |"

    assert to_plain_text(written) == "Why?\nIt helps much."
