"""Patients from another system."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from booking.features.imports.models import ImportDraft
from booking.models import Patient, Role
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.features.imports.uploads import PEOPLE, check, draft_address, errors, run, text
from tests.jobs import run_all_jobs
from tests.people import browser_of, member
from tests.scene import Scene

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_a_file_is_checked_first_and_imported_after_confirmation(owner: Client) -> None:
    content = PEOPLE + (
        "Zoë Müller,zoe@mail.example,+1 312 555 0142,Maya Lindqvist,yes,no\n"
        "Ana Reader,,312 555 0199,,,x\n"
    )

    answer = check(owner, "patients", content)

    assert "2 patients would be new" in text(answer)
    assert Patient.objects.count() == 0
    assert "2 patients are new here" in text(run(owner))
    zoe, ana = Patient.objects.order_by("-name")
    assert (zoe.name, zoe.likes_evenings, zoe.likes_quiet) == ("Zoë Müller", True, False)
    assert zoe.preferred_therapist is not None
    assert (ana.phone, ana.likes_quiet, ana.email) == ("312 555 0199", True, "")
    assert ImportDraft.objects.get().content == ""
    assert "1 patient found" in text(owner.get("/desk/patients/?q=muller"))


def test_existing_patients_are_omitted(owner: Client) -> None:
    make.PatientFactory(name="ana reader", email="ANA@reader.example")

    answer = check(
        owner, "patients", PEOPLE + "Ana Reader,ana@reader.example,,,,\nB,b@x.example,,,,\n"
    )

    assert "1 is here already" in text(answer)
    run(owner)
    assert Patient.objects.count() == 2


def test_a_number_that_may_be_wrong_is_named_and_imported_as_it_is(owner: Client) -> None:
    answer = check(owner, "patients", PEOPLE + "Ana,,312 555 014,,,\nBo,,312 555 0142,,,\n")

    said = text(answer)
    assert "Line 2: Please check 312 555 014: it has too few or too many digits." in said
    assert "Line 3" not in said
    run(owner)
    assert set(Patient.objects.values_list("phone", flat=True)) == {"312 555 014", "312 555 0142"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_semicolons_tabs_and_any_column_order_are_read(delimiter: str, owner: Client) -> None:
    rows = ["Phone,Name", "312 555 0142,Ana"]
    content = "\ufeff" + "\r\n".join(rows).replace(",", delimiter)

    check(owner, "patients", content)
    run(owner)

    assert Patient.objects.get().name == "Ana"


def test_all_errors_are_named_with_their_line_and_nothing_is_imported(owner: Client) -> None:
    content = PEOPLE + (
        "Ana,ana@mail.example,,,,\n"
        ",b@mail.example,,,,\n"
        "C,not an address,,,,\n"
        "D,,12,,,\n"
        "E,,,,,\n"
        "F,f@mail.example,,Nobody,,\n"
        "G,g@mail.example,,,perhaps,\n"
        "=HYPERLINK(1),h@mail.example,,,,\n"
        "Ana,ana@mail.example,,,,\n"
        "I,i@mail.example,,,,,,\n"
        "J,x,,,,perhaps\n"
    )

    answer = check(owner, "patients", content)

    assert answer.status_code == 422
    assert errors(answer) == [
        (3, "name is empty."),
        (4, "“not an address” is not an e-mail address."),
        (5, "“12” is not a phone number."),
        (6, "Please give an e-mail address or a phone number."),
        (7, "Therapist “Nobody” is not known here."),
        (8, "evenings must be yes or no."),
        (9, "name looks like a formula."),
        (10, "The same person as in line 2."),
        (11, "There are more cells than columns."),
        (12, "quiet must be yes or no."),
        (12, "“x” is not an e-mail address."),
    ]
    assert (Patient.objects.count(), ImportDraft.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"name,email\n", "There is nothing below the first line."),
        ("name\nZoë".encode("latin-1"), "not in UTF-8"),
        ("name\nZoë".encode("utf-16"), "not in UTF-8"),
        (b"name,email\nA\0,b", "no text file"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 100, "not in UTF-8"),
        (b"who,email\nAna,a@b.example", "Unknown columns: who"),
        (b"email\na@b.example", "Missing columns: name"),
        (b"name,name\nAna,Ana", "A column is there twice."),
        (b'name,email\n"Ana\nReader",a@b.example', "one short line of text"),
        (b"name,email\n" + b"x" * 200_000 + b",a@b.example", "cannot be read"),
        (b"name,email\n" + b"x" * 1001 + b",a@b.example", "one short line"),
        (b"name,email\n" + b"A,a@b.example\n" * 200_000, "larger than 2 MB"),
        (b"name,email\n" + b"A,\n" * 5001, "At most 5000 lines"),
    ],
    ids=range(14),
)
def test_an_unreadable_file_is_refused_with_a_message(
    content: bytes, sentence: str, owner: Client
) -> None:
    answer = check(owner, "patients", content)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert (Patient.objects.count(), ImportDraft.objects.count()) == (0, 0)


def test_a_missing_file_is_reported(owner: Client) -> None:
    answer = owner.post("/desk/import/patients/")

    assert answer.status_code == 422
    assert "Please choose a file." in text(answer)


def test_a_double_click_imports_once_and_says_so(owner: Client) -> None:
    check(owner, "patients", PEOPLE + "Ana,ana@mail.example,,,,\n")

    first, second = [run(owner) for _ in range(2)]

    assert "1 patient is new here." in text(first)
    assert "This file was imported already: 1 line." in text(second)
    assert Patient.objects.count() == 1


def test_an_uploaded_file_is_private_encrypted_and_deleted_after_an_hour(
    owner: Client, settings: Settings
) -> None:
    check(owner, "patients", PEOPLE + "Ana,ana@mail.example,,,,\n")
    address = draft_address()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM booking_importdraft")
        assert "ana@mail" not in cursor.fetchone()[0]

    assert browser_of(member(Role.OWNER)).post(address).status_code == 404
    settings.CLINIC_CLOCK += timedelta(hours=1)
    assert browser_of(member(Role.OWNER)).post(address).status_code == 404
    run_all_jobs()
    assert ImportDraft.objects.get().content == ""
    settings.CLINIC_CLOCK += timedelta(days=1)
    run_all_jobs()
    assert ImportDraft.objects.count() == 0


@pytest.mark.parametrize("is_cleaned", [False, True], ids=["waiting", "cleaned"])
def test_an_expired_file_says_so_with_a_link_back(owner: Client, is_cleaned: bool) -> None:
    check(owner, "patients", PEOPLE + "Ana,ana@mail.example,,,,\n")
    ImportDraft.objects.update(created_at=clock.now() - timedelta(hours=1))
    if is_cleaned:
        run_all_jobs()
    assert (ImportDraft.objects.get().content == "") == is_cleaned

    answer = run(owner)

    assert answer.redirect_chain == [("/desk/import/", 303)]
    assert "checked more than an hour ago" in text(answer)
    assert Patient.objects.count() == 0


def test_the_query_count_does_not_depend_on_the_number_of_lines(owner: Client) -> None:
    def queries(lines: int) -> int:
        rows = "".join(f"P{n},p{n}@mail.example,,Maya Lindqvist,,\n" for n in range(lines))
        with CaptureQueriesContext(connection) as found:
            assert check(owner, "patients", PEOPLE + rows).status_code == 200
        return len(found)

    queries(1)

    assert queries(40) == queries(2)


@pytest.mark.parametrize("kind", ["patients", "appointments"])
def test_a_template_has_the_columns_and_can_be_read_again(kind: str, owner: Client) -> None:
    content = text(owner.get(f"/desk/import/{kind}.csv")).removeprefix("\ufeff")

    header, example = csv.reader(StringIO(content))

    assert len(header) == len(example)
    assert check(owner, kind, content).status_code in (200, 422)
    assert kind in text(owner.get("/desk/import/"))


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.FRONTDESK, Role.EDITOR])
def test_only_the_owner_can_import(role: Role, scene: Scene) -> None:
    browser = browser_of(member(role))

    assert browser.get("/desk/import/").status_code == 403
    assert check(browser, "patients", PEOPLE).status_code == 403
