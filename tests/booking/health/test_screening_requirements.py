"""No way to book or move an appointment accepts STOP or DOCTOR, or an excluded pressure."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from booking.actions.appointments.book_online import book_appointment
from booking.actions.health.screening_requirements import require_patient_screening_passed
from booking.actions.holds.hold_slot import hold_slot
from booking.errors import (
    NeedsMedicalAdvice,
    OnlineBookingClosed,
    QuestionsChanged,
    QuestionsNotAnswered,
    ScreeningBlocked,
    ScreeningStop,
    TreatmentNotSuitable,
)
from booking.models import Screening, ScreeningSignature
from booking.screening.outcomes import ALLOWED_PRESSURES, Pressure, TreatmentRestriction
from booking.screening.rules import AnswerSet
from clinic.lib.dates import clock
from tests.booking.health.answers import GUEST, answer, answer_set
from tests.booking.health.booking_paths import (
    BOOKING_PATHS,
    BookingPath,
    book_online,
    books,
    person,
)
from tests.booking.screening.expected import expected
from tests.conftest import ModuleDatabase
from tests.factories import PatientFactory
from tests.scene import ADA, Scene, at, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

CRISIS = "q25/crisis"
DANGEROUS = [
    answer
    for answer, (outcome, *_) in expected().items()
    if outcome in ("STOP", "DOCTOR") and answer != CRISIS
]
OF_EACH_KIND = [
    "q1/chest-pain", "q2/one-leg", "q4/ill", "q7/recent", "q9/thinner", "q5/not-sure",
    "age/under-18",
]  # fmt: skip
"""Every outcome that blocks, with every place to turn to; the property below tries the others."""
FINE = ["q24/diagnosed", "q25/sleep", "q12/controlled", "q5/wound", "q22/nuts", "q19/older"]


booking_paths_mark = pytest.mark.parametrize("path", BOOKING_PATHS.values(), ids=BOOKING_PATHS)


@pytest.fixture(scope="module")
def shared_scene(module_database: ModuleDatabase) -> Scene:
    with module_database():
        return make_clinic(therapists=2, rooms=2)


@pytest.fixture
def scene(shared_scene: Scene) -> Scene:
    """The clinic of all tests, whose rows a test may change: the change is undone after it."""
    return deepcopy(shared_scene)


@booking_paths_mark
@pytest.mark.parametrize("one", OF_EACH_KIND)
def test_no_path_books_against_stop_or_doctor(path: BookingPath, one: str, scene: Scene) -> None:
    assert not books(path, scene, answer_set(one), Pressure.GENTLE)


@booking_paths_mark
@pytest.mark.parametrize("one", ["q9/aspirin", "q13/12-weeks"])
@pytest.mark.parametrize("pressure", list(Pressure))
def test_an_unsuitable_treatment_is_booked_nowhere(
    path: BookingPath, one: str, pressure: Pressure, scene: Scene
) -> None:
    still = ALLOWED_PRESSURES[TreatmentRestriction(expected()[one][2])]

    assert books(path, scene, answer_set(one), pressure) == (pressure in still)


@booking_paths_mark
def test_every_path_books_for_the_healthy(path: BookingPath, scene: Scene) -> None:
    assert books(path, scene, AnswerSet(), Pressure.FIRM)


@booking_paths_mark
@hypothesis_settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    bad=st.sampled_from(DANGEROUS),
    others=st.lists(st.sampled_from(sorted(expected())), max_size=5),
    pressure=st.sampled_from(list(Pressure)),
)
def test_no_other_answer_allows_a_booking(
    path: BookingPath, bad: str, others: list[str], pressure: Pressure, scene: Scene
) -> None:
    answers = [answer for answer in {bad, *others} if answer != CRISIS]

    with transaction.atomic():
        assert not books(path, deepcopy(scene), answer_set(*answers), pressure)
        transaction.set_rollback(True)


def test_each_refusal_has_its_own_error(scene: Scene) -> None:
    refusals = {
        "q4/ill": ScreeningStop,
        "q9/thinner": NeedsMedicalAdvice,
        "q9/aspirin": TreatmentNotSuitable,
    }
    for ticked, refusal in refusals.items():
        patient = person(answer_set(ticked))
        with pytest.raises(refusal):
            require_patient_screening_passed(patient, scene.option.treatment, clock.now())


def test_online_booking_needs_answers(scene: Scene) -> None:
    hold = hold_slot(scene.slot_request(at(10)), by=GUEST, browser_key="browser")

    with pytest.raises(QuestionsNotAnswered):
        book_appointment(hold, ADA, by=GUEST)


def test_answers_given_for_another_time_do_not_count(scene: Scene) -> None:
    other = hold_slot(scene.slot_request(at(13)), by=GUEST, browser_key="somebody")
    answer(other)
    hold = hold_slot(scene.slot_request(at(10)), by=GUEST, browser_key="browser")

    with pytest.raises(QuestionsNotAnswered):
        book_appointment(hold, ADA, by=GUEST)


def test_answers_to_an_older_version_do_not_count(scene: Scene) -> None:
    hold = scene.hold(at(10))
    Screening.objects.update(version="2020-01")

    with pytest.raises(QuestionsChanged):
        book_appointment(hold, ADA, by=GUEST)


def test_online_booking_needs_a_signed_questionnaire(scene: Scene) -> None:
    hold = scene.hold(at(10))
    ScreeningSignature.objects.all().delete()

    with pytest.raises(OnlineBookingClosed):
        book_appointment(hold, ADA, by=GUEST)
    with pytest.raises(OnlineBookingClosed):
        hold_slot(scene.slot_request(at(13)), by=GUEST, browser_key="browser")


def test_a_changed_questionnaire_is_not_covered_by_the_signature(scene: Scene) -> None:
    ScreeningSignature.objects.all().delete()
    signed = ScreeningSignature(
        version="2026-12", digest="0" * 64, clinician="Dr. A", registration="1", signed_on=at(10)
    )
    signed.save()

    with pytest.raises(OnlineBookingClosed):
        hold_slot(scene.slot_request(at(13)), by=GUEST, browser_key="browser")


def test_staff_book_without_answers_and_ask_on_arrival(scene: Scene) -> None:
    require_patient_screening_passed(PatientFactory(), scene.option.treatment, clock.now())


def test_same_day_answers_block_booking_for_48_hours(scene: Scene, settings: Settings) -> None:
    patient = person(answer_set("q4/ill", "q6/not-sober"))
    settings.CLINIC_CLOCK += timedelta(hours=47)
    with pytest.raises(ScreeningStop):
        require_patient_screening_passed(patient, scene.option.treatment, clock.now())
    settings.CLINIC_CLOCK += timedelta(hours=1)

    require_patient_screening_passed(patient, scene.option.treatment, clock.now())


def test_other_blocking_answers_do_not_expire(scene: Scene, settings: Settings) -> None:
    patient = person(answer_set("q9/thinner"))
    settings.CLINIC_CLOCK += timedelta(days=400)

    with pytest.raises(ScreeningBlocked):
        require_patient_screening_passed(patient, scene.option.treatment, clock.now())


@pytest.mark.parametrize("one", FINE)
def test_an_adapt_outcome_allows_booking(one: str, scene: Scene) -> None:
    assert books(book_online, scene, answer_set(one), Pressure.FIRM)
