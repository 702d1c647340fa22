"""The pages of the schedule, and their query counts."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.actions.schedule.change_schedule import change_schedule
from booking.inputs import DateExceptionChange, WeeklyHoursChange
from booking.models import Therapist
from booking.models.staff import Role
from tests.booking.schedule.pages import CLOSURES, DAY, HOLIDAYS, HOURS, OFF, read
from tests.booking.schedule.schedule_changes import (
    NINE,
    STAFF,
    THURSDAY,
    TUESDAY,
    Scene,
    at,
    member,
    signed_in,
)
from tests.factories import ClosureFactory, TherapistFactory, TimeOffFactory, works_all_week

pytestmark = pytest.mark.django_db

ROSA = "/desk/schedule/rosa/"


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_a_schedule_shows_the_coming_days_and_their_exceptions(rosa: Client, scene: Scene) -> None:
    who = scene.therapists[0]
    change_schedule(
        DateExceptionChange(who.pk, TUESDAY, ((time(12), time(20)),), "late opening"),
        resolutions={},
        by=STAFF,
    )
    TimeOffFactory(therapist=who, starts_at=at(13, day=THURSDAY), ends_at=at(15, day=THURSDAY))
    ClosureFactory(name="Water", first_day=date(2026, 11, 27))
    said = read(rosa.get(ROSA))

    assert "Tue 24 Nov : change this day 12:00 pm to 8:00 pm other hours: late opening" in said
    assert "Thu 26 Nov : change this day 9:00 am to 1:00 pm 3:00 pm to 5:00 pm time off" in said
    assert "Fri 27 Nov : change this day off closed: Water" in said
    assert "Thursday 26 November 2026, 1:00 pm to 3:00 pm" in said
    assert "Tuesday 24 November 2026 12:00 pm to 8:00 pm late opening" in said


def test_planned_hours_are_shown_beside_the_current_ones(rosa: Client, scene: Scene) -> None:
    change = WeeklyHoursChange(scene.therapists[0].pk, date(2026, 12, 21), ((2, NINE, time(12)),))
    change_schedule(change, resolutions={}, by=STAFF)
    said = read(rosa.get(ROSA))

    assert "Now, until Sunday 20 December 2026" in said
    assert "From Monday 21 December 2026" in said


def test_the_overview_says_who_works_today_and_who_is_away_next(desk: Client, scene: Scene) -> None:
    TimeOffFactory(therapist=scene.therapists[1], starts_at=at(0), ends_at=at(0, day=THURSDAY))
    said = read(desk.get("/desk/schedule/"))

    assert "Rosa 9:00 am to 5:00 pm" in said
    assert "Away: Tue 24 Nov to Wed 25 Nov" in said


def test_only_the_owner_has_a_link_to_closures(desk: Client, owner: Client) -> None:
    assert "Closures and holidays" not in read(desk.get("/desk/schedule/"))
    assert "Closures and holidays" in read(owner.get("/desk/schedule/"))


def test_closures_are_listed_and_can_be_deleted(owner: Client) -> None:
    ClosureFactory(name="Water", first_day=TUESDAY, starts=time(8), ends=time(0))
    said = read(owner.get(CLOSURES))

    assert "Water Tuesday 24 November 2026, 8:00 am to midnight" in said
    assert "Open after all" in said


def test_holidays_of_the_next_year_can_be_chosen(owner: Client) -> None:
    said = read(owner.get(HOLIDAYS, {"year": "2027"}))

    assert "Public holidays in 2027" in said
    assert "Thursday 25 November 2027: Thanksgiving Day" in said


def test_a_country_without_known_holidays_is_told_so(owner: Client, scene: Scene) -> None:
    scene.clinic.country = "ZZ"
    scene.clinic.save()

    assert "We know no public holidays" in read(owner.get(HOLIDAYS))


def test_before_the_clinic_is_set_up_there_is_no_schedule(owner: Client, scene: Scene) -> None:
    scene.clinic.delete()

    assert owner.get("/desk/schedule/").status_code == 404
    assert owner.get(ROSA).status_code == 404


@pytest.mark.parametrize("path", [ROSA, HOURS, DAY, OFF])
def test_the_query_count_of_a_schedule_is_fixed(rosa: Client, scene: Scene, path: str) -> None:
    who = scene.therapists[0]
    TimeOffFactory(therapist=who)
    change_schedule(
        DateExceptionChange(who.pk, TUESDAY, ((NINE, time(12)),)), resolutions={}, by=STAFF
    )
    one = queries(rosa, path)
    for week in range(1, 5):
        day = TUESDAY + timedelta(weeks=week)
        TimeOffFactory(therapist=who, starts_at=at(9, day=day), ends_at=at(10, day=day))
        ClosureFactory(first_day=day)
        spans = ((NINE, time(12)), (time(13), time(14)))
        change_schedule(DateExceptionChange(who.pk, day, spans), resolutions={}, by=STAFF)
        week_change = WeeklyHoursChange(who.pk, day, ((week, NINE, time(12)),))
        change_schedule(week_change, resolutions={}, by=STAFF)

    assert queries(rosa, path) == one


def test_the_query_count_of_the_overview_is_fixed(scene: Scene) -> None:
    client = signed_in(member(Role.FRONTDESK))
    few = queries(client, "/desk/schedule/")
    for _ in range(6):
        another: Therapist = TherapistFactory()
        works_all_week(another)
        TimeOffFactory(therapist=another)

    assert queries(client, "/desk/schedule/") == few


@pytest.mark.parametrize("path", ["/desk/schedule/", ROSA, HOURS, DAY, OFF, CLOSURES, HOLIDAYS])
def test_a_page_is_small(owner: Client, path: str) -> None:
    assert len(owner.get(path).content) < 60 * 1024
