"""How hard a text is to read, measured."""

import pytest

from articles.checks.readability import grade, syllables
from tests.articles.reading import plain


@pytest.mark.parametrize(("word", "count"), [
    ("legs", 1), ("massage", 2), ("dialysis", 4), ("eased", 1), ("table", 2), ("medicine", 3),
    ("started", 2), ("people", 2), ("75", 1),
])  # fmt: skip
def test_syllables_are_counted_about_right(word: str, count: int) -> None:
    assert syllables(word) == count


def test_hard_words_in_long_sentences_are_noticed() -> None:
    assert grade("The cat sat on the mat. It was warm.") < 2
    assert grade("Pathophysiological considerations necessitate multidisciplinary care.") > 20


def test_marks_are_not_read_aloud() -> None:
    written = "## Why?\n\n- It [helps](/a/) **much**. {evidence: C Weak} [@a-1; @b-2]\n| a | b |"

    assert plain(written) == "Why?\nIt helps much."
