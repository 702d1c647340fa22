"""Staff enter and read health answers."""

from datetime import timedelta

import pytest

from booking.actions.actor import Actor, ActorType
from booking.actions.health.enter_answers import enter_answers, enter_arrival_answers
from booking.actions.health.read_health import read_answers, read_brief
from booking.errors import (
    CrisisReported,
    InvalidState,
    NoSignedQuestionnaire,
    NotAllowed,
    QuestionsChanged,
)
from booking.lifecycle import Status
from booking.models import (
    Appointment,
    AuditEntry,
    Role,
    Screening,
    ScreeningSignature,
)
from booking.queries.health.status import health_status_of
from booking.screening.questionnaires import newest_questionnaire
from booking.screening.records import SessionPreferences, SubmittedAnswers
from booking.screening.rules import AnswerSet
from clinic.lib.dates import clock
from tests.booking.health.answers import GUEST, answer_set
from tests.factories import (
    AppointmentFactory,
    PatientFactory,
    ScreeningFactory,
    StaffRoleFactory,
    tomorrow_at,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock", "clinic"),
    pytest.mark.postgresql,
]


def staff(*roles: str, of: Appointment | None = None) -> Actor:
    """A member of staff; with `of`, the therapist of that appointment."""
    user = StaffRoleFactory(role=roles[0]).user
    for role in roles[1:]:
        StaffRoleFactory(user=user, role=role)
    if of is not None:
        of.therapist.user = user
        of.therapist.save()
    return Actor(ActorType.STAFF, user, "192.0.2.7")


def given(*answers: str) -> SubmittedAnswers:
    return SubmittedAnswers(
        newest_questionnaire().digest,
        answer_set(*answers),
        SessionPreferences("light", "", ("breaks",)),
    )


def test_the_front_desk_can_enter_answers(appointment: Appointment) -> None:
    by = staff(Role.FRONTDESK)
    outcome = enter_answers(appointment, given("q9/aspirin"), by=by)
    row = Screening.objects.get()

    assert outcome == "ADAPT"
    assert (row.patient, row.question_set, row.user, row.actor_type) == (
        appointment.patient, "full", by.user, "staff",
    )  # fmt: skip
    assert row.keep_until is None


def test_a_therapist_can_enter_answers_of_own_patients_only(appointment: Appointment) -> None:
    enter_answers(appointment, given(), by=staff(Role.THERAPIST, of=appointment))

    with pytest.raises(NotAllowed):
        enter_answers(
            AppointmentFactory(starts_at=tomorrow_at(19)), given(), by=staff(Role.THERAPIST)
        )


@pytest.mark.parametrize("role", [Role.OWNER, Role.EDITOR])
def test_other_users_cannot_enter_answers(appointment: Appointment, role: str) -> None:
    with pytest.raises(NotAllowed):
        enter_answers(appointment, given(), by=staff(role))
    with pytest.raises(NotAllowed):
        enter_arrival_answers(appointment, AnswerSet(), by=staff(role))
    with pytest.raises(NotAllowed):
        enter_arrival_answers(appointment, AnswerSet(), by=GUEST)


def test_a_crisis_answer_is_not_stored(appointment: Appointment) -> None:
    with pytest.raises(CrisisReported):
        enter_answers(appointment, given("q25/crisis"), by=staff(Role.FRONTDESK))

    assert not Screening.objects.exists()
    assert not AuditEntry.objects.exists()


def test_only_the_current_signed_questions_are_accepted(appointment: Appointment) -> None:
    with pytest.raises(QuestionsChanged):
        enter_answers(appointment, SubmittedAnswers("0", AnswerSet()), by=staff(Role.FRONTDESK))
    ScreeningSignature.objects.all().delete()
    with pytest.raises(NoSignedQuestionnaire):
        enter_answers(appointment, given(), by=staff(Role.FRONTDESK))
    with pytest.raises(NoSignedQuestionnaire):
        enter_arrival_answers(appointment, AnswerSet(), by=staff(Role.FRONTDESK))


def test_an_ended_appointment_takes_no_answers(appointment: Appointment) -> None:
    Appointment.objects.update(status=Status.COMPLETED)

    with pytest.raises(InvalidState):
        enter_arrival_answers(appointment, AnswerSet(), by=staff(Role.FRONTDESK))


def test_answering_on_arrival_keeps_the_full_answers(appointment: Appointment) -> None:
    before = ScreeningFactory(
        appointment=appointment, answer_set=answer_set("q9/aspirin", "q5/wound", q5="arm"),
        preferences=SessionPreferences("light"), answered_at=clock.now() - timedelta(days=20),
    )  # fmt: skip
    outcome = enter_arrival_answers(appointment, AnswerSet(), by=staff(Role.FRONTDESK))
    health_status = health_status_of(appointment, clock.now())

    assert outcome == "ADAPT"
    assert health_status.record is not None
    assert health_status.record.answer_set.answer_keys() == {("q9", "aspirin")}
    assert health_status.record.preferences.preferred_pressure == "light"
    assert health_status.screening is not None
    assert health_status.screening.long_answered_at == before.long_answered_at
    assert health_status.are_long_answers_valid


def test_a_yes_on_arrival_blocks_the_treatment(appointment: Appointment) -> None:
    ScreeningFactory(appointment=appointment, answered_at=clock.now() - timedelta(days=3))

    assert (
        enter_arrival_answers(appointment, answer_set("q4/ill"), by=staff(Role.FRONTDESK)) == "STOP"
    )


def test_the_short_set_alone_does_not_count_as_full_answers(appointment: Appointment) -> None:
    enter_arrival_answers(appointment, AnswerSet(), by=staff(Role.FRONTDESK))

    assert not health_status_of(appointment, clock.now()).are_long_answers_valid


def test_earlier_answers_count_for_a_phone_booking(appointment: Appointment) -> None:
    ScreeningFactory(
        appointment__patient=appointment.patient, appointment__starts_at=tomorrow_at(20),
        answer_set=answer_set("q12/controlled"), answered_at=clock.now() - timedelta(days=5),
    )  # fmt: skip

    assert enter_arrival_answers(appointment, AnswerSet(), by=staff(Role.FRONTDESK)) == "ADAPT"
    assert health_status_of(appointment, clock.now()).are_long_answers_valid


def test_the_therapist_reads_all_answers_and_others_only_the_outcome(
    appointment: Appointment,
) -> None:
    ScreeningFactory(appointment=appointment, answer_set=answer_set("q9/aspirin"))
    full = read_brief(appointment, by=staff(Role.THERAPIST, of=appointment))
    briefs = [read_brief(appointment, by=staff(role)) for role in (Role.FRONTDESK, Role.OWNER)]

    assert full.detail is not None
    assert list(full.detail.therapist_notes) == ["Takes aspirin or clopidogrel: light pressure."]
    assert [brief.detail for brief in briefs] == [None, None]
    assert {brief.health_status.outcome for brief in briefs} == {"ADAPT"}


@pytest.mark.parametrize("role", [Role.FRONTDESK, Role.OWNER, Role.EDITOR, Role.THERAPIST])
def test_other_users_cannot_read_answers(appointment: Appointment, role: str) -> None:
    ScreeningFactory(appointment=appointment)

    with pytest.raises(NotAllowed):
        read_answers(appointment, by=staff(role))
    with pytest.raises(NotAllowed):
        read_answers(appointment, by=GUEST)


def test_every_read_is_logged_with_user_time_object_and_address(
    appointment: Appointment,
) -> None:
    row = ScreeningFactory(appointment=appointment)
    by = staff(Role.THERAPIST, of=appointment)
    read_brief(appointment, by=by)
    read_answers(appointment, by=by)
    desk = staff(Role.FRONTDESK)
    read_brief(appointment, by=desk)
    lines = list(
        AuditEntry.objects.values_list("user", "action", "object_type", "record_id", "ip_address")
    )

    assert lines == [
        (by.user and by.user.pk, "read", "brief", row.public_id, "192.0.2.7"),
        (by.user and by.user.pk, "read", "answers", row.public_id, "192.0.2.7"),
        (desk.user and desk.user.pk, "read", "outcome", row.public_id, "192.0.2.7"),
    ]
    assert {line.at for line in AuditEntry.objects.all()} == {clock.now()}


def test_a_brief_without_answers_is_not_logged(appointment: Appointment) -> None:
    read_brief(appointment, by=staff(Role.FRONTDESK))

    assert not AuditEntry.objects.exists()


def test_the_brief_shows_changes_since_the_last_visit() -> None:
    patient = PatientFactory()
    last = AppointmentFactory(
        patient=patient, starts_at=tomorrow_at(16) - timedelta(days=9), status="completed"
    )
    ScreeningFactory(
        appointment=last,
        answer_set=answer_set("q22/nuts"),
        answered_at=clock.now() - timedelta(days=10),
    )
    row = AppointmentFactory(patient=patient, therapist=last.therapist)
    ScreeningFactory(
        appointment=row, answer_set=answer_set("q12/controlled", q26="knock"),
        preferences=SessionPreferences("light", "left knee", ("legs-first", "outside")),
    )  # fmt: skip
    brief = read_brief(row, by=staff(Role.THERAPIST, of=row))

    assert brief.detail is not None
    assert (brief.detail.new_findings, brief.detail.resolved_findings) == (
        [
            "High blood pressure, or I do not know mine: High, but controlled",
            "Is there anything that would help you feel safe?",
        ],
        ["Allergies, asthma or sensitive skin: Nuts"],
    )
    assert brief.detail.change_texts[0].startswith("new: High blood pressure, or I do not know")
    assert brief.detail.change_texts[-1] == "no longer: Allergies, asthma or sensitive skin: Nuts"
    assert brief.detail.last_visit is not None
    assert brief.detail.last_visit.treatment == last.option.treatment.name
    assert brief.detail.areas_to_avoid == "left knee"
    assert brief.waits_outside
    assert "“knock”" in " ".join(brief.detail.therapist_notes)
