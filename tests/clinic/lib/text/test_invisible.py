"""Characters that nobody sees are no part of a name or a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.lib.text.invisible import has_visible, strip_invisible


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("\u200bAna\u200b", "Ana"),
        (" \u202dAna Reader\u202c\u00a0", "Ana Reader"),
        ("\ufeff\u2060Ana\u3000", "Ana"),
        ("\u200b", ""),
        ("\u3164\u2800 \u115f", ""),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627", "\u0645\u06cc\u200c\u062e\u0648\u0627"),
        ("\U0001f468\u200d\U0001f469 Lee", "\U0001f468\u200d\U0001f469 Lee"),
        ("\u2764\ufe0f", "\u2764\ufe0f"),
        ("Ana\0", "Ana\0"),
        ("", ""),
    ],
)  # fmt: skip
def test_only_the_ends_are_stripped(text: str, stripped: str) -> None:
    assert strip_invisible(text) == stripped


@given(st.text(alphabet=st.characters(categories=["L", "Cf", "Zs", "Mn"]), max_size=20))
def test_nothing_visible_is_lost_and_a_second_time_changes_nothing(text: str) -> None:
    stripped = strip_invisible(text)

    assert stripped in text
    assert strip_invisible(stripped) == stripped
    assert has_visible(text) == has_visible(stripped) == bool(stripped)
