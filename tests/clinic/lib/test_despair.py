"""Which texts show whom to call."""

import pytest

from clinic.lib.text.despair import mentions_despair


@pytest.mark.parametrize(
    "text",
    [
        "I feel I cannot go on any more.",
        "I can\u2019t go on like this",
        "Some nights I can not go on.",
        "I just want to die",
        "Everybody would be better off without me",
        "I think of harming myself when my legs start",
        "thinking about suicide",
        "I am SUICIDAL",
        "I want to kill myself",
        "I don't want to live any more",
        "There is nothing to live for",
        "I see no way out",
        "I want it all to end",
        "I cannot take it any more!",
        "my husband says he\ncannot go on",
    ],
)
def test_despair_is_recognized(text: str) -> None:
    assert mentions_despair(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Can I go on holiday the day after?",
        "I cannot go on Monday, is Tuesday free?",
        "My legs keep me awake.",
        "Please no lavender, and leave my feet alone.",
        "It hurts when I walk. Will it end?",
        "I can't take ibuprofen.",
        "We live by the lake and would like to come together.",
        "restless legs at night",
    ],
)
def test_ordinary_questions_are_not(text: str) -> None:
    assert not mentions_despair(text)
