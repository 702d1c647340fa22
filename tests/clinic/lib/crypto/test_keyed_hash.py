"""The keyed hash."""

from pytest_django import Settings

from clinic.lib.crypto.keyed_hash import keyed_hash, keyed_hashes


def test_the_hash_depends_on_value_purpose_and_key(settings: Settings) -> None:
    settings.LINK_KEYS = ["first", "second"]
    made = keyed_hash("sender", "ana@reader.example")
    others = [keyed_hash("sender", "bo@reader.example"), keyed_hash("x", "ana@reader.example")]
    settings.LINK_KEYS = ["new", "first"]

    assert len({made, *others}) == 3
    assert keyed_hash("sender", "ana@reader.example") != made
    assert made in keyed_hashes("sender", "ana@reader.example")
    assert "ana" not in made
