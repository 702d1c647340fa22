"""manage.py export_patient: everything held about a person, in one file."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from booking.models import AuditEntry
from tests import factories as make
from tests.factories.articles import CommentFactory
from tests.people import patient_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
ANA = "ana@mail.example"


@pytest.fixture(autouse=True)
def _clinic() -> None:
    make.ClinicProfileFactory()


def exported(path: Path, email: str = ANA) -> dict[str, dict[str, Any]]:
    """The data of each folder of the file that the command writes."""
    call_command("export_patient", email, output=path)
    with zipfile.ZipFile(path) as archive:
        return {
            name.removesuffix("/data.json"): json.loads(archive.read(name))
            for name in archive.namelist()
            if name.endswith(".json")
        }


def test_all_records_under_an_address_are_in_the_file_told_apart(tmp_path: Path) -> None:
    make.PatientFactory(name="Ana Reader", email=ANA, user=patient_user(email=ANA))
    guest = make.PatientFactory(name="Ana R.", email="ANA@mail.example")
    make.AppointmentFactory(patient=guest, patient_note="left knee", team_note="ask about stairs")
    merged = make.PatientFactory(name="A. Reader", email="old@mail.example", merged_into=guest)
    data = exported(tmp_path / "ana.zip")

    assert list(data) == ["record-1", "record-2", "record-3", "address"]
    names = [data[f"record-{number}"]["person"][0]["name"] for number in (1, 2, 3)]
    assert names == ["Ana Reader", "Ana R.", merged.name]
    assert data["record-2"]["appointments"][0]["your_note"] == "left knee"
    assert data["record-2"]["team_notes"][0]["note"] == "ask about stairs"
    assert data["record-1"]["appointments"] == []


def test_a_record_of_somebody_elses_account_is_not_in_the_file(tmp_path: Path) -> None:
    make.PatientFactory(name="Ana Reader", email=ANA)
    zed = patient_user(email="zed@mail.example", name="Zed Stranger")
    make.PatientFactory(name="Zed Stranger", email=ANA, user=zed)
    data = exported(tmp_path / "ana.zip")

    assert list(data) == ["record-1", "address"]
    assert "Zed" not in json.dumps(data)


def test_what_is_held_under_an_address_alone_is_in_the_file(tmp_path: Path) -> None:
    CommentFactory(email=ANA, name="Ana", text="Walking helps me.")
    CommentFactory(email="zed@mail.example", text="Secret of Zed.")
    data = exported(tmp_path / "ana.zip", "Ana@Mail.example")

    assert list(data) == ["address"]
    assert [row["text"] for row in data["address"]["comments"]] == ["Walking helps me."]


def test_only_the_site_can_read_the_file_and_none_is_overwritten(tmp_path: Path) -> None:
    make.PatientFactory(email=ANA)
    path = tmp_path / "ana.zip"
    exported(path)

    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="there already"):
        exported(path)


def test_the_copy_leaves_an_entry_for_each_record(tmp_path: Path) -> None:
    records = [make.PatientFactory(email=ANA), make.PatientFactory(email=ANA)]
    exported(tmp_path / "ana.zip")
    entries = AuditEntry.objects.filter(action="exported", object_type="copy", area="server")

    assert {entry.patient_pk for entry in entries} == {record.pk for record in records}


def test_an_unknown_address_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Nothing is held"):
        call_command("export_patient", "nobody@mail.example", output=tmp_path / "x.zip")
    with pytest.raises(CommandError, match="Nothing is held"):
        call_command("export_patient", "", output=tmp_path / "x.zip")

    assert list(tmp_path.iterdir()) == []
