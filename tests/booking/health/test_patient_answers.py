"""A patient answers the health questions in the account, and renews answers with one tap."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.health.patient_answers import renew_answers, update_answers
from booking.actions.health.read_health import read_patient_answers
from booking.errors import (
    AnswersChangedMeanwhile,
    CrisisReported,
    MayNotActForPatient,
    NoAppointmentYet,
    NothingToRenew,
    QuestionsChanged,
)
from booking.models import AuditEntry, Patient, Screening
from booking.queries.health.own_answers import latest_screening_id
from booking.queries.health.renewal import RENEWABLE_FOR, renewable_answers
from booking.queries.health.shown_answers import shown_answers
from booking.queries.health.status import (
    get_active_questionnaire,
    health_status_of,
    health_status_of_patient,
)
from booking.screening.outcomes import Outcome
from booking.screening.questionnaires import newest_questionnaire
from booking.screening.records import SessionPreferences, SubmittedAnswers
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.health.answers import answer_set
from tests.factories.proxies import ProxyFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock", "clinic"),
    pytest.mark.postgresql,
]


@pytest.fixture
def patient() -> Patient:
    return make.PatientFactory(user=make.UserFactory())


def by(patient: Patient) -> Actor:
    return Actor(ActorType.PATIENT, patient.user, "192.0.2.7")


def sent(*answers: str, preferences: SessionPreferences | None = None) -> SubmittedAnswers:
    digest = newest_questionnaire().digest
    return SubmittedAnswers(digest, answer_set(*answers), preferences or SessionPreferences())


def update(patient: Patient, *answers: str, seen: UUID | None = None, **more: Any) -> Outcome:
    seen = seen or latest_screening_id(patient)
    return update_answers(patient, sent(*answers, **more), seen=seen, by=by(patient))


def renew(patient: Patient, *answers: str) -> Outcome:
    seen = latest_screening_id(patient)
    return renew_answers(patient, sent(*answers), seen=seen, by=by(patient))


def can_renew(patient: Patient) -> bool:
    """Whether the patient may renew the answers with one tap."""
    assert patient.user is not None
    shown = shown_answers(patient, patient.user)
    return renewable_answers(patient, newest_questionnaire(), clock.now(), shown) is not None


def answered(patient: Patient, *answers: str, days_ago: int = 0, **values: Any) -> Screening:
    """Answers for a past visit."""
    when = clock.now() - timedelta(days=days_ago, hours=1)
    visit = make.AppointmentFactory(
        patient=patient, status="completed", starts_at=when.replace(minute=0)
    )
    return make.ScreeningFactory(
        appointment=visit, answer_set=answer_set(*answers), answered_at=when, **values
    )


def test_answers_count_for_all_upcoming_appointments(patient: Patient) -> None:
    first = make.AppointmentFactory(patient=patient)
    second = make.AppointmentFactory(patient=patient, starts_at=first.starts_at + timedelta(days=7))

    assert update(patient, "q22/latex") in Outcome
    for appointment in (first, second):
        status = health_status_of(appointment, clock.now())
        assert status.are_long_answers_valid
        assert [finding.key for finding in status.screening_result.findings] == [("q22", "latex")]


def test_without_an_upcoming_appointment_they_belong_to_the_last_one(patient: Patient) -> None:
    old = answered(patient, days_ago=200)
    update(patient)

    assert set(Screening.objects.values_list("appointment", flat=True)) == {old.appointment_id}
    assert patient.screenings.count() == 2


def test_whoever_never_booked_is_asked_when_booking(patient: Patient) -> None:
    with pytest.raises(NoAppointmentYet):
        update(patient)


def test_answers_leave_an_entry_with_who_and_whose(patient: Patient) -> None:
    make.AppointmentFactory(patient=patient)
    update(patient)
    entry = AuditEntry.objects.get(action="wrote", object_type="answers")

    assert (entry.user, entry.patient_pk, entry.actor_type) == (
        patient.user,
        patient.pk,
        "patient",
    )


def test_of_two_devices_the_second_is_shown_what_the_first_answered(patient: Patient) -> None:
    seen = answered(patient).public_id
    update(patient, seen=seen)

    with pytest.raises(AnswersChangedMeanwhile):
        update(patient, seen=seen)
    assert patient.screenings.count() == 2


def test_a_crisis_is_never_stored(patient: Patient) -> None:
    make.AppointmentFactory(patient=patient)
    crisis = next(
        f"{question.id}/{answer.code}"
        for question, answer in newest_questionnaire().answers()
        if answer.crisis
    )
    with pytest.raises(CrisisReported):
        update(patient, crisis)

    assert not Screening.objects.exists()


def test_answers_to_other_questions_are_refused(patient: Patient) -> None:
    make.AppointmentFactory(patient=patient)
    with pytest.raises(QuestionsChanged):
        update_answers(patient, SubmittedAnswers("other", answer_set()), seen=None, by=by(patient))


def test_nothing_has_changed_renews_the_old_answers(patient: Patient) -> None:
    make.AppointmentFactory(patient=patient)
    answered(patient, "q22/latex", days_ago=200)
    renew(patient)
    status = health_status_of_patient(patient, clock.now())
    newest = patient.screenings.order_by("answered_at").last()

    assert [finding.key for finding in status.screening_result.findings] == [("q22", "latex")]
    assert newest is not None
    assert (newest.question_set, newest.long_answered_at) == ("short", clock.now())


def test_answers_can_be_renewed_for_a_year_from_when_they_were_given(
    patient: Patient, settings: Settings, frozen_clock: datetime
) -> None:
    answered(patient, days_ago=200)
    renew(patient)
    settings.CLINIC_CLOCK = frozen_clock + RENEWABLE_FOR - timedelta(days=199)

    assert not can_renew(patient)
    with pytest.raises(NothingToRenew):
        renew(patient)


@pytest.mark.parametrize("change", ["another version", "a doctor must be asked", "unreadable"])
def test_these_answers_cannot_be_renewed(change: str, patient: Patient, settings: Settings) -> None:
    blocking = next(
        f"{question.id}/{option.code}"
        for question, option in newest_questionnaire().answers()
        if option.outcome == Outcome.DOCTOR and question.group != "now"
    )
    answered(patient, *([blocking] if change == "a doctor must be asked" else []), days_ago=9)
    if change == "another version":
        patient.screenings.update(version="2020-01")
    if change == "unreadable":
        settings.FIELD_KEYS = ["another key for the fields, long enough"]

    assert not can_renew(patient)


def test_who_is_ill_today_renews_and_is_told_so(patient: Patient) -> None:
    answered(patient, days_ago=9)
    ill = next(
        f"{question.id}/{option.code}"
        for question in newest_questionnaire().short_questions()
        for option in question.answers
        if option.outcome == Outcome.STOP and not option.crisis
    )

    assert renew(patient, ill) == Outcome.STOP
    assert can_renew(patient)


def test_one_tap_keeps_what_else_was_answered_and_preferred(patient: Patient) -> None:
    make.AppointmentFactory(patient=patient)
    likes = SessionPreferences("light", "left knee", ("breaks",))
    answered(patient, days_ago=200, preferences=likes)
    renew(patient)
    own = read_patient_answers(patient, get_active_questionnaire(), by=by(patient))

    assert own.record is not None
    assert (own.record.preferences, own.are_valid) == (likes, True)


def test_whose_grant_ended_while_they_typed_answers_nothing(patient: Patient) -> None:
    make.AppointmentFactory(patient=patient)
    carer = make.UserFactory()
    acting = Actor(ActorType.PATIENT, carer, for_patient=patient)
    with pytest.raises(MayNotActForPatient):
        update_answers(patient, sent(), seen=None, by=acting)
    ProxyFactory(actor=carer, patient=patient, may_see_health=True)
    update_answers(patient, sent(), seen=None, by=acting)

    assert patient.screenings.count() == 1
