"""Appointments from another system."""

import pytest
from django.test import Client

from booking.models import Appointment, Notification, Patient
from tests import factories as make
from tests.booking.features.imports.uploads import APPOINTMENTS, check, errors, line, run, text
from tests.html import assert_valid
from tests.scene import Scene, on

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_booked_like_on_the_phone_for_known_and_new_people(scene: Scene, owner: Client) -> None:
    known = make.PatientFactory(name="Ana Reader", email="ana@reader.example")
    new = {"name": "New One", "email": "new@mail.example"}
    content = APPOINTMENTS + line() + line(time="12:00", **new) + line(time="14:00", **new)

    answer = check(owner, "appointments", content)

    assert "3 appointments would be booked" in text(answer)
    assert (Appointment.objects.count(), Patient.objects.count()) == (0, 1)
    assert Notification.objects.count() == 0
    assert "3 appointments are booked" in text(run(owner))
    rows = Appointment.objects.order_by("starts_at")
    assert [row.starts_at for row in rows] == [on(25, 10), on(25, 12), on(25, 14)]
    names = list(rows.values_list("patient__name", flat=True))
    assert names == ["Ana Reader", "New One", "New One"]
    assert (rows[0].patient, Patient.objects.count()) == (known, 2)
    assert [event.actor_type for row in rows for event in row.events.all()] == ["staff"] * 3
    assert Notification.objects.filter(kind="booked").count() == 3


def test_what_cannot_be_booked_is_named_and_nothing_is(scene: Scene, owner: Client) -> None:
    scene.therapist.is_active = True
    make.AppointmentFactory(
        option=scene.option, therapist=scene.therapist, room=scene.rooms[0],
        starts_at=on(25, 10),
    )  # fmt: skip
    content = APPOINTMENTS + "".join(
        [
            line(time="15:00"),
            line(),
            line(date="2026-11-22"),
            line(time="15:30", name="Other", email="o@mail.example"),
            line(time="20:00"),
            line(date="tomorrow", time="soon", minutes="an hour"),
        ]
    )

    answer = check(owner, "appointments", content)

    assert answer.status_code == 422
    assert [number for number, _sentence in errors(answer)] == [3, 4, 5, 6, 7, 7, 7]
    assert "time has passed" in errors(answer)[1][1]
    assert Appointment.objects.count() == 1


def test_outside_working_hours_only_knowingly(scene: Scene, owner: Client) -> None:
    content = APPOINTMENTS + line(time="20:07")

    assert check(owner, "appointments", content).status_code == 422
    assert check(owner, "appointments", content, outside_hours="on").status_code == 200
    run(owner)

    assert Appointment.objects.get().starts_at == on(25, 20, 7)


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
def test_wrong_cells_get_a_sentence(cells: dict[str, str], sentence: str, owner: Client) -> None:
    answer = check(owner, "appointments", APPOINTMENTS + line(**cells))

    assert answer.status_code == 422
    assert sentence in errors(answer)[0][1]
    assert errors(answer)[0][0] == 2


def test_somebody_with_two_records_must_be_merged_first(owner: Client) -> None:
    for _ in range(2):
        make.PatientFactory(name="Ana Reader", email="ana@reader.example")

    answer = check(owner, "appointments", APPOINTMENTS + line())

    assert "Please merge them first" in text(answer)


def test_what_was_free_when_checked_may_be_taken_since(scene: Scene, owner: Client) -> None:
    check(owner, "appointments", APPOINTMENTS + line(time="15:00") + line())
    make.AppointmentFactory(
        option=scene.option, therapist=scene.therapist, room=scene.rooms[0],
        starts_at=on(25, 10),
    )  # fmt: skip

    answer = run(owner)

    assert answer.status_code == 409
    assert "Not every line was imported" in text(answer)
    assert "1 appointment is booked." in text(answer)
    assert [number for number, _sentence in errors(answer)] == [3]
    assert {row.starts_at for row in Appointment.objects.all()} == {on(25, 10), on(25, 15)}


def test_lines_that_overlap_or_repeat_each_other_are_named(owner: Client) -> None:
    other = {"name": "Other", "email": "o@mail.example"}
    answer = check(
        owner, "appointments", APPOINTMENTS + line() + line() + line(time="10:30", **other)
    )

    assert errors(answer) == [
        (3, "The same appointment is in the file twice."),
        (4, "This overlaps with line 2."),
    ]


def test_an_interrupted_import_can_be_done_again(scene: Scene, owner: Client) -> None:
    content = APPOINTMENTS + line() + line(time="12:00", name="New One", email="new@mail.example")
    for _ in range(2):
        check(owner, "appointments", content)
        assert "2 appointments are booked" in text(run(owner))

    assert (Appointment.objects.count(), Patient.objects.count()) == (2, 2)


def test_what_was_allowed_for_a_file_is_allowed_for_the_corrected_one(owner: Client) -> None:
    wrong = check(owner, "appointments", APPOINTMENTS + line(minutes="x"), outside_hours="on")
    assert 'href="/desk/import/?outside_hours=on"' in text(wrong)
    document = assert_valid(text(owner.get("/desk/import/?outside_hours=on")))

    boxes = [box for box in document.iter("input") if box.get("name") == "outside_hours"]
    assert [box.get("checked") is not None for box in boxes] == [True]
