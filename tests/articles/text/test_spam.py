"""The signs of spam in a comment."""

import time

import pytest

from articles.text.spam import find_spam_signs, spam_score

HONEST = (
    "This helped me. Thank you!",
    "I take iron (65 mg) since 2019-03-04. My legs are calmer, e.g. at night.",
    "Is it true that coffee after 3 p.m. makes it worse? My doctor said so.I wonder.",
    "RLS runs in my family. USA here.",
    "",
)
ADVERTS = {
    "Look at best-pills.shop today": 3,
    "Look at best-pills [.] com": 3,
    "best pills dot com": 3,
    "hxxp://x": 3,
    "write to me: seller@mail.example": 2,
    "Call 312 555 0142 now": 2,
    "Miracle! Buy it": 2,
    "So good!!!": 1,
    "THIS IS THE ONLY THING THAT EVER HELPED": 1,
    "BUY CHEAP PILLS AT SHOP.XYZ NOW!!! SELLER@MAIL.EXAMPLE 312-555-0142": 11,
}


@pytest.mark.parametrize("text", HONEST)
def test_ordinary_comments_have_no_spam_signs(text: str) -> None:
    assert find_spam_signs(text) == []


@pytest.mark.parametrize("text", ADVERTS)
def test_advertisements_have_spam_signs(text: str) -> None:
    assert spam_score(find_spam_signs(text)) == ADVERTS[text]


@pytest.mark.parametrize("piece", ["a", "a-", "1 ", "a.", "@", "a@", "!", "é", " dot "])
def test_the_spam_check_takes_linear_time(piece: str) -> None:
    began = time.process_time()
    find_spam_signs(piece * (2000 // len(piece)))

    assert time.process_time() - began < 0.5
