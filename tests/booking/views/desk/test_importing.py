"""Patients and appointments from another system."""

import csv
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from booking.actions.due_work import run_due_work
from booking.models import Appointment, ImportDraft, Message, Patient, Role
from tests import factories as make
from tests.booking.views.scene import Scene, at, make_scene
from tests.people import browser_of, member

pytestmark = pytest.mark.django_db
PEOPLE = "name,email,phone,therapist,evenings,quiet\n"
APPOINTMENTS = "name,email,phone,treatment,minutes,therapist,room,date,time\n"


@pytest.fixture
def scene(frozen_clock: datetime) -> Scene:
    scene = make_scene(rooms=2)
    scene.therapist.name = "Maya Lindqvist"
    scene.therapist.save()
    return scene


@pytest.fixture
def owner(scene: Scene) -> Client:
    return browser_of(member(Role.OWNER))


def text(response: Any) -> str:
    return str(response.content.decode())


def check(browser: Client, kind: str, content: str | bytes, **more: Any) -> Any:
    data = content.encode() if isinstance(content, str) else content
    file = BytesIO(data)
    file.name = "them.csv"
    return browser.post(f"/desk/import/{kind}/", {"file": file, **more})


def run(browser: Client, follow: bool = True) -> Any:
    draft = ImportDraft.objects.get()
    return browser.post(f"/desk/imports/{draft.public_id}/", follow=follow)


def faults(response: Any) -> list[tuple[int, str]]:
    return [(fault.line, fault.sentence) for fault in response.context["faults"]]


def line(**cells: str) -> str:
    usual = {
        "name": "Ana Reader", "email": "ana@reader.example", "phone": "", "treatment": "Swedish",
        "minutes": "60", "therapist": "maya lindqvist", "room": "", "date": "2026-11-25",
        "time": "10:00",
    }  # fmt: skip
    return ",".join((usual | {"treatment": "Swedish massage"} | cells).values()) + "\n"


class TestPatients:
    def test_checked_first_and_written_only_when_the_owner_says_so(self, owner: Client) -> None:
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
        assert ImportDraft.objects.count() == 0
        assert "1 patient found" in text(owner.get("/desk/patients/?q=muller"))

    def test_whoever_is_here_already_is_left_out(self, owner: Client) -> None:
        make.PatientFactory(name="ana reader", email="ANA@reader.example")

        answer = check(
            owner, "patients", PEOPLE + "Ana Reader,ana@reader.example,,,,\nB,b@x.example,,,,\n"
        )

        assert "1 is here already" in text(answer)
        run(owner)
        assert Patient.objects.count() == 2

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_semicolons_tabs_and_columns_in_another_order(
        self, delimiter: str, owner: Client
    ) -> None:
        rows = ["Phone,Name", "312 555 0142,Ana"]
        content = "\ufeff" + "\r\n".join(rows).replace(",", delimiter)

        check(owner, "patients", content)
        run(owner)

        assert Patient.objects.get().name == "Ana"

    def test_every_fault_is_named_by_its_line_and_nothing_is_kept(self, owner: Client) -> None:
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
        )

        answer = check(owner, "patients", content)

        assert answer.status_code == 422
        assert [number for number, _sentence in faults(answer)] == [3, 9, 11]
        assert "Name" not in text(answer) or "is empty" in text(answer)
        fixed = content.replace(",b@mail", "B,b@mail").replace("=HYPER", "HYPER")
        again = check(owner, "patients", fixed.replace(",,,,,,\n", ",,,,\n"))
        assert faults(again) == [
            (4, "not an address is no e-mail address."),
            (5, "12 is no phone number."),
            (6, "Please give an e-mail address or a phone number."),
            (7, "Therapist “Nobody” is not known here."),
            (8, "evenings must be yes or no."),
            (10, "The same person as in line 2."),
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
    def test_a_file_that_cannot_be_read_gets_a_sentence(
        self, content: bytes, sentence: str, owner: Client
    ) -> None:
        answer = check(owner, "patients", content)

        assert answer.status_code == 422
        assert sentence in text(answer)
        assert (Patient.objects.count(), ImportDraft.objects.count()) == (0, 0)

    def test_without_a_file(self, owner: Client) -> None:
        answer = owner.post("/desk/import/patients/")

        assert answer.status_code == 422
        assert "Please choose a file." in text(answer)

    def test_pressed_twice_it_is_written_once(self, owner: Client) -> None:
        check(owner, "patients", PEOPLE + "Ana,ana@mail.example,,,,\n")
        address = f"/desk/imports/{ImportDraft.objects.get().public_id}/"

        answers = [owner.post(address).status_code for _ in range(2)]

        assert answers == [302, 404]
        assert Patient.objects.count() == 1

    def test_a_file_is_its_owners_encrypted_and_forgotten_after_an_hour(
        self, owner: Client, settings: Settings
    ) -> None:
        check(owner, "patients", PEOPLE + "Ana,ana@mail.example,,,,\n")
        address = f"/desk/imports/{ImportDraft.objects.get().public_id}/"
        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM booking_importdraft")
            assert "ana@mail" not in cursor.fetchone()[0]

        assert browser_of(member(Role.OWNER)).post(address).status_code == 404
        settings.CLINIC_CLOCK += timedelta(hours=1)
        assert browser_of(member(Role.OWNER)).post(address).status_code == 404
        run_due_work()
        assert ImportDraft.objects.count() == 0

    def test_more_lines_need_no_more_queries(self, owner: Client) -> None:
        def queries(lines: int) -> int:
            rows = "".join(f"P{n},p{n}@mail.example,,Maya Lindqvist,,\n" for n in range(lines))
            with CaptureQueriesContext(connection) as found:
                assert check(owner, "patients", PEOPLE + rows).status_code == 200
            return len(found)

        queries(1)

        assert queries(40) == queries(2)


class TestAppointments:
    def test_booked_like_on_the_phone_for_known_and_new_people(
        self, scene: Scene, owner: Client
    ) -> None:
        known = make.PatientFactory(name="Ana Reader", email="ana@reader.example")
        new = {"name": "New One", "email": "new@mail.example"}
        content = APPOINTMENTS + line() + line(time="12:00", **new) + line(time="14:00", **new)

        answer = check(owner, "appointments", content)

        assert "3 appointments would be booked" in text(answer)
        assert (Appointment.objects.count(), Patient.objects.count()) == (0, 1)
        assert Message.objects.count() == 0
        assert "3 appointments are booked" in text(run(owner))
        rows = Appointment.objects.order_by("starts_at")
        assert [row.starts_at for row in rows] == [at(25, 10), at(25, 12), at(25, 14)]
        assert [row.patient.name for row in rows] == ["Ana Reader", "New One", "New One"]
        assert (rows[0].patient, Patient.objects.count()) == (known, 2)
        assert [event.door for row in rows for event in row.events.all()] == ["staff"] * 3
        assert Message.objects.filter(kind="booked").count() == 3

    def test_what_cannot_be_booked_is_named_and_nothing_is(
        self, scene: Scene, owner: Client
    ) -> None:
        scene.therapist.is_active = True
        make.AppointmentFactory(
            option=scene.option, therapist=scene.therapist, room=scene.rooms[0],
            starts_at=at(25, 10),
        )  # fmt: skip
        content = APPOINTMENTS + "".join(
            [
                line(time="15:00"),
                line(),
                line(date="2026-11-22"),
                line(time="15:30", name="Other", email="o@mail.example"),
                line(time="20:00"),
            ]
        )

        answer = check(owner, "appointments", content)

        assert answer.status_code == 422
        assert [number for number, _sentence in faults(answer)] == [3, 4, 5, 6]
        assert "time has passed" in faults(answer)[1][1]
        assert Appointment.objects.count() == 1

    def test_outside_working_hours_only_knowingly(self, scene: Scene, owner: Client) -> None:
        content = APPOINTMENTS + line(time="20:07")

        assert check(owner, "appointments", content).status_code == 422
        assert check(owner, "appointments", content, outside_hours="on").status_code == 200
        run(owner)

        assert Appointment.objects.get().starts_at == at(25, 20, 7)

    @pytest.mark.parametrize(
        ("cells", "sentence"),
        [
            ({"treatment": "Reiki"}, "Reiki of 60 minutes is not in the catalogue."),
            ({"minutes": "61"}, "Swedish massage of 61 minutes is not in the catalogue."),
            ({"minutes": "sixty"}, "minutes must be a number"),
            ({"minutes": "\u0666\u0660"}, "minutes must be a number"),
            ({"minutes": "9" * 900}, "minutes must be a number"),
            ({"therapist": "Nobody"}, "Therapist “Nobody” is not known here."),
            ({"room": "Nowhere"}, "Room “Nowhere” is not known here."),
            ({"date": "25.11.2026"}, "date must be like"),
            ({"date": "2026-02-30"}, "date must be like"),
            ({"date": "9999-12-31"}, "date must be like"),
            ({"date": "2199-12-31"}, "more than a year"),
            ({"date": "0001-01-01"}, "date must be like"),
            ({"time": "9:00"}, "time must be like"),
            ({"time": "25:00"}, "time must be like"),
            ({"date": "2027-03-14", "time": "02:30"}, "clocks skip that time"),
        ],
        ids=range(15),
    )
    def test_wrong_cells_get_a_sentence(
        self, cells: dict[str, str], sentence: str, owner: Client
    ) -> None:
        answer = check(owner, "appointments", APPOINTMENTS + line(**cells))

        assert answer.status_code == 422
        assert sentence in faults(answer)[0][1]
        assert faults(answer)[0][0] == 2

    def test_somebody_with_two_records_must_be_merged_first(self, owner: Client) -> None:
        for _ in range(2):
            make.PatientFactory(name="Ana Reader", email="ana@reader.example")

        answer = check(owner, "appointments", APPOINTMENTS + line())

        assert "Please merge them first" in text(answer)

    def test_what_was_free_when_checked_may_be_taken_since(
        self, scene: Scene, owner: Client
    ) -> None:
        check(owner, "appointments", APPOINTMENTS + line(time="15:00") + line())
        make.AppointmentFactory(
            option=scene.option, therapist=scene.therapist, room=scene.rooms[0],
            starts_at=at(25, 10),
        )  # fmt: skip

        answer = run(owner)

        assert answer.status_code == 409
        assert "Nothing was imported" in text(answer)
        assert Appointment.objects.count() == 1


@pytest.mark.parametrize("kind", ["patients", "appointments"])
def test_a_template_has_the_columns_and_can_be_read_again(kind: str, owner: Client) -> None:
    content = text(owner.get(f"/desk/import/{kind}.csv")).removeprefix("\ufeff")

    header, example = csv.reader(StringIO(content))

    assert len(header) == len(example)
    assert check(owner, kind, content).status_code in (200, 422)
    assert kind in text(owner.get("/desk/import/"))


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.FRONTDESK, Role.EDITOR])
def test_importing_is_the_owners(role: Role, scene: Scene) -> None:
    browser = browser_of(member(role))

    assert browser.get("/desk/import/").status_code == 403
    assert check(browser, "patients", PEOPLE).status_code == 403
