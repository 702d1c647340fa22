"""Links that only this site can make."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

import pytest
from pytest_django import Settings

from clinic.lib.crypto.signed_links import (
    is_valid_token,
    make_token,
    unverified_row_id,
    verified_row_id,
)

ROW = UUID("5a0b0e57-6a1d-4f7a-9d38-3a8f6a6f1c11")
OTHER = UUID("00000000-0000-4000-8000-000000000001")
OLD, NEW = "an old link key, long enough to pass", "a new link key, long enough to pass"


@pytest.fixture(autouse=True)
def _one_key(settings: Settings) -> None:
    settings.LINK_KEYS = [NEW]


def opens(token: str, purpose: str = "hold", row: UUID = ROW, version: int = 1) -> bool:
    """Return whether a token is valid for the row, purpose and version."""
    return verified_row_id(token, purpose, version) == row


def test_a_token_is_valid_for_its_row_and_purpose() -> None:
    assert opens(make_token("hold", ROW, 1))


def test_a_token_is_48_characters_that_need_no_quoting_in_a_url() -> None:
    token = make_token("hold", ROW, 1)
    assert len(token) == 48
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_the_same_row_always_has_the_same_link() -> None:
    assert make_token("hold", ROW, 1) == make_token("hold", ROW, 1)


def test_a_token_is_invalid_for_another_purpose() -> None:
    assert not opens(make_token("hold", ROW, 1), "appointment")


def test_raising_the_version_ends_the_old_link() -> None:
    token = make_token("hold", ROW, 1)
    assert not opens(token, version=2)
    assert opens(make_token("hold", ROW, 2), version=2)


def test_a_token_is_invalid_for_another_row() -> None:
    stolen = urlsafe_b64decode(make_token("hold", ROW, 1))[16:]
    forged = urlsafe_b64encode(OTHER.bytes + stolen).decode()
    assert unverified_row_id(forged) == OTHER
    assert not opens(forged, row=OTHER)


@pytest.mark.parametrize("position", range(16, 36))
def test_any_changed_bit_of_the_signature_is_detected(position: int) -> None:
    raw = bytearray(urlsafe_b64decode(make_token("hold", ROW, 1)))
    raw[position] ^= 1
    assert not opens(urlsafe_b64encode(raw).decode())


@pytest.mark.parametrize("signature", [b"", b"\x00" * 20, b"\xff" * 20])
def test_an_id_without_a_signature_is_invalid(signature: bytes) -> None:
    assert not opens(urlsafe_b64encode(ROW.bytes + signature).decode())


@pytest.mark.parametrize("length", [0, 1, 22, 24, 47, 49, 96])
def test_a_token_of_another_length_has_no_id(length: int) -> None:
    assert unverified_row_id((make_token("hold", ROW, 1) * 2)[:length]) is None


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("é" * 48, id="other letters"),
        pytest.param("\x00" * 48, id="NUL bytes"),
        pytest.param(" " * 48, id="blanks"),
        pytest.param("=" * 48, id="padding only"),
        pytest.param("!" * 48, id="not in the alphabet"),
        pytest.param("A" * 47 + "=", id="padded"),
        pytest.param("%2e" * 16, id="percent-encoded"),
    ],
)
def test_a_malformed_token_has_no_id_and_is_invalid(token: str) -> None:
    assert unverified_row_id(token) is None
    assert is_valid_token(token, "hold", ROW, 1) is False


def test_extra_characters_make_a_token_invalid() -> None:
    token = make_token("hold", ROW, 1)
    assert unverified_row_id(token[:24] + "!!!!" + token[28:]) is None


def test_tokens_of_older_keys_are_valid_until_the_key_is_removed(
    settings: Settings,
) -> None:
    settings.LINK_KEYS = [OLD]
    token = make_token("hold", ROW, 1)
    settings.LINK_KEYS = [NEW, OLD]
    assert opens(token)
    settings.LINK_KEYS = [NEW]
    assert not opens(token)


def test_the_first_key_signs(settings: Settings) -> None:
    settings.LINK_KEYS = [NEW, OLD]
    token = make_token("hold", ROW, 1)
    settings.LINK_KEYS = [OLD]
    assert not opens(token)
    settings.LINK_KEYS = [NEW]
    assert opens(token)


def test_purpose_and_version_cannot_be_shifted_into_each_other() -> None:
    assert make_token("hold", ROW, 11) != make_token("hold1", ROW, 1)
    assert make_token("hold", ROW, 1) != make_token("hold", ROW, 11)


def test_a_token_has_one_spelling() -> None:
    """Logs hide only that one, and Python's decoder reads + as -, and / as _."""
    rows = (UUID(int=number) for number in range(200))
    token, row = next(
        (made, row) for row in rows if {"-", "_"} <= set(made := make_token("hold", row, 1))
    )
    assert is_valid_token(token, "hold", row, 1)
    for spelling in (token.replace("-", "+"), token.replace("_", "/"), f"{token[:-1]}\n"):
        assert not is_valid_token(spelling, "hold", row, 1)
        assert unverified_row_id(spelling) is None
