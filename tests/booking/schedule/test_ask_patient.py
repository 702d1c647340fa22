"""Ask the patient: a time is held for them until they answer, and nothing happens without them."""

from datetime import timedelta
from typing import Any

import pytest

from booking.actions.appointments.answer_proposal import look_for_other_time, take_proposed_time
from booking.actions.appointments.ask_patient import ask_patient, withdraw_proposal
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.holds.delete_expired_holds import delete_expired_holds
from booking.actions.holds.expire_holds import expire_holds, release_overlong_holds
from booking.actions.schedule.change_schedule import change_schedule
from booking.errors import (
    ChangeNotAllowed,
    NotReachedByMail,
    ProposalExpired,
    SlotTaken,
    TooLateToAsk,
    UnresolvedConflicts,
)
from booking.inputs import MoveTerms, TherapistSwitchOff
from booking.lifecycle import Override, Status
from booking.models import (
    Appointment,
    ClinicProfile,
    MoveProposal,
    Notification,
    Patient,
    Role,
)
from booking.notifications.rendering import render
from booking.notifications.subjects.reminders import is_reminder_wanted
from booking.queries.appointments.change_policy import ChangePolicy
from booking.queries.appointments.move_proposals import unanswered_and_waiting
from clinic.lib.dates import clock
from tests.booking.schedule.schedule_changes import (
    STAFF,
    THURSDAY,
    WEDNESDAY,
    Scene,
    ask,
    at,
    away,
    booked,
    faults,
    keep,
    proposal_of,
)
from tests.factories import PatientFactory
from tests.people import member
from tests.scene import GUEST, events, fresh

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


def test_asking_holds_the_new_time_and_leaves_the_appointment_where_it_is(
    scene: Scene, asked: Appointment
) -> None:
    proposal, tom = proposal_of(asked), scene.therapists[1]
    held = proposal.hold

    assert (asked.status, asked.therapist.slug) == (Status.BOOKED, "rosa")
    assert asked.override == Override.ASKED
    assert (held.status, held.therapist, held.starts_at) == (Status.HOLD, tom, asked.starts_at)
    assert held.room == asked.room  # where a move would put it
    assert held.hold_expires_at == clock.now() + timedelta(hours=24)
    assert events(asked) == ["booked", "asked"]
    assert list(Notification.objects.filter(kind="move_proposal").values_list("key")) == [
        (f"move_proposal:{proposal.pk}",)
    ]
    assert faults() == []


def test_the_mail_names_both_prices_if_they_differ(asked: Appointment) -> None:
    mail = Notification.objects.get(kind="move_proposal")
    same = render(mail).text
    Appointment.objects.filter(pk=asked.pk).update(price=asked.price - 10)
    different = render(Notification.objects.get(pk=mail.pk)).text

    assert ", at $" not in same
    assert f", at ${asked.price - 10}." in different


def test_nobody_else_gets_the_held_time(scene: Scene, asked: Appointment) -> None:
    with pytest.raises(SlotTaken):
        scene.hold(asked.starts_at, scene.therapists[1])


def test_the_patient_takes_the_time_and_pressing_twice_changes_nothing(
    scene: Scene, asked: Appointment
) -> None:
    held = proposal_of(asked).hold
    for _twice in range(2):
        take_proposed_time(asked, by=GUEST)
    moved = fresh(asked)
    held.refresh_from_db()

    assert (moved.therapist, moved.room_id) == (scene.therapists[1], held.room_id)
    assert (moved.status, moved.override, moved.patient_move_count) == (Status.BOOKED, "", 0)
    assert held.status == Status.CANCELLED
    assert events(moved) == ["booked", "asked", "moved"]
    assert Notification.objects.filter(kind="moved").count() == 1
    assert not MoveProposal.objects.open().exists()
    assert faults() == []


def test_without_an_answer_the_held_time_is_free_again_and_the_appointment_stays(
    scene: Scene, asked: Appointment, settings: Any
) -> None:
    settings.CLINIC_CLOCK = clock.now() + timedelta(hours=25)
    with pytest.raises(ProposalExpired):
        take_proposed_time(asked, by=GUEST)
    expire_holds(clock.now())

    row = fresh(asked)
    assert (row.status, row.override) == (Status.BOOKED, Override.ASKED)
    assert proposal_of(asked).hold.status == Status.EXPIRED
    assert MoveProposal.objects.open().count() == 1  # the desk still sees it
    assert faults() == []


def test_today_lists_who_has_not_answered_first_and_counts_who_still_can(
    scene: Scene, asked: Appointment
) -> None:
    owner, later = member(Role.OWNER), booked(scene, at(13, day=THURSDAY))
    ask_patient(later, start=at(15, day=THURSDAY), by=STAFF)
    assert unanswered_and_waiting(owner, clock.now(), limit=5) == ([], 2)
    expire(proposal_of(asked))

    assert unanswered_and_waiting(owner, clock.now(), limit=5) == ([proposal_of(asked)], 1)
    expire(proposal_of(later))
    both, waiting = unanswered_and_waiting(owner, clock.now(), limit=1)
    assert (len(both), waiting) == (1, 0)


def expire(proposal: MoveProposal) -> None:
    """Let the held time run out."""
    held = Appointment.objects.filter(pk=proposal.hold_id)
    held.update(hold_expires_at=clock.now() - timedelta(minutes=1))


def test_the_patient_may_choose_another_time_although_it_is_late(
    scene: Scene, asked: Appointment
) -> None:
    ClinicProfile.objects.update(cancellation_hours=336, max_patient_moves=0)
    look_for_other_time(asked, by=GUEST)
    assert proposal_of(asked).wants_other_time
    reschedule_appointment(asked, start=at(11, day=THURSDAY), by=GUEST)

    row, proposal = fresh(asked), proposal_of(asked)
    assert (row.starts_at, row.override) == (at(11, day=THURSDAY), "")
    assert (proposal.closed_at, proposal.hold.status) == (clock.now(), Status.CANCELLED)


def test_the_patient_may_cancel_which_frees_the_held_time(asked: Appointment) -> None:
    ClinicProfile.objects.update(cancellation_hours=336)
    cancel_appointment(asked, by=GUEST)

    proposal = proposal_of(asked)
    assert (proposal.closed_at, proposal.hold.status) == (clock.now(), Status.CANCELLED)
    with pytest.raises(ChangeNotAllowed):
        take_proposed_time(asked, by=GUEST)


def test_no_reminder_calls_to_a_time_that_cannot_take_place(asked: Appointment) -> None:
    reminder = Notification.objects.filter(kind="reminder", appointment=asked).first()

    assert reminder is not None
    assert not is_reminder_wanted(reminder, reminder.due_at)
    policy = ChangePolicy.of(asked, ClinicProfile.objects.get(), reminder.due_at)
    assert (policy.can_confirm, policy.needs_confirmation) == (False, False)


def test_staff_withdraw_the_question_and_the_patient_is_told(asked: Appointment) -> None:
    for _twice in range(2):
        withdraw_proposal(asked, by=STAFF)

    row = fresh(asked)
    assert (row.status, row.override) == (Status.BOOKED, Override.HOURS_CHANGED)
    assert proposal_of(asked).hold.status == Status.CANCELLED
    assert events(row) == ["booked", "asked", "asked_end"]
    assert Notification.objects.filter(kind="booked", appointment=row).count() == 2
    assert faults() == []


def test_staff_who_move_or_keep_the_appointment_end_the_question(
    scene: Scene, asked: Appointment
) -> None:
    tom = scene.therapists[1]
    reschedule_appointment(asked, start=asked.starts_at, therapist="tom", by=STAFF)
    assert fresh(asked).therapist == tom  # the place that was held for it
    assert not MoveProposal.objects.open().exists()

    row = booked(scene, at(15, day=WEDNESDAY), place=1)
    change = away(tom, WEDNESDAY, 14, 17)
    resolutions = {row.pk: ask(row, at(15, day=THURSDAY), tom)}
    change_schedule(change, resolutions=resolutions, by=STAFF)
    change_schedule(change, resolutions={row.pk: keep(row)}, by=STAFF)
    assert fresh(row).override == Override.HOURS_CHANGED
    assert not MoveProposal.objects.open().exists()


def test_asking_again_replaces_the_question_and_the_same_question_is_asked_once(
    scene: Scene, asked: Appointment
) -> None:
    first = proposal_of(asked)
    assert ask_patient(asked, start=asked.starts_at, therapist="tom", by=STAFF) == first
    second = ask_patient(asked, start=at(9, day=THURSDAY), is_time_lost=True, by=STAFF)

    first.refresh_from_db()
    assert (first.closed_at, first.hold.status) == (clock.now(), Status.CANCELLED)
    assert list(MoveProposal.objects.open()) == [second]


def test_two_patients_asked_about_one_time_are_named_both(scene: Scene) -> None:
    rosa, tom = scene.therapists
    rows = [
        booked(scene, at(hour, day=WEDNESDAY), patient=PatientFactory(name=name))
        for hour, name in ((9, "Ana Reader"), (11, "Ben Sleeper"))
    ]
    resolutions = {row.pk: ask(row, at(13, day=WEDNESDAY), tom) for row in rows}
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(away(rosa, WEDNESDAY), resolutions=resolutions, by=STAFF)

    assert refused.value.problems[rows[0].pk] == (
        "You have given Ana Reader and Ben Sleeper the same time with Tom. Please choose another "
        "time for one of them."
    )
    assert refused.value.problems.keys() == {row.pk for row in rows}
    assert not MoveProposal.objects.exists()


def test_whom_no_mail_reaches_or_whose_time_is_near_is_not_asked(scene: Scene) -> None:
    row = booked(scene, at(10, day=WEDNESDAY))
    Patient.objects.filter(pk=row.patient_id).update(undeliverable_since=clock.now())
    with pytest.raises(NotReachedByMail):
        ask_patient(row, start=at(11, day=WEDNESDAY), by=STAFF)

    near = booked(scene, clock.now() + timedelta(hours=2))
    with pytest.raises(TooLateToAsk):
        ask_patient(near, start=at(11, day=WEDNESDAY), by=STAFF)


def test_the_time_to_answer_ends_with_the_notice_before_the_booked_time(scene: Scene) -> None:
    ClinicProfile.objects.update(answer_hours=168, notice_minutes=120)
    row = booked(scene, at(10, day=WEDNESDAY))
    proposal = ask_patient(row, start=at(11, day=THURSDAY), by=STAFF)

    assert proposal.hold.hold_expires_at == at(8, day=WEDNESDAY)
    assert fresh(row).override == ""  # its time is not lost: it stays as it is


def test_a_long_hold_of_a_question_is_no_fault_of_a_clock(asked: Appointment) -> None:
    assert release_overlong_holds(clock.now(), clock.now()) == 0
    assert proposal_of(asked).hold.status == Status.HOLD
    assert delete_expired_holds(clock.now() + timedelta(days=40)) == 0


def test_a_switched_off_therapist_is_no_proposal(scene: Scene) -> None:
    rosa, tom = scene.therapists
    row = booked(scene, at(10, day=WEDNESDAY))
    resolutions = {row.pk: ask(row, at(12, day=THURSDAY), rosa)}
    with pytest.raises(UnresolvedConflicts):
        change_schedule(TherapistSwitchOff(rosa.pk), resolutions=resolutions, by=STAFF)
    resolutions = {row.pk: ask(row, at(12, day=THURSDAY), tom)}
    change_schedule(TherapistSwitchOff(rosa.pk), resolutions=resolutions, by=STAFF)
    withdraw_proposal(row, by=STAFF)
    assert fresh(row).override == Override.SWITCHED_OFF
    assert faults() == []


def test_a_change_of_hours_that_takes_the_held_time_too_leaves_the_question_open(
    scene: Scene, asked: Appointment
) -> None:
    change_schedule(away(scene.therapists[1], WEDNESDAY), resolutions={}, by=STAFF)

    assert proposal_of(asked).hold.status == Status.CANCELLED
    assert not proposal_of(asked).is_waiting(clock.now())
    with pytest.raises(ProposalExpired):
        take_proposed_time(asked, by=GUEST)


def test_double_submission_of_a_question_changes_nothing(scene: Scene) -> None:
    row, tom = booked(scene, at(10, day=WEDNESDAY)), scene.therapists[1]
    resolutions = {row.pk: ask(row, row.starts_at, tom)}
    for _twice in range(2):
        change_schedule(away(scene.therapist, WEDNESDAY), resolutions=resolutions, by=STAFF)

    assert MoveProposal.objects.count() == 1


def test_terms_of_staff_apply_to_a_question_too(scene: Scene) -> None:
    row = booked(scene, at(10, day=WEDNESDAY))
    terms = MoveTerms(accepted_overrides=frozenset({Override.OUTSIDE_HOURS}))
    ask_patient(row, start=at(18, day=THURSDAY), therapist="tom", terms=terms, by=STAFF)
    take_proposed_time(row, by=GUEST)

    assert fresh(row).override == Override.OUTSIDE_HOURS
    assert faults() == []
