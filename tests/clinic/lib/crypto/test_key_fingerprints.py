"""Fingerprints tell keys apart."""

from clinic.lib.crypto.key_fingerprints import fingerprints

KEYS = ["first-key-0123456789", "second-key-0123456789"]


def test_each_key_and_each_purpose_has_its_own_fingerprint() -> None:
    first, second = fingerprints(KEYS, "FIELD_KEYS")
    other, _ = fingerprints(KEYS, "LINK_KEYS")

    assert len({first, second, other}) == 3
    assert fingerprints(KEYS, "FIELD_KEYS") == [first, second]


def test_a_fingerprint_holds_nothing_of_its_key() -> None:
    assert fingerprints(["0123456789abcdef0123456789abcdef"], "FIELD_KEYS")[0] not in KEYS
    assert len(fingerprints(KEYS, "x")[0]) == 16
