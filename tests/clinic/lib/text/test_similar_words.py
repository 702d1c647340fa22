"""Words that are spelt nearly alike are found, and the parts looked for miss none of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.lib.text.similar_words import is_similar, max_wrong_letters, parts_to_search_for

LETTERS = "abc"


@pytest.mark.parametrize(
    ("word", "other", "similar"),
    [
        ("hofman", "hoffman", True),
        ("hoffman", "hofman", True),
        ("hfofman", "hoffman", True),
        ("hoffman", "hartman", False),
        ("katharina", "catarina", True),
        ("ana", "anastasia", True),
        ("ana", "ann", False),
        ("5550142", "5550143", False),
    ],
)
def test_few_wrong_letters_are_forgiven(word: str, other: str, *, similar: bool) -> None:
    assert is_similar(word, other) is similar


@given(st.text(LETTERS, min_size=4, max_size=9), st.text(LETTERS, min_size=3, max_size=11))
def test_a_similar_word_has_one_of_the_parts(word: str, other: str) -> None:
    assert "".join(parts_to_search_for(word)) == word
    if is_similar(word, other):
        assert any(piece in other for piece in parts_to_search_for(word)), max_wrong_letters(word)
