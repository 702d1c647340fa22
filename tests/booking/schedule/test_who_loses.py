"""Which appointments are affected by a change of hours."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions.schedule.change_schedule import change_schedule
from booking.errors import UnresolvedConflicts
from booking.inputs import ClosureChange, DateExceptionChange, NewClosure, WeeklyHoursChange
from booking.lifecycle import Override, Status
from booking.models import Closure, DateException, TimeOff, WeeklyHours
from booking.queries.schedule.impact import find_impact
from tests.booking.schedule.schedule_changes import (
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
)
from tests.factories import AppointmentFactory
from tests.scene import events

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


def test_unaffected_appointments_are_not_listed(scene: Scene) -> None:
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


def test_arrived_and_begun_appointments_are_affected_too(scene: Scene) -> None:
    now = at(12, day=TODAY)
    begun = booked(scene, now - timedelta(minutes=30))
    waiting = booked(scene, at(13, day=TODAY), status=Status.ARRIVED)
    booked(scene, at(9, day=TODAY), status=Status.COMPLETED)
    change = away(scene.therapists[0], day=TODAY)

    assert find_impact(change, scene.clinic, now).affected == [begun, waiting]


def test_an_overridden_appointment_is_affected_only_by_overlapping_time_off(scene: Scene) -> None:
    late = booked(scene, at(19), override=Override.OUTSIDE_HOURS)
    therapist = scene.therapists[0]
    shorter = DateExceptionChange(therapist.pk, TUESDAY, ((NINE, time(12)),))
    now = at(12, day=TODAY)

    assert find_impact(shorter, scene.clinic, now).affected == []
    assert find_impact(away(therapist), scene.clinic, now).affected == [late]


def test_appointments_booked_at_short_notice_are_affected_too(scene: Scene) -> None:
    soon = booked(scene, at(15), override=Override.NOTICE)
    shorter = DateExceptionChange(scene.therapists[0].pk, TUESDAY, ((NINE, time(12)),))

    assert find_impact(shorter, scene.clinic, at(12, day=TODAY)).affected == [soon]
    change_schedule(shorter, resolutions={soon.pk: keep(soon)}, by=STAFF)
    soon.refresh_from_db()
    assert soon.override == Override.HOURS_CHANGED


def test_new_weekly_hours_end_the_old_ones_and_keep_later_ones(scene: Scene) -> None:
    therapist = scene.therapists[0]
    later = WeeklyHoursChange(therapist.pk, date(2026, 12, 21), ((0, NINE, time(12)),))
    change_schedule(later, resolutions={}, by=STAFF)
    sooner = WeeklyHoursChange(therapist.pk, date(2026, 12, 7), ((0, time(13), FIVE),))
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
        week = WeeklyHoursChange(therapist.pk, TODAY, ((1, NINE, ends),))
        change_schedule(week, resolutions={}, by=STAFF)

    rows = WeeklyHours.objects.filter(therapist=therapist, valid_from=TODAY)
    assert list(rows.values_list("weekday", "ends")) == [(1, time(13))]


def test_fewer_weekly_hours_list_all_affected_appointments(scene: Scene) -> None:
    therapist = scene.therapists[0]
    lost = [booked(scene, at(16, day=day)) for day in (TUESDAY, date(2026, 12, 22))]
    booked(scene, at(9, day=THURSDAY))
    week = tuple((day, NINE, time(16)) for day in range(7))
    change = WeeklyHoursChange(therapist.pk, TUESDAY, week)

    assert find_impact(change, scene.clinic, at(12, day=TODAY)).affected == lost
    change_schedule(change, resolutions={row.pk: keep(row) for row in lost}, by=STAFF)
    assert faults() == []


def test_a_date_exception_replaces_the_weekly_hours_until_it_is_removed(
    scene: Scene,
) -> None:
    therapist = scene.therapists[0]
    longer = DateExceptionChange(therapist.pk, TUESDAY, ((NINE, time(20)),), "late opening")
    change_schedule(longer, resolutions={}, by=STAFF)
    late = booked(scene, at(18))
    back = DateExceptionChange(therapist.pk, TUESDAY, None)

    with pytest.raises(UnresolvedConflicts):
        change_schedule(back, resolutions={}, by=STAFF)
    assert DateException.objects.get().note == "late opening"
    change_schedule(back, resolutions={late.pk: cancel(late)}, by=STAFF)
    assert not DateException.objects.exists()
    assert faults() == []


def test_a_closure_lists_appointments_of_all_therapists(scene: Scene) -> None:
    lost = [booked(scene, at(9)), booked(scene, at(9), place=1, room=1)]
    change = ClosureChange((NewClosure("Water", TUESDAY, TUESDAY, time(8), time(11)),))
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(change, resolutions={}, by=STAFF)

    assert set(refused.value.problems) == {row.pk for row in lost}
    change_schedule(change, resolutions={row.pk: cancel(row) for row in lost}, by=STAFF)
    assert Closure.objects.get().name == "Water"


def test_the_query_count_does_not_depend_on_the_number_of_appointments(scene: Scene) -> None:
    change = away(scene.therapists[0])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            find_impact(change, scene.clinic, at(12, day=TODAY))
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

    assert find_impact(away(night, WEDNESDAY, 0, 1), scene.clinic, now).affected == [over]
    assert find_impact(away(night, TUESDAY, 23, 24), scene.clinic, now).affected == [over]
    assert find_impact(away(night, WEDNESDAY, 1, 2), scene.clinic, now).affected == []
