"""A change of hours resolves all affected appointments in one transaction, or fails."""

import pytest

from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.schedule import change_schedule as change_action
from booking.actions.schedule.change_schedule import change_schedule, settle_part
from booking.errors import TooManyConflicts, UnresolvedConflicts
from booking.lifecycle import Override, Status
from booking.models import Appointment, Notification, TimeOff
from booking.notifications.rendering import render
from tests.booking.schedule.schedule_changes import (
    STAFF,
    TODAY,
    WEDNESDAY,
    Scene,
    at,
    away,
    booked,
    cancel,
    faults,
    keep,
    move,
    notified_kinds,
)
from tests.scene import events

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture
def three(scene: Scene) -> list[Appointment]:
    """Tuesday's patients of the first therapist, at 9, 11 and 14."""
    return [booked(scene, at(hour)) for hour in (9, 11, 14)]


def test_a_sick_day_with_three_patients_is_resolved(scene: Scene, three: list[Appointment]) -> None:
    sick, colleague = scene.therapists
    kept, moved, called_off = three
    chosen = {
        kept.pk: keep(kept),
        moved.pk: move(moved, at(11), colleague),
        called_off.pk: cancel(called_off),
    }
    made = change_schedule(
        away(sick), resolutions=chosen, by=STAFF, message_to_patients="We are sorry."
    )

    assert sorted(made.items()) == [("cancel", 1), ("keep", 1), ("move", 1)]
    for row in three:
        row.refresh_from_db()
    assert (kept.status, kept.override) == (Status.BOOKED, Override.HOURS_CHANGED)
    assert (moved.therapist, moved.starts_at, moved.override) == (colleague, at(11), "")
    assert called_off.status == Status.CANCELLED
    assert events(kept) == ["booked", "kept"]
    assert events(moved) == ["booked", "moved"]
    since = Notification.objects.filter(kind__in=["moved", "cancelled"])
    assert sorted(since.values_list("kind", "appointment")) == [
        ("cancelled", called_off.pk),
        ("moved", moved.pk),
    ]
    assert TimeOff.objects.get().therapist == sick
    assert faults() == []


def test_if_one_appointment_cannot_be_resolved_nothing_is_saved(
    scene: Scene, three: list[Appointment]
) -> None:
    sick, colleague = scene.therapists
    booked(scene, at(11), place=1, room=1)
    first, second, third = three
    chosen = {
        first.pk: cancel(first),
        second.pk: move(second, at(11), colleague),
        third.pk: keep(third),
    }
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(away(sick), resolutions=chosen, by=STAFF)

    assert list(refused.value.problems) == [second.pk]
    assert "faster" in refused.value.problems[second.pk]
    assert not TimeOff.objects.exists()
    assert notified_kinds() == []
    assert set(Appointment.objects.values_list("status", "override")) == {(Status.BOOKED, "")}
    assert [events(row) for row in three] == [["booked"]] * 3


def test_an_appointment_without_a_choice_stops_the_change(
    scene: Scene, three: list[Appointment]
) -> None:
    chosen = {row.pk: keep(row) for row in three[:2]}
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(away(scene.therapists[0]), resolutions=chosen, by=STAFF)

    assert list(refused.value.problems) == [three[2].pk]
    assert not TimeOff.objects.exists()


def test_an_appointment_moved_since_the_preview_is_shown_again(
    scene: Scene, three: list[Appointment]
) -> None:
    chosen = {row.pk: keep(row) for row in three}
    Appointment.objects.filter(pk=three[0].pk).update(sequence=1)
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(away(scene.therapists[0]), resolutions=chosen, by=STAFF)

    assert list(refused.value.problems) == [three[0].pk]


def test_a_choice_for_a_meanwhile_cancelled_appointment_is_reported(
    scene: Scene, three: list[Appointment]
) -> None:
    chosen = {row.pk: keep(row) for row in three}
    cancel_appointment(three[1], by=STAFF)
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(away(scene.therapists[0]), resolutions=chosen, by=STAFF)

    assert "nothing any more" in refused.value.problems[three[1].pk]
    assert three[1].patient is not None
    assert three[1].patient.name in refused.value.problems[three[1].pk]


def test_a_double_click_is_applied_once(scene: Scene, three: list[Appointment]) -> None:
    sick, colleague = scene.therapists
    chosen = {
        three[0].pk: keep(three[0]),
        three[1].pk: move(three[1], at(11), colleague),
        three[2].pk: cancel(three[2]),
    }
    first = change_schedule(away(sick), resolutions=chosen, by=STAFF)
    again = change_schedule(away(sick), resolutions=chosen, by=STAFF)

    assert first == again
    assert TimeOff.objects.count() == 1
    assert notified_kinds() == ["cancelled", "moved"]
    assert [len(events(row)) for row in three] == [2, 2, 2]


def test_affected_holds_are_released(scene: Scene) -> None:
    hold = scene.hold(at(10), scene.therapists[0])
    change_schedule(away(scene.therapists[0]), resolutions={}, by=STAFF)

    hold.refresh_from_db()
    assert (hold.status, events(hold)) == (Status.CANCELLED, ["held", "released"])
    assert faults() == []


def test_an_arrived_appointment_can_be_kept_but_not_moved(scene: Scene) -> None:
    here = booked(scene, at(13, day=TODAY), status=Status.ARRIVED)
    change = away(scene.therapists[0], day=TODAY)
    chosen = {here.pk: move(here, at(13, day=TODAY), scene.therapists[1])}
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(change, resolutions=chosen, by=STAFF)

    assert "begun" in refused.value.problems[here.pk]
    change_schedule(change, resolutions={here.pk: keep(here)}, by=STAFF)
    assert faults() == []


def test_two_appointments_cannot_move_to_the_same_time(scene: Scene) -> None:
    first, second = booked(scene, at(9)), booked(scene, at(11))
    colleague = scene.therapists[1]
    chosen = {row.pk: move(row, at(14), colleague) for row in (first, second)}
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(away(scene.therapists[0]), resolutions=chosen, by=STAFF)

    assert refused.value.problems.keys() == {first.pk, second.pk}


@pytest.mark.parametrize(
    ("hour", "sentence"),
    [
        (11, "Rosa is away; Tom would treat you at the same time."),
        (12, "Rosa is away; Tom would treat you at a new time."),
    ],
)
def test_a_patient_is_told_that_another_therapist_would_treat_them(
    scene: Scene, hour: int, sentence: str
) -> None:
    row = booked(scene, at(11))
    chosen = {row.pk: move(row, at(hour), scene.therapists[1])}
    change_schedule(away(scene.therapists[0]), resolutions=chosen, by=STAFF)
    mail = render(Notification.objects.get(kind="moved"))

    assert mail.subject.startswith("Another therapist: ")
    assert sentence in mail.text
    assert "choose another time, or cancel" in mail.text
    assert row.link_token in mail.text
    assert ("The old time was" in mail.text) == (hour == 12)


def test_no_appointment_moves_into_the_removed_hours(
    scene: Scene, three: list[Appointment]
) -> None:
    sick = scene.therapists[0]
    chosen = {row.pk: keep(row) for row in three[:2]} | {three[2].pk: move(three[2], at(16), sick)}
    with pytest.raises(UnresolvedConflicts):
        change_schedule(away(sick), resolutions=chosen, by=STAFF)


def test_moving_clears_the_override(scene: Scene) -> None:
    late = booked(scene, at(19), override=Override.OUTSIDE_HOURS)
    therapist = scene.therapists[0]
    chosen = {late.pk: move(late, at(10, day=WEDNESDAY), therapist)}
    change_schedule(away(therapist), resolutions=chosen, by=STAFF)

    late.refresh_from_db()
    assert late.override == ""


def test_a_change_that_affects_too_many_appointments_is_refused(
    scene: Scene, three: list[Appointment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_action, "MAX_AFFECTED", 2)
    chosen = {row.pk: keep(row) for row in three}
    for action in (change_schedule, settle_part):
        with pytest.raises(TooManyConflicts, match="3 appointments are booked"):
            action(away(scene.therapists[0]), resolutions=chosen, by=STAFF)
