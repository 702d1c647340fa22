"""Phone numbers are understood however people write them, and what they dial is right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.lib.text.phone_numbers import (
    is_dialable,
    looks_complete,
    looks_shortened,
    phone_digits,
    searched_digits,
    tel_url,
)

CHICAGO = "tel:+13125550142"
LONDON = "tel:+442079460958"


@pytest.mark.parametrize(
    ("typed", "region", "url"),
    [
        ("+1 312-555-0142", "US", CHICAGO),
        ("(312) 555.0142", "US", CHICAGO),
        ("13125550142", "US", CHICAGO),
        ("\u202d312-555-0142\u202c", "US", CHICAGO),
        ("312\u2011555\u20130142", "US", CHICAGO),
        ("\uff13\uff11\uff12 \uff15\uff15\uff15 \uff10\uff11\uff14\uff12", "US", CHICAGO),
        ("\u0663\u0661\u0662 \u0665\u0665\u0665 \u0660\u0661\u0664\u0662", "US", CHICAGO),
        ("312\u00a0555\u00a00142", "US", CHICAGO),
        ("+1 312 555 0142 ext. 12", "DE", f"{CHICAGO};ext=12"),
        ("312/555 0142 ext. 12", "US", f"{CHICAGO};ext=12"),
        ("312 555 0142 x7", "US", f"{CHICAGO};ext=7"),
        ("312 555 0142, extension 1234", "US", f"{CHICAGO};ext=1234"),
        ("312 555 0142 #7", "US", f"{CHICAGO};ext=7"),
        ("312 555 0142 (mobile)", "US", CHICAGO),
        ("312 555 0142 or 312 555 0199", "US", CHICAGO),
        ("1-800-FLOWERS", "US", "tel:+18003569377"),
        ("+44 (0)20 7946 0958", "US", LONDON),
        ("+44 (0)20 7946 0958", "", LONDON),
        ("020 7946 0958", "GB", LONDON),
        ("0044 20 7946 0958", "GB", LONDON),
        ("011 44 20 7946 0958", "US", LONDON),
        ("030 90182 App. 12", "DE", "tel:+493090182;ext=12"),
        ("+39 06 1234 5678", "US", "tel:+390612345678"),
        ("555 0142", "US", "tel:5550142"),
        ("911", "US", "tel:911"),
        ("(312) 555.0142", "", "tel:3125550142"),
        ("+999 12 34", "US", "tel:+9991234"),
        ("", "US", "tel:"),
    ],
)
def test_a_link_dials_what_was_meant(typed: str, region: str, url: str) -> None:
    assert tel_url(typed, region) == url


@pytest.mark.parametrize(
    "typed",
    [
        "312 555 0142", "+44 (0)20 7946 0958", "\u202d312-555-0142\u202c", "312\u2011555\u20110142",
        "\uff13\uff11\uff12\uff15\uff15\uff15\uff10\uff11\uff14\uff12", "1-800-FLOWERS", "2345",
        "116 117", "312 555 0142 (mobile)", "312 555 0142 ext. 12", "312 555 0142 or 312 555 0199",
        "*82 312 555 0142", "9,1 312 555 0142",
    ],
)  # fmt: skip
def test_what_somebody_could_dial_is_a_number(typed: str) -> None:
    assert is_dialable(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "-", "12", "none", "ask my wife", "ana2026@mail.example", "3.12555E+09", "1" * 41,
     "see note of 3 May 2026", "\u200b", "Apartment 1204"],
)  # fmt: skip
def test_what_nobody_could_dial_is_none(typed: str) -> None:
    assert not is_dialable(typed)


def test_a_number_that_a_spreadsheet_has_shortened_is_known() -> None:
    assert looks_shortened("3.12555E+09")
    assert looks_shortened("3,12555e+09")
    assert not looks_shortened("312 555 0142 ext 9")


@pytest.mark.parametrize(
    ("typed", "region", "complete"),
    [
        ("312 555 0142", "US", True),
        ("312 555 014", "US", False),
        ("555 0142", "US", False),
        ("+1 312 555 01422", "US", False),
        ("+44 (0)20 7946 0958", "US", True),
        ("555 0142", "", True),
    ],
)
def test_a_number_with_too_few_or_too_many_digits_is_noticed(
    typed: str, region: str, *, complete: bool
) -> None:
    assert looks_complete(typed, region) is complete


@pytest.mark.parametrize(
    ("stored", "searched", "region"),
    [
        ("312 555 0142", "13125550142", "US"),
        ("312 555 0142", "+1 312 555 0142", "US"),
        ("312 555 0142", "13125550142", "DE"),
        ("+1 (312) 555-0142", "312 555 0142", "US"),
        ("+1 (312) 555-0142", "1 312 555 0142", "US"),
        ("+44 (0)20 7946 0958", "020 7946 0958", "GB"),
        ("+44 (0)20 7946 0958", "+44 (0)20 7946 0958", "US"),
        ("020 7946 0958", "442079460958", "GB"),
        ("0044 20 7946 0958", "020 7946 0958", "GB"),
        ("312 555 0142 ext. 12", "\u202d1-312-555-0142\u202c", "US"),
    ],
)
def test_a_caller_is_found_with_and_without_the_country_code(
    stored: str, searched: str, region: str
) -> None:
    kept = phone_digits(stored)

    assert any(digits in kept for digits in searched_digits(searched, region))


def test_the_extension_is_no_part_of_the_number() -> None:
    assert phone_digits("312 555 0142 ext. 12") == phone_digits("312 555 0142") == "3125550142"


@given(st.text(max_size=60), st.sampled_from(["", "US", "DE", "ZZ"]))
def test_any_text_has_a_link_of_plain_characters(text: str, region: str) -> None:
    url = tel_url(text, region)

    assert set(url.removeprefix("tel:").replace(";ext=", "")) <= set("+0123456789")
    is_dialable(text)
    looks_complete(text, region)
    searched_digits(text, region)
    assert phone_digits(text).isdigit() or not phone_digits(text)
