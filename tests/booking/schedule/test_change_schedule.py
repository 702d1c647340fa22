"""Hours change: whoever loses their time is settled in the same step, or nothing is done."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions import cancel_appointment, change_schedule
from booking.errors import NotSettled, TooManyLose
from booking.lifecycle import Override, Status
from booking.models import Appointment, Closure, DateException, Message, TimeOff, WeeklyHours
from booking.queries import impact as impact_query
from booking.queries.impact import impact_of
from booking.values import Closing, ClosingChange, DayChange, WeekChange
from tests.booking.scene import events
from tests.booking.schedule.scene import (
    FIVE,
    NINE,
    STAFF,
    THURSDAY,
    TODAY,
    TUESDAY,
    WEDNESDAY,
    Scene,
    at,
    away,
    booked,
    cancel,
    faults,
    keep,
    move,
)
from tests.factories import AppointmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


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
    made = change_schedule(away(sick), resolutions=chosen, by=STAFF, words="We are sorry.")

    assert sorted(made.items()) == [("cancel", 1), ("keep", 1), ("move", 1)]
    for row in three:
        row.refresh_from_db()
    assert (kept.status, kept.override) == (Status.BOOKED, Override.KEPT)
    assert (moved.therapist, moved.starts_at, moved.override) == (colleague, at(11), "")
    assert called_off.status == Status.CANCELLED
    assert events(kept) == ["booked", "kept"]
    assert events(moved) == ["booked", "moved"]
    told = Message.objects.exclude(kind="reminder")
    assert sorted(told.values_list("kind", "appointment")) == [
        ("cancelled", called_off.pk),
        ("moved", moved.pk),
    ]
    assert TimeOff.objects.get().therapist == sick
    assert faults() == []


def test_when_one_cannot_be_settled_nothing_at_all_is_saved(
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
    with pytest.raises(NotSettled) as refused:
        change_schedule(away(sick), resolutions=chosen, by=STAFF)

    assert list(refused.value.problems) == [second.pk]
    assert "faster" in refused.value.problems[second.pk]
    assert not TimeOff.objects.exists()
    assert not Message.objects.exists()
    assert set(Appointment.objects.values_list("status", "override")) == {(Status.BOOKED, "")}
    assert [events(row) for row in three] == [["booked"]] * 3


def test_an_appointment_without_a_choice_stops_the_change(
    scene: Scene, three: list[Appointment]
) -> None:
    chosen = {row.pk: keep(row) for row in three[:2]}
    with pytest.raises(NotSettled) as refused:
        change_schedule(away(scene.therapists[0]), resolutions=chosen, by=STAFF)

    assert list(refused.value.problems) == [three[2].pk]
    assert not TimeOff.objects.exists()


def test_what_was_moved_since_it_was_seen_is_asked_about_again(
    scene: Scene, three: list[Appointment]
) -> None:
    chosen = {row.pk: keep(row) for row in three}
    Appointment.objects.filter(pk=three[0].pk).update(sequence=1)
    with pytest.raises(NotSettled) as refused:
        change_schedule(away(scene.therapists[0]), resolutions=chosen, by=STAFF)

    assert list(refused.value.problems) == [three[0].pk]


def test_a_choice_for_somebody_who_has_cancelled_meanwhile_is_told(
    scene: Scene, three: list[Appointment]
) -> None:
    chosen = {row.pk: keep(row) for row in three}
    cancel_appointment(three[1], by=STAFF)
    with pytest.raises(NotSettled) as refused:
        change_schedule(away(scene.therapists[0]), resolutions=chosen, by=STAFF)

    assert "nothing any more" in refused.value.problems[three[1].pk]
    assert three[1].patient is not None
    assert three[1].patient.name in refused.value.problems[three[1].pk]


def test_pressed_twice_it_is_done_once(scene: Scene, three: list[Appointment]) -> None:
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
    assert sorted(Message.objects.values_list("kind", flat=True)) == [
        "cancelled",
        "moved",
        "reminder",
    ]
    assert [len(events(row)) for row in three] == [2, 2, 2]


def test_times_that_are_only_held_are_given_back(scene: Scene) -> None:
    hold = scene.hold(at(10), scene.therapists[0])
    change_schedule(away(scene.therapists[0]), resolutions={}, by=STAFF)

    hold.refresh_from_db()
    assert (hold.status, events(hold)) == (Status.CANCELLED, ["held", "released"])
    assert faults() == []


def test_those_who_are_not_concerned_stay_as_they_are(scene: Scene) -> None:
    others = [
        booked(scene, at(9), place=1),
        booked(scene, at(9, day=WEDNESDAY)),
        booked(scene, at(16), room=1, status=Status.CANCELLED),
    ]
    change_schedule(away(scene.therapists[0]), resolutions={}, by=STAFF)

    assert [events(row) for row in others] == [["booked"]] * 3


def test_turnaround_may_run_into_the_time_off(scene: Scene) -> None:
    booked(scene, at(9))
    change_schedule(away(scene.therapists[0], starts=10), resolutions={}, by=STAFF)

    assert TimeOff.objects.count() == 1


def test_a_patient_who_has_begun_or_is_waiting_is_counted_too(scene: Scene) -> None:
    now = at(12, day=TODAY)
    begun = booked(scene, now - timedelta(minutes=30))
    waiting = booked(scene, at(13, day=TODAY), status=Status.ARRIVED)
    booked(scene, at(9, day=TODAY), status=Status.COMPLETED)
    change = away(scene.therapists[0], day=TODAY)

    assert impact_of(change, scene.clinic, now).lost == [begun, waiting]


def test_somebody_who_is_here_already_can_be_kept_but_not_moved(scene: Scene) -> None:
    here = booked(scene, at(13, day=TODAY), status=Status.ARRIVED)
    change = away(scene.therapists[0], day=TODAY)
    chosen = {here.pk: move(here, at(13, day=TODAY), scene.therapists[1])}
    with pytest.raises(NotSettled) as refused:
        change_schedule(change, resolutions=chosen, by=STAFF)

    assert "begun" in refused.value.problems[here.pk]
    change_schedule(change, resolutions={here.pk: keep(here)}, by=STAFF)
    assert faults() == []


def test_two_may_not_move_to_one_place(scene: Scene) -> None:
    first, second = booked(scene, at(9)), booked(scene, at(11))
    colleague = scene.therapists[1]
    chosen = {row.pk: move(row, at(14), colleague) for row in (first, second)}
    with pytest.raises(NotSettled) as refused:
        change_schedule(away(scene.therapists[0]), resolutions=chosen, by=STAFF)

    assert list(refused.value.problems) == [second.pk]


def test_nobody_moves_into_the_time_that_is_taken_away(
    scene: Scene, three: list[Appointment]
) -> None:
    sick = scene.therapists[0]
    chosen = {row.pk: keep(row) for row in three[:2]} | {three[2].pk: move(three[2], at(16), sick)}
    with pytest.raises(NotSettled):
        change_schedule(away(sick), resolutions=chosen, by=STAFF)


def test_what_was_kept_is_asked_about_only_when_its_time_is_taken_outright(scene: Scene) -> None:
    late = booked(scene, at(19), override=Override.HOURS)
    therapist = scene.therapists[0]
    shorter = DayChange(therapist.pk, TUESDAY, ((NINE, time(12)),))
    now = at(12, day=TODAY)

    assert impact_of(shorter, scene.clinic, now).lost == []
    assert impact_of(away(therapist), scene.clinic, now).lost == [late]


def test_whoever_was_booked_at_short_notice_loses_the_time_like_anybody(scene: Scene) -> None:
    soon = booked(scene, at(15), override=Override.NOTICE)
    shorter = DayChange(scene.therapists[0].pk, TUESDAY, ((NINE, time(12)),))

    assert impact_of(shorter, scene.clinic, at(12, day=TODAY)).lost == [soon]
    change_schedule(shorter, resolutions={soon.pk: keep(soon)}, by=STAFF)
    soon.refresh_from_db()
    assert soon.override == Override.KEPT


def test_moving_takes_the_mark_of_the_override_away(scene: Scene) -> None:
    late = booked(scene, at(19), override=Override.HOURS)
    therapist = scene.therapists[0]
    chosen = {late.pk: move(late, at(10, day=WEDNESDAY), therapist)}
    change_schedule(away(therapist), resolutions=chosen, by=STAFF)

    late.refresh_from_db()
    assert late.override == ""


def test_new_weekly_hours_end_the_old_ones_and_keep_what_is_planned_later(scene: Scene) -> None:
    therapist = scene.therapists[0]
    later = WeekChange(therapist.pk, date(2026, 12, 21), ((0, NINE, time(12)),))
    change_schedule(later, resolutions={}, by=STAFF)
    sooner = WeekChange(therapist.pk, date(2026, 12, 7), ((0, time(13), FIVE),))
    change_schedule(sooner, resolutions={}, by=STAFF)

    mondays = WeeklyHours.objects.filter(therapist=therapist, weekday=0).order_by("valid_from")
    rows = mondays.values_list("starts", "ends", "valid_from", "valid_until")
    assert sorted(rows, key=lambda row: row[2] or date.min) == [
        (NINE, FIVE, None, date(2026, 12, 6)),
        (time(13), FIVE, date(2026, 12, 7), date(2026, 12, 20)),
        (NINE, time(12), date(2026, 12, 21), None),
    ]


def test_weekly_hours_of_a_date_can_be_changed_again(scene: Scene) -> None:
    therapist = scene.therapists[0]
    for ends in (time(12), time(13)):
        week = WeekChange(therapist.pk, TODAY, ((1, NINE, ends),))
        change_schedule(week, resolutions={}, by=STAFF)

    rows = WeeklyHours.objects.filter(therapist=therapist, valid_from=TODAY)
    assert list(rows.values_list("weekday", "ends")) == [(1, time(13))]


def test_fewer_weekly_hours_find_everybody_who_loses_theirs(scene: Scene) -> None:
    therapist = scene.therapists[0]
    lost = [booked(scene, at(16, day=day)) for day in (TUESDAY, date(2026, 12, 22))]
    booked(scene, at(9, day=THURSDAY))
    week = tuple((day, NINE, time(16)) for day in range(7))
    change = WeekChange(therapist.pk, TUESDAY, week)

    assert impact_of(change, scene.clinic, at(12, day=TODAY)).lost == lost
    change_schedule(change, resolutions={row.pk: keep(row) for row in lost}, by=STAFF)
    assert faults() == []


def test_other_hours_on_a_day_replace_the_weekly_ones_until_they_are_taken_back(
    scene: Scene,
) -> None:
    therapist = scene.therapists[0]
    longer = DayChange(therapist.pk, TUESDAY, ((NINE, time(20)),), "late opening")
    change_schedule(longer, resolutions={}, by=STAFF)
    late = booked(scene, at(18))
    back = DayChange(therapist.pk, TUESDAY, None)

    with pytest.raises(NotSettled):
        change_schedule(back, resolutions={}, by=STAFF)
    assert DateException.objects.get().note == "late opening"
    change_schedule(back, resolutions={late.pk: cancel(late)}, by=STAFF)
    assert not DateException.objects.exists()
    assert faults() == []


def test_a_closure_asks_about_everybodys_patients(scene: Scene) -> None:
    lost = [booked(scene, at(9)), booked(scene, at(9), place=1, room=1)]
    change = ClosingChange((Closing("Water", TUESDAY, TUESDAY, time(8), time(11)),))
    with pytest.raises(NotSettled) as refused:
        change_schedule(change, resolutions={}, by=STAFF)

    assert set(refused.value.problems) == {row.pk for row in lost}
    change_schedule(change, resolutions={row.pk: cancel(row) for row in lost}, by=STAFF)
    assert Closure.objects.get().name == "Water"


def test_a_change_that_takes_the_time_of_very_many_is_refused(
    scene: Scene, three: list[Appointment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impact_query, "MOST_LOST", 2)
    with pytest.raises(TooManyLose) as refused:
        change_schedule(away(scene.therapists[0]), resolutions={}, by=STAFF)

    assert "3 patients" in str(refused.value)


def test_looking_costs_the_same_for_one_appointment_and_for_many(scene: Scene) -> None:
    change = away(scene.therapists[0])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            impact_of(change, scene.clinic, at(12, day=TODAY))
        return len(captured)

    assert queries() == 1
    booked(scene, at(9))
    one = queries()
    for hour in (11, 13, 15):
        booked(scene, at(hour))
    assert queries() == one == 5


def test_an_appointment_over_midnight_is_found_from_both_sides(scene: Scene) -> None:
    night = scene.therapists[0]
    WeeklyHours.objects.all().delete()
    for weekday in range(7):
        WeeklyHours.objects.create(therapist=night, weekday=weekday, starts=time(), ends=time())
    over = AppointmentFactory(
        option=scene.option, therapist=night, room=scene.rooms[0], starts_at=at(23, 30)
    )
    now: datetime = at(12, day=TODAY)

    assert impact_of(away(night, WEDNESDAY, 0, 1), scene.clinic, now).lost == [over]
    assert impact_of(away(night, TUESDAY, 23, 24), scene.clinic, now).lost == [over]
    assert impact_of(away(night, WEDNESDAY, 1, 2), scene.clinic, now).lost == []
