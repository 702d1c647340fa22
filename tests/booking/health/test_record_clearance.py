"""A medical clearance allows a booking, and patients who wait for it are called."""

from datetime import date, timedelta

import pytest
from pytest_django import Settings

from booking.actions.actor import Actor
from booking.actions.health.callback_requests import complete_callback, request_callback
from booking.actions.health.enter_answers import enter_answers
from booking.actions.health.read_health import read_brief, read_health_status
from booking.actions.health.record_clearance import record_clearance
from booking.errors import ClearanceNotNeeded, InvalidState, NotAllowed
from booking.inputs import PersonalDetails
from booking.models import (
    Appointment,
    AuditEntry,
    CallbackRequest,
    MedicalClearance,
    Notification,
    Role,
    Screening,
)
from booking.queries.health.status import health_status_of
from booking.screening.questionnaires import newest_questionnaire
from booking.screening.records import SubmittedAnswers
from clinic.lib.dates import clock
from tests.booking.health.answers import GUEST, answer, answer_set
from tests.booking.health.test_enter_answers import staff
from tests.factories import AppointmentFactory, ScreeningFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock", "clinic"),
    pytest.mark.postgresql,
]


def lift(row: Screening, by: Actor, *, gentle_only: bool = True) -> MedicalClearance:
    return record_clearance(
        row, by=by, given_on=date(2026, 11, 20), doctor="Dr. Example", limits="light pressure",
        gentle_only=gentle_only,
    )  # fmt: skip


def test_the_owner_or_the_own_therapist_records_a_medical_clearance(
    appointment: Appointment,
) -> None:
    row = ScreeningFactory(appointment=appointment, answer_set=answer_set("q9/thinner"))
    by = staff(Role.THERAPIST, of=appointment)
    noted = lift(row, by)
    brief = read_brief(appointment, by=by)

    assert (noted.by, noted.given_on) == (by.user, date(2026, 11, 20))
    assert brief.health_status.outcome == "ADAPT"
    assert brief.detail is not None
    assert brief.detail.clearances[0][1].limits == "light pressure"
    assert AuditEntry.objects.filter(action="lifted", user=by.user).count() == 1
    assert not Notification.objects.exists()


@pytest.mark.parametrize("role", [Role.FRONTDESK, Role.EDITOR, Role.THERAPIST])
def test_other_users_cannot_record_a_clearance(appointment: Appointment, role: str) -> None:
    row = ScreeningFactory(appointment=appointment, answer_set=answer_set("q9/thinner"))

    with pytest.raises(NotAllowed):
        lift(row, staff(role))
    with pytest.raises(NotAllowed):
        lift(row, GUEST)


@pytest.mark.parametrize("said", ["q4/ill", "q12/controlled", "q24/diagnosed"])
def test_only_a_doctor_outcome_can_be_cleared(appointment: Appointment, said: str) -> None:
    row = ScreeningFactory(appointment=appointment, answer_set=answer_set(said))

    with pytest.raises(ClearanceNotNeeded):
        lift(row, staff(Role.OWNER))


def test_a_clearance_covers_only_earlier_answers(appointment: Appointment) -> None:
    row = ScreeningFactory(appointment=appointment, answer_set=answer_set("q9/thinner"))
    lift(row, staff(Role.OWNER))
    enter_answers(
        appointment,
        SubmittedAnswers(newest_questionnaire().digest, answer_set("q9/thinner", "q21/unchecked")),
        by=staff(Role.FRONTDESK),
    )

    assert health_status_of(appointment, clock.now()).outcome == "DOCTOR"


def test_a_clearance_is_valid_for_three_months(
    appointment: Appointment, settings: Settings
) -> None:
    row = ScreeningFactory(appointment=appointment, answer_set=answer_set("q9/thinner"))
    lift(row, staff(Role.OWNER))
    settings.CLINIC_CLOCK += timedelta(days=89)
    assert health_status_of(appointment, clock.now()).outcome == "ADAPT"
    settings.CLINIC_CLOCK += timedelta(days=2)

    assert health_status_of(appointment, clock.now()).outcome == "DOCTOR"


DRAFT = '{"name": "Ada Example", "email": "ada@mail.example", "phone": "312-555-0101"}'


def test_a_callback_is_requested_once_and_mailed_after_the_clearance() -> None:
    hold = AppointmentFactory(held=True, draft=DRAFT)
    ada = PersonalDetails("Ada Example", "", "312-555-0101")
    with pytest.raises(InvalidState):
        request_callback(hold, ada, by=GUEST)
    answer(hold, "q9/thinner")
    first, second = (request_callback(hold, ada, by=GUEST) for _ in range(2))
    lift(first.screening, staff(Role.OWNER))
    complete_callback(first, by=staff(Role.FRONTDESK))
    message = Notification.objects.get()

    assert first == second
    assert CallbackRequest.objects.get().done_at == clock.now()
    assert (message.kind, message.to_email) == ("may_finish", "ada@mail.example")
    assert "thinner" not in message.data


def test_staff_who_can_record_a_clearance_can_read_the_outcome(appointment: Appointment) -> None:
    ScreeningFactory(appointment=appointment, answer_set=answer_set("q9/thinner"))

    assert read_health_status(appointment, by=staff(Role.OWNER)).outcome == "DOCTOR"
    with pytest.raises(NotAllowed):
        read_health_status(appointment, by=staff(Role.FRONTDESK))
