"""Staff write answers down, read them, and note a doctor's word."""

from datetime import timedelta

import pytest

from booking.actions import Actor
from booking.actions.actor import Door
from booking.actions.enter_answers import answer_on_arrival, enter_answers
from booking.actions.read_health import read_answers, read_brief
from booking.errors import (
    InCrisis,
    NoSignedQuestions,
    NotAllowed,
    NotPossibleNow,
    QuestionsChanged,
)
from booking.lifecycle import Status
from booking.models import (
    Appointment,
    HealthAccess,
    Role,
    Screening,
    ScreeningSignature,
)
from booking.queries.health import standing_of
from booking.screening.records import Given, Wishes
from booking.screening.rules import Sheet
from booking.screening.versions import newest_version
from clinic.lib import clock
from tests.booking.health import GUEST, sheet
from tests.factories import (
    AppointmentFactory,
    ClinicProfileFactory,
    PatientFactory,
    ScreeningFactory,
    StaffRoleFactory,
    tomorrow_at,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture(autouse=True)
def clinic() -> None:
    ClinicProfileFactory()


@pytest.fixture
def appointment() -> Appointment:
    return AppointmentFactory()


def staff(*roles: str, of: Appointment | None = None) -> Actor:
    """A member of staff; with `of`, the therapist of that appointment."""
    user = StaffRoleFactory(role=roles[0]).user
    for role in roles[1:]:
        StaffRoleFactory(user=user, role=role)
    if of is not None:
        of.therapist.user = user
        of.therapist.save()
    return Actor(Door.STAFF, user, "192.0.2.7")


def given(*answers: str) -> Given:
    return Given(newest_version().digest, sheet(*answers), Wishes("light", "", ("breaks",)))


def test_the_front_desk_writes_down_what_is_said(appointment: Appointment) -> None:
    by = staff(Role.FRONTDESK)
    outcome = enter_answers(appointment, given("q9/aspirin"), by=by)
    row = Screening.objects.get()

    assert outcome == "ADAPT"
    assert (row.patient, row.asked, row.user, row.door) == (
        appointment.patient, "full", by.user, "staff",
    )  # fmt: skip
    assert row.keep_until is None


def test_a_therapist_writes_down_for_own_patients_only(appointment: Appointment) -> None:
    enter_answers(appointment, given(), by=staff(Role.THERAPIST, of=appointment))

    with pytest.raises(NotAllowed):
        enter_answers(
            AppointmentFactory(starts_at=tomorrow_at(19)), given(), by=staff(Role.THERAPIST)
        )


@pytest.mark.parametrize("role", [Role.OWNER, Role.EDITOR])
def test_nobody_else_writes_answers_down(appointment: Appointment, role: str) -> None:
    with pytest.raises(NotAllowed):
        enter_answers(appointment, given(), by=staff(role))
    with pytest.raises(NotAllowed):
        answer_on_arrival(appointment, Sheet(), by=staff(role))
    with pytest.raises(NotAllowed):
        answer_on_arrival(appointment, Sheet(), by=GUEST)


def test_in_a_crisis_nothing_is_written_down(appointment: Appointment) -> None:
    with pytest.raises(InCrisis):
        enter_answers(appointment, given("q25/crisis"), by=staff(Role.FRONTDESK))

    assert not Screening.objects.exists()
    assert not HealthAccess.objects.exists()


def test_only_the_signed_questions_of_now_are_asked(appointment: Appointment) -> None:
    with pytest.raises(QuestionsChanged):
        enter_answers(appointment, Given("0", Sheet()), by=staff(Role.FRONTDESK))
    ScreeningSignature.objects.all().delete()
    with pytest.raises(NoSignedQuestions):
        enter_answers(appointment, given(), by=staff(Role.FRONTDESK))
    with pytest.raises(NoSignedQuestions):
        answer_on_arrival(appointment, Sheet(), by=staff(Role.FRONTDESK))


def test_what_is_over_takes_no_answers(appointment: Appointment) -> None:
    Appointment.objects.update(status=Status.COMPLETED)

    with pytest.raises(NotPossibleNow):
        answer_on_arrival(appointment, Sheet(), by=staff(Role.FRONTDESK))


def test_one_tap_on_arrival_keeps_the_long_answers(appointment: Appointment) -> None:
    before = ScreeningFactory(
        appointment=appointment, sheet=sheet("q9/aspirin", "q5/wound", q5="arm"),
        wishes=Wishes("light"), answered_at=clock.now() - timedelta(days=20),
    )  # fmt: skip
    outcome = answer_on_arrival(appointment, Sheet(), by=staff(Role.FRONTDESK))
    standing = standing_of(appointment, clock.now())

    assert outcome == "ADAPT"
    assert standing.record is not None
    assert standing.record.sheet.keys() == {("q9", "aspirin")}
    assert standing.record.wishes.pressure == "light"
    assert standing.screening is not None
    assert standing.screening.long_answered_at == before.long_answered_at
    assert standing.long_is_fresh


def test_something_that_is_yes_on_arrival_stands_in_the_way(appointment: Appointment) -> None:
    ScreeningFactory(appointment=appointment, answered_at=clock.now() - timedelta(days=3))

    assert answer_on_arrival(appointment, sheet("q4/ill"), by=staff(Role.FRONTDESK)) == "STOP"


def test_whoever_booked_by_phone_still_lacks_the_long_answers(appointment: Appointment) -> None:
    answer_on_arrival(appointment, Sheet(), by=staff(Role.FRONTDESK))

    assert not standing_of(appointment, clock.now()).long_is_fresh


def test_somebody_known_who_booked_by_phone_has_answered_before(appointment: Appointment) -> None:
    ScreeningFactory(
        appointment__patient=appointment.patient, appointment__starts_at=tomorrow_at(20),
        sheet=sheet("q12/controlled"), answered_at=clock.now() - timedelta(days=5),
    )  # fmt: skip

    assert answer_on_arrival(appointment, Sheet(), by=staff(Role.FRONTDESK)) == "ADAPT"
    assert standing_of(appointment, clock.now()).long_is_fresh


def test_the_therapist_reads_everything_the_others_the_outcome(appointment: Appointment) -> None:
    ScreeningFactory(appointment=appointment, sheet=sheet("q9/aspirin"))
    full = read_brief(appointment, by=staff(Role.THERAPIST, of=appointment))
    briefs = [read_brief(appointment, by=staff(role)) for role in (Role.FRONTDESK, Role.OWNER)]

    assert full.detail is not None
    assert list(full.detail.adapt) == ["Takes aspirin or clopidogrel: light pressure."]
    assert [brief.detail for brief in briefs] == [None, None]
    assert {brief.standing.outcome for brief in briefs} == {"ADAPT"}


@pytest.mark.parametrize("role", [Role.FRONTDESK, Role.OWNER, Role.EDITOR, Role.THERAPIST])
def test_nobody_else_reads_the_answers(appointment: Appointment, role: str) -> None:
    ScreeningFactory(appointment=appointment)

    with pytest.raises(NotAllowed):
        read_answers(appointment, by=staff(role))
    with pytest.raises(NotAllowed):
        read_answers(appointment, by=GUEST)


def test_every_look_leaves_a_line_with_who_when_what_and_from_where(
    appointment: Appointment,
) -> None:
    row = ScreeningFactory(appointment=appointment)
    by = staff(Role.THERAPIST, of=appointment)
    read_brief(appointment, by=by)
    read_answers(appointment, by=by)
    desk = staff(Role.FRONTDESK)
    read_brief(appointment, by=desk)
    lines = list(HealthAccess.objects.values_list("user", "did", "what", "object", "address"))

    assert lines == [
        (by.user and by.user.pk, "read", "brief", row.public_id, "192.0.2.7"),
        (by.user and by.user.pk, "read", "answers", row.public_id, "192.0.2.7"),
        (desk.user and desk.user.pk, "read", "outcome", row.public_id, "192.0.2.7"),
    ]
    assert {line.at for line in HealthAccess.objects.all()} == {clock.now()}


def test_a_brief_of_somebody_without_answers_leaves_no_line(appointment: Appointment) -> None:
    read_brief(appointment, by=staff(Role.FRONTDESK))

    assert not HealthAccess.objects.exists()


def test_the_brief_says_what_has_changed_and_when_they_were_here_last() -> None:
    patient = PatientFactory()
    last = AppointmentFactory(
        patient=patient, starts_at=tomorrow_at(16) - timedelta(days=9), status="completed"
    )
    ScreeningFactory(
        appointment=last, sheet=sheet("q22/nuts"), answered_at=clock.now() - timedelta(days=10)
    )
    row = AppointmentFactory(patient=patient, therapist=last.therapist)
    ScreeningFactory(
        appointment=row, sheet=sheet("q12/controlled", q26="knock"),
        wishes=Wishes("light", "left knee", ("legs-first", "outside")),
    )  # fmt: skip
    brief = read_brief(row, by=staff(Role.THERAPIST, of=row))

    assert brief.detail is not None
    assert (brief.detail.new, brief.detail.gone) == (
        ["High, but controlled", "Is there anything that would help you feel safe?"], ["Nuts"],
    )  # fmt: skip
    assert brief.detail.last_visit is not None
    assert brief.detail.last_visit.treatment == last.option.treatment.name
    assert brief.detail.avoid == "left knee"
    assert brief.waits_outside
    assert "“knock”" in " ".join(brief.detail.adapt)
