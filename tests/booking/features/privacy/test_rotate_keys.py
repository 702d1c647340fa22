"""manage.py rotate_keys: everything is under the first key, and the old one can go."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from booking.access.second_factor_secrets import decrypt_secret
from booking.actions.actor import Actor
from booking.features.privacy.actions import rotate_keys
from booking.features.privacy.actions.erase import erase_person
from booking.features.privacy.models import RetentionRule
from booking.features.privacy.queries.encrypted_columns import STORED, first_key_id
from booking.models import (
    Appointment,
    AuditEntry,
    ClinicProfile,
    MedicalClearance,
    Patient,
    Role,
)
from booking.queries.audit.email_hashes import hash_email
from booking.queries.patients.person import find_person
from clinic.lib.crypto.cipher import Key
from tests import factories as make
from tests.booking.features.privacy.whole_person import (
    EMAIL,
    MARKER,
    decrypted_values,
    dump_database,
    make_whole_person,
)
from tests.people import SECRET, member

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
NEW_KEY = "a-new-key-0123456789-abcdefghijklmnop"


@pytest.fixture
def patient(frozen_clock: datetime) -> Patient:
    make.ClinicProfileFactory()
    return make_whole_person(frozen_clock)


@pytest.fixture
def _new_key(patient: Patient, settings: Settings) -> None:
    """The site has a new first key, and an old one under which everything is."""
    settings.FIELD_KEYS = [NEW_KEY, *settings.FIELD_KEYS]


def keys_in_use() -> set[str]:
    """Return the ids of the keys of all values in the database that look encrypted."""
    return {key for _table, value in dump_database() for key in STORED.findall(value)}


@pytest.mark.usefixtures("_new_key")
def test_afterwards_no_value_of_any_column_is_under_another_key() -> None:
    before = keys_in_use()
    call_command("rotate_keys")

    assert first_key_id() not in before
    assert len(before) == 1
    assert keys_in_use() == {Key.from_secret(NEW_KEY).id}


@pytest.mark.usefixtures("_new_key")
def test_the_old_key_can_be_removed_and_everything_opens(settings: Settings) -> None:
    owner = member(Role.OWNER, email="second@clinic.example")
    before = sorted(decrypted_values())
    call_command("rotate_keys")
    settings.FIELD_KEYS = [NEW_KEY]
    app = owner.authenticator_set.get()

    assert sorted(decrypted_values()) == before
    assert any(MARKER in value for _label, value in before)
    assert decrypt_secret(app.data["secret"], owner.pk) == SECRET
    assert MedicalClearance.objects.get().details_json


@pytest.mark.usefixtures("_new_key")
def test_a_run_that_was_stopped_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotate_keys, "BATCH_SIZE", 1)
    steps = rotate_keys.rotate_field_keys()
    first = next(step for step in steps if step.changed)
    steps.close()
    half = keys_in_use()
    call_command("rotate_keys")

    assert first.changed >= 1
    assert len(half) == 2
    assert len(keys_in_use()) == 1


@pytest.mark.usefixtures("_new_key")
def test_what_the_site_saves_meanwhile_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Appointment.objects.exclude(patient_note="").get()
    columns = [c for c in rotate_keys.encrypted_columns() if c.name == "patient_note"]
    [row] = columns[0].outdated()
    visit.patient_note = "newer"
    visit.save()

    assert rotate_keys._renew_batch(columns[0], [row]) == (0, 0)
    visit.refresh_from_db()
    assert visit.patient_note == "newer"


@pytest.mark.usefixtures("_new_key")
def test_a_value_that_no_key_reads_is_counted_and_left(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.FIELD_KEYS = [NEW_KEY]
    with pytest.raises(CommandError, match="values are left"):
        call_command("rotate_keys")
    said = capsys.readouterr().out

    assert re.search(r"booking_screening\.record_json: 0 changed, 1 left, 1 that no key", said)


def test_hashes_of_addresses_and_the_list_of_erasures_get_the_new_link_key(
    patient: Patient, settings: Settings, tmp_path: Any
) -> None:
    RetentionRule.objects.all().delete()
    zed = make.PatientFactory(email="zed@mail.example")
    erase_person(find_person(EMAIL), ClinicProfile.objects.get(), by=Actor.system())
    entry = make.AuditEntryFactory(email_hash=hash_email(zed.email), patient_pk=zed.pk)
    settings.BACKUP_DIR = tmp_path
    settings.LINK_KEYS = [NEW_KEY, *settings.LINK_KEYS]
    call_command("rotate_keys")
    call_command("rotate_keys")
    settings.LINK_KEYS = [NEW_KEY]
    entry.refresh_from_db()

    assert entry.email_hash == hash_email(zed.email)
    assert len((tmp_path / "erasures.log").read_text().splitlines()) == 2
    assert AuditEntry.objects.filter(email_hash="").exists()
