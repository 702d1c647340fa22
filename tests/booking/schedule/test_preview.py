"""The preview of a change of hours: affected appointments, choices, one transaction."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.lifecycle import Override, Status
from booking.models import Appointment, Closure, TimeOff, WeeklyHours
from tests.booking.schedule.pages import (
    ALL_DAY,
    CLOSURES,
    HOLIDAYS,
    HOURS,
    OFF,
    choices,
    choose,
    fields,
    read,
)
from tests.booking.schedule.schedule_changes import (
    STAFF,
    THURSDAY,
    WEDNESDAY,
    Scene,
    at,
    booked,
    faults,
    notified_kinds,
)
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db


def test_a_change_without_impact_is_saved_at_once(rosa: Client) -> None:
    response = rosa.post(OFF, ALL_DAY | {"note": "course"})

    assert (response.status_code, response["Location"]) == (303, "/desk/schedule/rosa/")
    off = TimeOff.objects.get()
    assert (off.starts_at, off.ends_at, off.note) == (at(0), at(0, day=WEDNESDAY), "course")


def test_affected_appointments_are_shown_and_nothing_is_saved(
    rosa: Client, three: list[Appointment]
) -> None:
    response = rosa.post(OFF, ALL_DAY)
    said = read(response)

    assert response.status_code == 200
    assert "3 patients lose their time" in said
    assert "Time off for Rosa: Tuesday 24 November 2026" in said
    for name in ("Ana Reader", "Ben Sleeper", "Cleo Walker"):
        assert name in said
    assert "Same time, with Tom" in said
    assert not TimeOff.objects.exists()


def test_many_are_counted_first_and_their_choices_are_folded_until_one_is_missing(
    rosa: Client, three: list[Appointment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.views.desk.schedule.impact.MAX_UNFOLDED", 2)
    preview = rosa.post(OFF, ALL_DAY)
    unsettled = choose(rosa, OFF, preview, step="settle")
    chosen = choose(rosa, OFF, preview, step="all cancel")
    done = choose(rosa, OFF, chosen, step="settle")

    assert "For 3 there is another time, room or therapist." in read(preview)
    assert "Choose for each of the 3 appointments" in read(preview)
    assert "<details" in preview.content.decode().partition("<main")[2]
    assert unsettled.status_code == 422
    assert "Choose for each of the 3 appointments" not in read(unsettled)
    assert done.status_code == 303


def test_each_affected_appointment_is_resolved_as_chosen(
    rosa: Client, scene: Scene, three: list[Appointment]
) -> None:
    preview = rosa.post(OFF, ALL_DAY)
    kept, moved, called_off = three
    colleague = next(value for value in choices(preview, moved) if value.startswith("move tom"))
    chosen = {f"a{kept.pk}": "keep", f"a{moved.pk}": colleague, f"a{called_off.pk}": "cancel"}
    done = choose(rosa, OFF, preview, step="settle", words="See you soon.", **chosen)

    assert done.status_code == 303
    for row in three:
        row.refresh_from_db()
    assert kept.override == Override.HOURS_CHANGED
    assert (moved.therapist, moved.starts_at) == (scene.therapists[1], at(11))
    assert called_off.status == Status.CANCELLED
    assert TimeOff.objects.count() == 1
    assert faults() == []
    assert "1 appointment moved. 1 appointment canceled. 1 appointment kept." in read(
        rosa.get(done["Location"])
    )
    assert kept.events.get(kind="kept").user == rosa.get(OFF).wsgi_request.user


@pytest.mark.parametrize(
    ("choice", "left"),
    [("keep", {("booked", "kept")}), ("cancel", {("cancelled", "")}), ("move", {("booked", "")})],
)
def test_one_choice_can_be_applied_to_all(
    rosa: Client, three: list[Appointment], choice: str, left: set[tuple[str, str]]
) -> None:
    preview = rosa.post(OFF, ALL_DAY)
    chosen = choose(rosa, OFF, preview, step=f"all {choice}")
    assert chosen.status_code == 200
    assert not TimeOff.objects.exists()
    done = choose(rosa, OFF, chosen, step="settle")

    assert done.status_code == 303
    assert set(Appointment.objects.values_list("status", "override")) == left
    assert faults() == []


def test_missing_choices_are_named_and_the_others_kept(
    rosa: Client, three: list[Appointment]
) -> None:
    preview = rosa.post(OFF, ALL_DAY)
    response = choose(rosa, OFF, preview, step="settle", **{f"a{three[0].pk}": "keep"})

    assert response.status_code == 422
    said = read(response)
    assert "Please choose what happens to Ben Sleeper." in said
    assert "Please choose what happens to Ana Reader." not in said
    assert fields(response)[f"choice-{three[0].pk}"] == ["keep"]
    assert fields(response)["first_day"] == ["2026-11-24"]
    assert not TimeOff.objects.exists()


def test_going_back_keeps_the_input(rosa: Client, three: list[Appointment]) -> None:
    preview = rosa.post(OFF, ALL_DAY | {"note": "course"})
    response = choose(rosa, OFF, preview, step="edit")

    assert response.status_code == 200
    assert fields(response)["first_day"] == ["2026-11-24"]
    assert fields(response)["note"] == ["course"]
    assert not TimeOff.objects.exists()


def test_an_appointment_booked_meanwhile_is_shown_as_new(
    rosa: Client, scene: Scene, three: list[Appointment]
) -> None:
    preview = rosa.post(OFF, ALL_DAY)
    new = booked(scene, at(16), patient=PatientFactory(name="Dora New"))
    chosen = {f"a{row.pk}": "cancel" for row in three}
    response = choose(rosa, OFF, preview, step="settle", **chosen)

    assert response.status_code == 422
    assert "This appointment is new here." in read(response)
    assert not TimeOff.objects.exists()
    assert choose(
        rosa, OFF, response, step="settle", **chosen, **{f"a{new.pk}": "keep"}
    ).status_code == 303  # fmt: skip


def test_a_proposal_taken_meanwhile_is_reported_beside_its_appointment(
    rosa: Client, scene: Scene, three: list[Appointment]
) -> None:
    preview = rosa.post(OFF, ALL_DAY)
    moved = three[1]
    colleague = next(value for value in choices(preview, moved) if value.startswith("move tom"))
    booked(scene, at(11), place=1, room=1)
    chosen = {f"a{three[0].pk}": "cancel", f"a{moved.pk}": colleague, f"a{three[2].pk}": "cancel"}
    response = choose(rosa, OFF, preview, step="settle", **chosen)

    assert response.status_code == 409
    said = read(response)
    assert "nothing has been saved yet" in said
    assert "someone was faster" in said
    assert set(Appointment.objects.values_list("status", flat=True)) == {"booked"}
    assert notified_kinds() == []
    assert not TimeOff.objects.exists()


def test_an_appointment_no_longer_affected_is_named(rosa: Client, three: list[Appointment]) -> None:
    preview = rosa.post(OFF, ALL_DAY)
    Appointment.objects.filter(pk=three[1].pk).update(
        starts_at=at(11, day=THURSDAY),
        ends_at=at(12, day=THURSDAY),
        blocked_until=at(12, 15, THURSDAY),
    )
    chosen = {f"a{row.pk}": "cancel" for row in three}
    response = choose(rosa, OFF, preview, step="settle", **chosen)

    assert response.status_code == 409
    assert "Ben Sleeper needs nothing any more" in read(response)
    assert choose(rosa, OFF, response, step="settle", **chosen).status_code == 303


def test_a_change_without_remaining_impact_can_be_saved(
    rosa: Client, three: list[Appointment]
) -> None:
    preview = rosa.post(OFF, ALL_DAY)
    chosen = {f"a{row.pk}": "keep" for row in three}
    Appointment.objects.update(status=Status.NO_SHOW)
    response = choose(rosa, OFF, preview, step="settle", **chosen)

    assert response.status_code == 409
    assert "Nobody loses their time any more" in read(response)
    assert choose(rosa, OFF, response, step="settle").status_code == 303


def test_patients_without_a_working_address_are_marked_to_be_called(
    rosa: Client, scene: Scene
) -> None:
    booked(scene, at(9), patient=PatientFactory(email="", phone="312-555-0177"))
    response = rosa.post(OFF, ALL_DAY)

    assert "No mail reaches this patient: please call." in read(response)
    assert 'href="tel:+13125550177"' in response.content.decode()


def test_weekly_hours_and_closures_use_the_same_preview(
    owner: Client, three: list[Appointment]
) -> None:
    hours = {"first": "2026-11-24", "d1-0-from": "12:00", "d1-0-to": "17:00", "do": "save"}
    preview = owner.post(HOURS, hours)
    assert "2 patients lose their time" in read(preview)
    chosen = {f"a{row.pk}": "keep" for row in three[:2]}
    assert choose(owner, HOURS, preview, step="settle", **chosen).status_code == 303
    assert WeeklyHours.objects.filter(valid_from=date(2026, 11, 24)).count() == 1

    preview = owner.post(CLOSURES, {"name": "Water", "first_day": "2026-11-24"})
    assert "3 patients lose their time" in read(preview)
    chosen = {f"a{row.pk}": "cancel" for row in three}
    assert choose(owner, CLOSURES, preview, step="settle", **chosen).status_code == 303
    assert Closure.objects.get().last_day == date(2026, 11, 24)
    assert faults() == []


def test_a_holiday_is_previewed_and_becomes_a_closure(owner: Client, scene: Scene) -> None:
    row = booked(scene, at(9, day=THURSDAY))
    preview = owner.post(HOLIDAYS, {"days": ["2026-11-26"], "year": "2026"})
    assert "The clinic closes on 1 holiday" in read(preview)
    done = choose(owner, HOLIDAYS, preview, step="settle", **{f"a{row.pk}": "cancel"})

    assert done.status_code == 303
    assert Closure.objects.get().name == "Thanksgiving Day"
    assert "2026-11-26" not in owner.get(HOLIDAYS).content.decode()


def test_the_query_count_of_the_preview_is_fixed(rosa: Client, scene: Scene) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            rosa.post(OFF, ALL_DAY)
        return len(captured)

    booked(scene, at(9))
    one = queries()
    for hour in (11, 13, 15):
        booked(scene, at(hour))
    assert queries() == one


def test_history_names_whoever_changed_the_hours(rosa: Client, three: list[Appointment]) -> None:
    preview = rosa.post(OFF, ALL_DAY)
    choose(rosa, OFF, preview, step="settle", **{f"a{row.pk}": "cancel" for row in three})

    for row in three:
        event = row.events.get(kind="cancelled")
        assert event.actor_type == STAFF.actor_type
        assert event.user is not None
        assert event.user.therapist.slug == "rosa"


@pytest.mark.parametrize("sent", [{}, {"first_day": "not a day"}])
def test_choices_are_kept_after_the_form_was_changed(
    rosa: Client, three: list[Appointment], sent: dict[str, str]
) -> None:
    """Back at the form, and there again after a mistake: the next preview knows the choices."""
    preview = rosa.post(OFF, ALL_DAY)
    chosen = {f"a{three[0].pk}": "keep", f"a{three[2].pk}": "cancel"}
    form: Any = choose(rosa, OFF, preview, step="edit", words="Sorry!", **chosen)
    if sent:
        form = rosa.post(OFF, fields(form) | sent)
        assert form.status_code == 422
    again = rosa.post(OFF, fields(form) | ALL_DAY | {"note": "course"})

    still = fields(again)
    assert still[f"choice-{three[0].pk}"] == ["keep"]
    assert f"choice-{three[1].pk}" not in still
    assert still[f"choice-{three[2].pk}"] == ["cancel"]
    assert "Sorry!" in read(again)
