"""The policy that says which changes of an appointment are allowed, and why others are not."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.cancel import cancel_appointment
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile
from booking.queries.appointments.change_policy import ChangePolicy, require_allowed
from tests.factories import AppointmentEventFactory, AppointmentFactory, ClinicProfileFactory
from tests.scene import GUEST

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

START = datetime(2026, 11, 26, 16, tzinfo=UTC)
"""Thursday 10:00 in Chicago."""
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
STAFF = Actor(ActorType.STAFF)


@pytest.fixture
def clinic() -> ClinicProfile:
    return ClinicProfileFactory()


@pytest.fixture
def appointment(clinic: ClinicProfile) -> Appointment:
    return AppointmentFactory(starts_at=START)


def possible(policy: ChangePolicy) -> list[str]:
    names = ("move", "cancel", "undo", "confirm")
    return [name for name in names if getattr(policy, f"can_{name}")]


def test_all_changes_are_allowed_until_the_window_begins(
    appointment: Appointment, clinic: ClinicProfile
) -> None:
    policy = ChangePolicy.of(appointment, clinic, START - DAY)

    assert possible(policy) == ["move", "cancel", "confirm"]
    assert policy.refusal_text == ""


def test_inside_the_window_the_reason_names_the_phone_number(
    appointment: Appointment, clinic: ClinicProfile
) -> None:
    policy = ChangePolicy.of(appointment, clinic, START - DAY + MINUTE)

    assert possible(policy) == ["confirm"]
    assert policy.refusal_text == (
        "It is less than 24 hours until the appointment, too short to change it online. "
        "Please call us at 312-555-0100, and we will find a way together."
    )


def test_without_a_window_changes_are_allowed_until_the_start(
    appointment: Appointment, clinic: ClinicProfile
) -> None:
    clinic.cancellation_hours = 0

    assert possible(ChangePolicy.of(appointment, clinic, START - MINUTE)) == [
        "move", "cancel", "confirm",
    ]  # fmt: skip
    assert possible(ChangePolicy.of(appointment, clinic, START)) == []


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (0 * MINUTE, "This appointment has begun already."),
        (59 * MINUTE, "This appointment has begun already."),
        (60 * MINUTE, "This appointment is over."),
        (9 * DAY, "This appointment is over."),
    ],
)
def test_begun_and_ended_appointments_allow_no_change_and_say_why(
    appointment: Appointment, clinic: ClinicProfile, after: timedelta, sentence: str
) -> None:
    policy = ChangePolicy.of(appointment, clinic, START + after)

    assert possible(policy) == []
    assert policy.refusal_text == sentence
    assert policy.moving is not None
    assert policy.moving.status == 410


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.NO_SHOW, Status.EXPIRED])
def test_ended_appointments_cannot_be_changed_even_by_staff(
    appointment: Appointment, clinic: ClinicProfile, status: Status
) -> None:
    appointment.status = status

    for by_staff in (False, True):
        policy = ChangePolicy.of(appointment, clinic, START - 9 * DAY, by_staff=by_staff)
        assert possible(policy) == []
        assert policy.refusal_text == "This appointment is over."


def test_after_three_moves_only_cancelling_is_allowed(
    appointment: Appointment, clinic: ClinicProfile
) -> None:
    appointment.patient_move_count = 3
    policy = ChangePolicy.of(appointment, clinic, START - 2 * DAY)

    assert possible(policy) == ["cancel", "confirm"]
    assert policy.refusal_text == (
        "You have moved this appointment 3 times already. For another time please call us at "
        "312-555-0100."
    )


@pytest.mark.parametrize(
    ("most", "sentence"),
    [
        (0, "To move this appointment, please call us at 312-555-0100."),
        (1, "You have moved this appointment once already. For another time please call us at "
            "312-555-0100."),
    ],
)  # fmt: skip
def test_the_number_of_moves_is_a_setting_of_the_clinic(
    appointment: Appointment, clinic: ClinicProfile, most: int, sentence: str
) -> None:
    clinic.max_patient_moves = appointment.patient_move_count = most

    assert ChangePolicy.of(appointment, clinic, START - 2 * DAY).refusal_text == sentence


def test_a_fresh_cancellation_can_be_undone_for_ten_minutes(
    appointment: Appointment, clinic: ClinicProfile, frozen_clock: datetime
) -> None:
    cancelled = cancel_appointment(appointment, by=GUEST)
    fresh = ChangePolicy.of(cancelled, clinic, frozen_clock + 10 * MINUTE - MINUTE)
    late = ChangePolicy.of(cancelled, clinic, frozen_clock + 10 * MINUTE)

    assert possible(fresh) == ["undo"]
    assert fresh.undo_until == frozen_clock + 10 * MINUTE
    assert fresh.refusal_text == "This appointment has been canceled."
    assert possible(late) == []


def test_what_the_clinic_cancelled_the_patient_cannot_undo(
    appointment: Appointment, clinic: ClinicProfile, frozen_clock: datetime
) -> None:
    cancelled = cancel_appointment(appointment, by=STAFF)

    assert possible(ChangePolicy.of(cancelled, clinic, frozen_clock)) == []
    assert possible(ChangePolicy.of(cancelled, clinic, frozen_clock, by_staff=True)) == ["undo"]


def test_it_knows_who_cancelled(
    appointment: Appointment, clinic: ClinicProfile, frozen_clock: datetime
) -> None:
    assert not ChangePolicy.of(appointment, clinic, frozen_clock).cancelled_by_clinic
    by_patient = cancel_appointment(appointment, by=GUEST)
    assert not ChangePolicy.of(by_patient, clinic, frozen_clock).cancelled_by_clinic
    by_us = cancel_appointment(AppointmentFactory(starts_at=START), by=STAFF)

    assert ChangePolicy.of(by_us, clinic, frozen_clock).cancelled_by_clinic


@pytest.mark.parametrize(
    ("before", "asked"),
    [(50 * HOUR, False), (48 * HOUR, True), (2 * HOUR, True), (0 * HOUR, False)],
)
def test_reminded_patients_are_asked_to_confirm_until_they_do(
    appointment: Appointment, clinic: ClinicProfile, before: timedelta, asked: bool
) -> None:
    now = START - before
    assert ChangePolicy.of(appointment, clinic, now).needs_confirmation == asked
    appointment.attendance_confirmed_at = now

    assert not ChangePolicy.of(appointment, clinic, now).needs_confirmation


def test_a_cancellation_cannot_be_undone_after_the_start(clinic: ClinicProfile) -> None:
    appointment = AppointmentFactory(
        starts_at=START, status=Status.CANCELLED, cancelled_at=START - MINUTE
    )
    AppointmentEventFactory(appointment=appointment, kind="cancelled")

    assert possible(ChangePolicy.of(appointment, clinic, START)) == []


def test_staff_are_not_limited_by_window_or_number_of_moves(
    appointment: Appointment, clinic: ClinicProfile
) -> None:
    appointment.patient_move_count = 99
    policy = ChangePolicy.of(appointment, clinic, START - MINUTE, by_staff=True)

    assert possible(policy) == ["move", "cancel", "confirm"]


def test_an_arrived_appointment_can_be_cancelled_but_not_moved(
    appointment: Appointment, clinic: ClinicProfile
) -> None:
    appointment.status = Status.ARRIVED

    assert possible(ChangePolicy.of(appointment, clinic, START - HOUR)) == []
    staff = ChangePolicy.of(appointment, clinic, START - HOUR, by_staff=True)
    assert possible(staff) == ["cancel", "confirm"]


def test_a_clock_change_inside_the_window_does_not_shorten_it(clinic: ClinicProfile) -> None:
    """Chicago's clocks go back on 1 November 2026 at 2:00: the window is 24 real hours."""
    start = datetime(2026, 11, 1, 16, tzinfo=UTC)  # 10:00, after the change
    appointment = AppointmentFactory(starts_at=start)

    assert ChangePolicy.of(appointment, clinic, start - DAY).can_cancel
    assert not ChangePolicy.of(appointment, clinic, start - DAY + MINUTE).can_cancel


def test_require_raises_the_reason_of_the_policy(
    appointment: Appointment, clinic: ClinicProfile
) -> None:
    require_allowed(ChangePolicy.of(appointment, clinic, START - 2 * DAY).moving)
    refusal = ChangePolicy.of(appointment, clinic, START).moving
    assert refusal is not None
    with pytest.raises(type(refusal), match="begun"):
        require_allowed(refusal)
