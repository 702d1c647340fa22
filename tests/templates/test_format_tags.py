"""Formats that templates share."""

import pytest

from booking.templatetags.format_tags import tel_url


@pytest.mark.parametrize(
    ("phone", "address"),
    [
        ("+1 312-555-0142", "tel:+13125550142"),
        ("(312) 555.0142", "tel:3125550142"),
        ("312/555 0142 ext. 12", "tel:3125550142;ext=12"),
        ("312 555 0142 x7", "tel:3125550142;ext=7"),
        ("", "tel:"),
    ],
)
def test_a_phone_number_becomes_an_address_to_call(phone: str, address: str) -> None:
    assert tel_url(phone) == address
