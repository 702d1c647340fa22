"""Health answers of a hold are copied to the next hold, linked to the booking, or deleted."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds.hold_slot import hold_slot
from booking.actions.holds.release_hold import release_hold
from booking.models import Appointment, Screening
from booking.queries.health.status import health_status_of
from clinic.lib.dates import clock
from tests.booking.health.answers import GUEST, answer
from tests.jobs import run_all_jobs
from tests.scene import ADA, Scene, at, fresh

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


def test_releasing_the_hold_deletes_the_answers(hold: Appointment) -> None:
    answer(hold, "q12/controlled")
    release_hold(hold, by=GUEST)

    assert not Screening.objects.exists()


def test_answers_are_copied_to_the_next_hold_of_the_same_browser(
    scene: Scene, hold: Appointment
) -> None:
    answer(hold, "q22/nuts")
    later = hold_slot(scene.slot_request(at(13)), by=GUEST, browser_key="browser")
    other = hold_slot(scene.slot_request(at(9)), by=GUEST, browser_key="browser")
    health_status = health_status_of(other, clock.now())

    assert not later.screenings.exists()
    assert health_status.record is not None
    assert health_status.record.answer_set.answer_keys() == {("q22", "nuts")}


def test_a_stop_outcome_is_not_copied_but_asked_again(scene: Scene, hold: Appointment) -> None:
    answer(hold, "q4/ill")
    later = hold_slot(
        scene.slot_request(at(13)), by=GUEST, browser_key="browser", previous_hold=hold
    )

    assert not later.screenings.exists()


def test_answers_are_not_copied_to_another_browser(scene: Scene, hold: Appointment) -> None:
    answer(hold, "q22/nuts")
    later = hold_slot(scene.slot_request(at(13)), by=GUEST, browser_key="somebody else")

    assert not later.screenings.exists()


def test_booking_links_the_answers_to_the_patient(hold: Appointment) -> None:
    answer(hold, "q22/nuts")
    booked = book_appointment(hold, ADA, by=GUEST)
    row = Screening.objects.get()

    assert (row.patient, row.keep_until) == (booked.patient, None)


def test_answers_of_people_who_do_not_book_are_deleted_after_a_day(
    hold: Appointment, settings: Settings
) -> None:
    answer(hold, "q22/nuts")
    settings.CLINIC_CLOCK += timedelta(hours=23)
    assert run_all_jobs()["delete-answers"] == 0
    settings.CLINIC_CLOCK += timedelta(hours=1)

    assert run_all_jobs()["delete-answers"] == 1
    assert run_all_jobs()["delete-answers"] == 0
    assert not Screening.objects.exists()


def test_a_draft_that_needs_a_doctor_is_kept_for_thirty_days(
    hold: Appointment, settings: Settings
) -> None:
    answer(hold, "q9/thinner")
    settings.CLINIC_CLOCK += timedelta(days=29)
    run_all_jobs()
    assert fresh(hold).draft == hold.draft
    assert Screening.objects.exists()
    settings.CLINIC_CLOCK += timedelta(days=1)
    run_all_jobs()

    assert fresh(hold).draft == ""
    assert not Screening.objects.exists()


def test_answers_of_a_booking_are_not_deleted(hold: Appointment, settings: Settings) -> None:
    answer(hold, "q22/nuts")
    book_appointment(hold, ADA, by=GUEST)
    settings.CLINIC_CLOCK += timedelta(days=400)
    run_all_jobs()

    assert Screening.objects.exists()
