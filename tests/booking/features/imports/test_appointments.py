"""Appointments from another system."""

from typing import Any

import pytest
from django.test import Client

from booking.errors import ChangeInProgress
from booking.features.imports import actions
from booking.features.imports.models import ImportDraft
from booking.models import Appointment, Notification, Patient
from tests import factories as make
from tests.booking.features.imports.uploads import (
    APPOINTMENTS,
    check,
    draft_address,
    errors,
    line,
    run,
    text,
)
from tests.html import assert_valid
from tests.scene import Scene, on

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_appointments_are_booked_for_known_and_new_patients(scene: Scene, owner: Client) -> None:
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


def test_lines_that_cannot_be_booked_are_named_and_nothing_is_imported(
    scene: Scene, owner: Client
) -> None:
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


def test_lines_outside_working_hours_need_the_override(scene: Scene, owner: Client) -> None:
    content = APPOINTMENTS + line(time="20:07")

    assert check(owner, "appointments", content).status_code == 422
    assert check(owner, "appointments", content, outside_hours="on").status_code == 200
    run(owner)

    assert Appointment.objects.get().starts_at == on(25, 20, 7)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"treatment": "Reiki"}, "Reiki of 60 minutes is not in the catalog."),
        ({"minutes": "61"}, "Swedish massage of 61 minutes is not in the catalog."),
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
def test_invalid_cells_are_reported(cells: dict[str, str], sentence: str, owner: Client) -> None:
    answer = check(owner, "appointments", APPOINTMENTS + line(**cells))

    assert answer.status_code == 422
    assert sentence in errors(answer)[0][1]
    assert errors(answer)[0][0] == 2


def test_somebody_with_two_records_must_be_merged_first(owner: Client) -> None:
    for _ in range(2):
        make.PatientFactory(name="Ana Reader", email="ana@reader.example")

    answer = check(owner, "appointments", APPOINTMENTS + line())

    assert "Please merge them first" in text(answer)


def test_a_time_taken_after_the_check_is_reported(scene: Scene, owner: Client) -> None:
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


def test_an_interrupted_import_can_be_repeated(scene: Scene, owner: Client) -> None:
    content = APPOINTMENTS + line() + line(time="12:00", name="New One", email="new@mail.example")
    for _ in range(2):
        check(owner, "appointments", content)
        assert "2 appointments are booked" in text(run(owner))

    assert (Appointment.objects.count(), Patient.objects.count()) == (2, 2)


def test_a_repeated_import_says_what_was_imported(owner: Client) -> None:
    check(owner, "appointments", APPOINTMENTS + line() + line(time="12:00"))
    run(owner)

    assert "This file was imported already: 2 lines." in text(run(owner))
    assert Appointment.objects.count() == 2


def test_a_repeated_import_names_the_omitted_lines_again(scene: Scene, owner: Client) -> None:
    check(owner, "appointments", APPOINTMENTS + line(time="15:00") + line())
    make.AppointmentFactory(
        option=scene.option, therapist=scene.therapist, room=scene.rooms[0],
        starts_at=on(25, 10),
    )  # fmt: skip

    first, second = run(owner), run(owner)

    assert (second.status_code, errors(second)) == (409, errors(first))
    assert "1 appointment is booked." in text(second)


def test_a_killed_import_continues_with_the_remaining_lines(
    scene: Scene, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = {"name": "New One", "email": "new@mail.example"}
    times = ["10:00", "12:00", "14:00"]
    content = "".join(line(time=time, **new) for time in times)
    check(owner, "appointments", APPOINTMENTS + content)
    book = actions.book_by_phone

    def killed_at_the_second(*args: Any, **kwargs: Any) -> Appointment:
        if Appointment.objects.exists():
            raise KeyboardInterrupt
        return book(*args, **kwargs)

    monkeypatch.setattr(actions, "book_by_phone", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run(owner)
    monkeypatch.undo()
    assert Appointment.objects.count() == 1
    Appointment.objects.update(status="cancelled")  # a line that is done is not done again

    assert "3 appointments are booked" in text(run(owner))
    rows = Appointment.objects.order_by("starts_at")
    assert [row.starts_at for row in rows] == [on(25, 10), on(25, 12), on(25, 14)]
    assert Patient.objects.count() == 1


def test_an_import_that_waits_too_long_for_another_can_be_tried_again(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held_by_another(_draft: ImportDraft) -> ImportDraft:
        raise ChangeInProgress

    check(owner, "appointments", APPOINTMENTS + line() + line(time="12:00"))
    ImportDraft.objects.update(last_line=2, imported=1)
    monkeypatch.setattr(actions, "_lock_draft", held_by_another)

    answer = run(owner)

    assert answer.status_code == 409
    assert "changed by somebody else right now" in text(answer)
    assert "1 appointment would be booked." in text(answer)
    assert f'action="{draft_address()}"' in text(answer)
    assert "Nothing is imported yet" not in text(answer)


def test_lines_that_became_invalid_since_an_interrupted_import_are_named(
    scene: Scene, owner: Client
) -> None:
    check(owner, "appointments", APPOINTMENTS + line() + line(time="12:00") + line(time="14:00"))
    ImportDraft.objects.update(last_line=2, imported=1)  # killed after the first
    scene.therapist.name = "Somebody Else"
    scene.therapist.slug = "somebody-else"
    scene.therapist.save()

    answer = run(owner)

    assert answer.status_code == 409
    assert [number for number, _sentence in errors(answer)] == [3, 4]
    assert "1 appointment is booked." in text(answer)


def test_the_override_is_kept_for_a_corrected_file(owner: Client) -> None:
    wrong = check(owner, "appointments", APPOINTMENTS + line(minutes="x"), outside_hours="on")
    assert 'href="/desk/import/?outside_hours=on"' in text(wrong)
    document = assert_valid(text(owner.get("/desk/import/?outside_hours=on")))

    boxes = [box for box in document.iter("input") if box.get("name") == "outside_hours"]
    assert [box.get("checked") is not None for box in boxes] == [True]
