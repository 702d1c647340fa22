"""Encryption of values, bound to a place and a key."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from clinic.lib.crypto.cipher import DecryptionError, Key, decrypt, encrypt

OLD, NEW = "an old secret, long enough to pass", "a new secret, long enough to pass"
PLACE = "booking_appointment.note.1"


@pytest.mark.parametrize("plain", ["a", "Zoë's knee, 膝", "line\nline", "\x00", "x" * 100_000])
def test_an_encrypted_value_decrypts_to_the_same_text(plain: str) -> None:
    stored = encrypt(plain, associated_data=PLACE, secrets=[NEW])
    assert decrypt(stored, associated_data=PLACE, secrets=[NEW]) == plain


def test_the_ciphertext_contains_nothing_of_the_text() -> None:
    stored = encrypt("my left knee hurts", associated_data=PLACE, secrets=[NEW])
    version, key, body = stored.split(".")
    assert (version, key) == ("v1", Key.from_secret(NEW).id)
    assert b"knee" not in urlsafe_b64decode(body)


def test_the_same_text_gives_different_ciphertexts() -> None:
    stored = {encrypt("knee", associated_data=PLACE, secrets=[NEW]) for _ in range(100)}
    assert len(stored) == 100


def test_a_value_moved_to_another_place_cannot_be_decrypted() -> None:
    stored = encrypt("knee", associated_data=PLACE, secrets=[NEW])
    with pytest.raises(DecryptionError):
        decrypt(stored, associated_data="booking_appointment.note.2", secrets=[NEW])


def test_a_value_cannot_be_decrypted_without_its_key() -> None:
    stored = encrypt("knee", associated_data=PLACE, secrets=[OLD])
    with pytest.raises(DecryptionError):
        decrypt(stored, associated_data=PLACE, secrets=[NEW])


def test_the_first_key_encrypts_and_all_keys_decrypt() -> None:
    before = encrypt("knee", associated_data=PLACE, secrets=[OLD])
    after = encrypt("knee", associated_data=PLACE, secrets=[NEW, OLD])
    assert decrypt(before, associated_data=PLACE, secrets=[NEW, OLD]) == "knee"
    assert decrypt(after, associated_data=PLACE, secrets=[NEW]) == "knee"


def test_another_secret_with_the_same_key_id_cannot_decrypt() -> None:
    stored = encrypt("knee", associated_data=PLACE, secrets=[OLD])
    renamed = stored.replace(Key.from_secret(OLD).id, Key.from_secret(NEW).id)
    with pytest.raises(DecryptionError):
        decrypt(renamed, associated_data=PLACE, secrets=[NEW])


@pytest.mark.parametrize("byte", [0, 11, 12, -17, -1])
def test_any_changed_bit_is_detected(byte: int) -> None:
    head, key, body = encrypt("knee", associated_data=PLACE, secrets=[NEW]).split(".")
    encrypted = bytearray(urlsafe_b64decode(body))
    encrypted[byte] ^= 1
    changed = f"{head}.{key}.{urlsafe_b64encode(encrypted).decode()}"
    with pytest.raises(DecryptionError):
        decrypt(changed, associated_data=PLACE, secrets=[NEW])


@pytest.mark.parametrize("kept", [0, 1, 2, 4, 8, 15, 16, 17, 20, 39, 40])
def test_any_truncation_is_detected(kept: int) -> None:
    head, key, body = encrypt("knee", associated_data=PLACE, secrets=[NEW]).split(".")
    with pytest.raises(DecryptionError):
        decrypt(f"{head}.{key}.{body[:kept]}", associated_data=PLACE, secrets=[NEW])


@pytest.mark.parametrize("stored", ["knee", "", "v1", "v1.", "v2.{key}.AAAA", "..", "v1.{key}.é"])
def test_plain_text_cannot_be_decrypted(stored: str) -> None:
    with pytest.raises(DecryptionError):
        decrypt(stored.format(key=Key.from_secret(NEW).id), associated_data=PLACE, secrets=[NEW])


def test_the_error_names_the_place_and_nothing_of_the_value() -> None:
    stored = encrypt("knee", associated_data=PLACE, secrets=[OLD])
    with pytest.raises(DecryptionError) as refused:
        decrypt(stored, associated_data=PLACE, secrets=[NEW])
    assert PLACE in str(refused.value)
    assert stored.split(".")[2] not in str(refused.value)


def test_a_key_id_reveals_nothing_of_the_key() -> None:
    key = Key.from_secret(NEW)
    assert len(key.material) == 32
    assert key.id not in key.material.hex()


@pytest.mark.parametrize("plain", ["a", "Zoë's knee, 膝", "\x00" * 9, "x" * 100_000])
def test_a_padded_value_opens_to_the_same_text(plain: str) -> None:
    stored = encrypt(plain, associated_data=PLACE, secrets=[NEW], padded_to=256)
    assert stored.startswith("v2.")
    assert decrypt(stored, associated_data=PLACE, secrets=[NEW]) == plain


def test_padded_values_are_of_the_same_length() -> None:
    texts = ["no", "yes, " * 3, "my left knee hurts since the spring, and my right one too"]
    stored = [encrypt(text, associated_data=PLACE, secrets=[NEW], padded_to=256) for text in texts]
    assert len({len(value) for value in stored}) == 1


@pytest.mark.parametrize("other", [0, 256])
def test_a_value_under_the_wrong_version_does_not_open(other: int) -> None:
    stored = encrypt("Zoë", associated_data=PLACE, secrets=[NEW], padded_to=other)
    wrong = ("v2" if stored.startswith("v1") else "v1") + stored[2:]
    with pytest.raises(DecryptionError):
        decrypt(wrong, associated_data=PLACE, secrets=[NEW])
