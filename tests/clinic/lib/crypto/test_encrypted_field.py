"""The encrypted field: values are readable with the key and in their own row only."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from django.core import serializers
from django.db import connection, transaction
from pytest_django import Settings

from booking.models import Appointment
from clinic.lib.crypto.cipher import DecryptionError, Key
from clinic.lib.crypto.encrypted_field import EncryptedTextField, NotBackedUp, UnreadableText
from tests.factories import AppointmentFactory, ScreeningFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

SECRET = "my left knee hurts"
OTHER_KEY = "another key for the tests, long enough to pass"
FIELDS = pytest.mark.parametrize("name", ["patient_note", "draft"])


def with_text(name: str = "patient_note", text: str = SECRET) -> Appointment:
    made: Appointment = AppointmentFactory(**{name: text})
    return made


COLUMNS = {"patient_note": "note", "draft": "draft"}


def stored(row: Appointment, name: str = "patient_note") -> str:
    """The column, by raw SQL."""
    column = COLUMNS[name]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM booking_appointment WHERE id = %s", [row.pk])
        value: str = cursor.fetchone()[0]
    return value


def store(row: Appointment, value: str, name: str = "patient_note") -> None:
    column = COLUMNS[name]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE booking_appointment SET {column} = %s WHERE id = %s", [value, row.pk]
        )


def fresh(row: Appointment) -> Appointment:
    return Appointment.objects.get(pk=row.pk)


def everything_on_disk() -> bytes:
    """The whole database file; on PostgreSQL every row of the table, in all its columns."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            content: bytes = connection.connection.serialize()
            return content
        cursor.execute("SELECT string_agg(a::text, ' ') FROM booking_appointment a")
        return str(cursor.fetchone()[0]).encode()


@FIELDS
@pytest.mark.parametrize("text", [SECRET, "Zoë 膝 🙂", "line\nline", " ", "v1.looks.sealed"])
def test_a_saved_value_is_read_again(name: str, text: str) -> None:
    assert getattr(fresh(with_text(name, text)), name) == text


@FIELDS
def test_the_column_holds_ciphertext_under_the_first_key(name: str, settings: Settings) -> None:
    key = Key.from_secret(settings.FIELD_KEYS[0]).id
    assert stored(with_text(name), name).startswith(f"v1.{key}.")


@FIELDS
def test_the_plain_text_is_nowhere_in_the_database(name: str) -> None:
    row = with_text(name)
    setattr(row, name, SECRET + " more")
    row.save()
    content = everything_on_disk()
    assert stored(row, name).encode() in content
    assert SECRET.encode() not in content
    assert SECRET.encode("utf-16-le") not in content


def field_of(name: str) -> EncryptedTextField:
    field = Appointment._meta.get_field(name)
    assert isinstance(field, EncryptedTextField)
    return field


def assert_unreadable(row: Appointment, name: str) -> None:
    """Assert that the field reads as its replacement text, or as empty."""
    value = getattr(fresh(row), name)
    assert value == field_of(name).if_unreadable
    assert isinstance(value, UnreadableText)
    with pytest.raises(DecryptionError):
        field_of(name).decrypt(row, stored(row, name))


@FIELDS
def test_a_value_swapped_into_another_row_cannot_be_decrypted(name: str) -> None:
    one, other = with_text(name), with_text(name, "something else")
    mine, theirs = stored(one, name), stored(other, name)
    store(one, theirs, name)
    store(other, mine, name)
    for row in (one, other):
        assert_unreadable(row, name)


def test_a_value_moved_to_another_column_cannot_be_decrypted() -> None:
    row = with_text("patient_note")
    store(row, stored(row, "patient_note"), "draft")
    assert fresh(row).patient_note == SECRET
    assert_unreadable(row, "draft")


@pytest.mark.parametrize("value", ["plain text", "v1.00000000.AAAA", "v1."])
def test_plain_text_written_with_sql_cannot_be_decrypted(value: str) -> None:
    row = with_text()
    store(row, value)
    assert_unreadable(row, "patient_note")


def test_the_wrong_key_raises_without_revealing_the_value(settings: Settings) -> None:
    row = with_text()
    settings.FIELD_KEYS = [OTHER_KEY]
    assert_unreadable(row, "patient_note")
    with pytest.raises(DecryptionError) as refused:
        field_of("patient_note").decrypt(row, stored(row))
    assert stored(row).split(".")[2] not in str(refused.value)


def test_what_stands_in_place_of_a_value_is_never_stored() -> None:
    row = with_text()
    store(row, "v1.00000000.AAAA")
    read = fresh(row)
    read.patient_note = read.patient_note  # as a form that was sent unchanged
    read.save()
    copy = AppointmentFactory.build(patient_note=read.patient_note)

    assert stored(row) == "v1.00000000.AAAA"
    assert copy.__dict__["patient_note"] == ""


def test_a_field_without_a_sentence_refuses_loudly() -> None:
    row = ScreeningFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE booking_screening SET sealed = 'v1.00000000.AAAA'")
    with pytest.raises(DecryptionError):
        _ = type(row).objects.get().record_json


def test_a_query_without_the_note_needs_no_key(settings: Settings) -> None:
    row = with_text()
    settings.FIELD_KEYS = [OTHER_KEY]
    found = Appointment.objects.get()
    assert (found.pk, bool(found.price)) == (row.pk, True)


def test_saving_a_row_with_a_deferred_note_keeps_its_ciphertext(
    settings: Settings,
) -> None:
    row = with_text()
    before = stored(row)
    settings.FIELD_KEYS = [OTHER_KEY]
    found = fresh(row)
    found.price = 1
    found.save()
    assert stored(row) == before


def test_after_rotation_the_first_key_encrypts_and_the_second_decrypts(settings: Settings) -> None:
    old_key = settings.FIELD_KEYS[0]
    row = with_text()
    settings.FIELD_KEYS = [OTHER_KEY, old_key]
    found = fresh(row)
    assert found.patient_note == SECRET
    found.save()
    assert stored(row).split(".")[1] == Key.from_secret(OTHER_KEY).id
    settings.FIELD_KEYS = [OTHER_KEY]
    assert fresh(row).patient_note == SECRET


@FIELDS
def test_empty_text_stays_empty_and_needs_no_key(name: str, settings: Settings) -> None:
    row = with_text(name, "")
    settings.FIELD_KEYS = []
    assert (stored(row, name), getattr(fresh(row), name)) == ("", "")
    assert Appointment.objects.filter(**{name: ""}).count() == 1


def test_a_note_can_be_cleared() -> None:
    row = with_text()
    row.patient_note = ""
    row.save(update_fields=["patient_note"])
    assert stored(row) == ""


PLAIN_WRITES: dict[str, Callable[[], object]] = {
    "update": lambda: Appointment.objects.update(patient_note="x"),
    "filter": lambda: list(Appointment.objects.filter(patient_note="x")),
    "bulk_update": lambda: Appointment.objects.bulk_update([fresh_with("x")], ["patient_note"]),
}


def fresh_with(text: str) -> Appointment:
    found = Appointment.objects.get()
    found.patient_note = text
    return found


@pytest.mark.parametrize("write", PLAIN_WRITES.values(), ids=PLAIN_WRITES)
def test_writing_or_comparing_plain_text_is_refused(
    write: Callable[[], object],
) -> None:
    row = with_text()
    with pytest.raises(TypeError, match="note is encrypted"), transaction.atomic():
        write()
    assert fresh(row).patient_note == SECRET


def test_bulk_created_values_are_bound_to_their_rows() -> None:
    first = with_text()
    rows = [
        AppointmentFactory.build(
            option=first.option,
            therapist=first.therapist,
            room=first.room,
            patient=first.patient,
            starts_at=first.starts_at + number * (first.blocked_until - first.starts_at),
            patient_note=f"note {number}",
        )
        for number in (1, 2, 3)
    ]
    Appointment.objects.bulk_create(rows)
    found = list(Appointment.objects.order_by("starts_at"))
    assert [row.patient_note for row in found] == [SECRET, "note 1", "note 2", "note 3"]
    assert all(stored(row).startswith("v1.") for row in found)
    assert all(stored(row) != stored(other) for row, other in pairwise(found))


def test_values_returns_the_ciphertext() -> None:
    row = with_text()
    assert list(Appointment.objects.values_list("patient_note", flat=True)) == [stored(row)]


def test_a_deferred_note_is_decrypted_on_access() -> None:
    with_text()
    assert Appointment.objects.defer("patient_note").get().patient_note == SECRET
    assert Appointment.objects.only("pk").get().patient_note == SECRET


def test_refresh_from_db_reads_the_current_value() -> None:
    row = with_text()
    other = fresh(row)
    other.patient_note = "changed"
    other.save()
    row.refresh_from_db()
    assert row.patient_note == "changed"


def test_a_row_with_a_value_is_not_serialised() -> None:
    with pytest.raises(NotBackedUp, match=r"manage\.py backup"):
        serializers.serialize("json", [fresh(with_text())])


def test_a_row_without_a_value_is_serialised() -> None:
    row = with_text()
    row.patient_note = ""
    row.save()

    assert '"patient_note": ""' in serializers.serialize("json", [fresh(row)])


def test_migrations_contain_the_binding_of_the_field() -> None:
    _, path, _, kwargs = EncryptedTextField(bound_to="public_id", blank=True).deconstruct()
    assert path == "clinic.lib.crypto.encrypted_field.EncryptedTextField"
    assert kwargs == {"blank": True, "bound_to": "public_id"}


def test_the_repr_of_a_row_does_not_contain_the_note() -> None:
    row = with_text()
    assert SECRET not in f"{row!r} {row}"
