"""Reports, as the owner reads them."""

import csv
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.features.reports.views.report_builders import REPORT_BUILDERS
from booking.lifecycle import Status
from booking.models import Role
from tests import factories as make
from tests.html import compact
from tests.people import browser_of, member
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
ALL = ("appointments", "income", "occupancy", "patients", "hours")
THIS_WEEK = "?first=2026-11-23&last=2026-11-29&step=week"


@pytest.fixture
def scene(frozen_clock: datetime) -> Scene:
    return make_weekday_clinic()


@pytest.fixture
def owner(scene: Scene) -> Client:
    return browser_of(member(Role.OWNER))


def booked(scene: Scene, starts_at: datetime, **values: Any) -> None:
    make.AppointmentFactory(
        option=scene.option,
        therapist=scene.therapist,
        room=scene.rooms[0],
        starts_at=starts_at,
        **values,
    )


def read(response: Any) -> list[list[str]]:
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


@pytest.mark.parametrize("name", ALL)
def test_every_report_opens_for_an_empty_clinic_too(name: str, owner: Client) -> None:
    response = owner.get(f"/desk/reports/{name}/")

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert set(REPORT_BUILDERS) == set(ALL)


def test_the_first_report_shows_the_last_three_months_by_week(scene: Scene, owner: Client) -> None:
    booked(scene, on(24, 10))

    page = owner.get("/desk/reports/").content.decode()

    assert "1 Sep 2026 to 30 Nov 2026" in page
    assert '<dd class="tile-value">1</dd>' in page
    assert "$85.00" in page
    assert "what is still to come is counted as booked" in page


def test_figures_are_shown_beside_those_of_the_previous_period(scene: Scene, owner: Client) -> None:
    booked(scene, on(17, 10))
    booked(scene, on(24, 10))
    booked(scene, on(24, 13))

    page = compact(owner.get(f"/desk/reports/{THIS_WEEK}").content.decode())

    assert '<dd class="tile-value">2</dd><dd class="tile-before"><strong>+100%</strong>' in page
    assert "before: 1" in page


def test_a_table_can_be_downloaded(scene: Scene, owner: Client) -> None:
    booked(scene, on(24, 10))
    booked(scene, on(25, 10), status=Status.NO_SHOW)

    response = owner.get(f"/desk/reports/appointments/appointments.csv{THIS_WEEK}")

    assert response["Content-Disposition"] == (
        'attachment; filename="appointments-2026-11-23-2026-11-29.csv"'
    )
    assert read(response) == [
        ["Week from", "Kept", "Missed", "Canceled late", "Canceled in time", "Lost", "Income"],
        ["23 Nov 2026", "1", "1", "0", "0", "0.5000", "85.00"],
        ["Together", "1", "1", "0", "0", "0.5000", "85.00"],
    ]


def test_formulas_are_escaped_in_the_file(scene: Scene, owner: Client) -> None:
    scene.therapist.name = "=HYPERLINK(1)"
    scene.therapist.save()
    booked(scene, on(24, 10))

    rows = read(owner.get(f"/desk/reports/income/by-therapist.csv{THIS_WEEK}"))

    assert rows[1] == ["'=HYPERLINK(1)", "85.00", "0.00", "1"]


@pytest.mark.parametrize("name", ALL)
def test_exactly_the_shown_tables_can_be_downloaded(name: str, scene: Scene, owner: Client) -> None:
    booked(scene, on(24, 10))
    page = owner.get(f"/desk/reports/{name}/{THIS_WEEK}")
    tables = [table.name for table, _rows, _foot in page.context["tables"]]

    answers = [
        owner.get(f"/desk/reports/{name}/{table}.csv{THIS_WEEK}").status_code for table in tables
    ]

    assert answers == [200] * len(tables)
    assert owner.get(f"/desk/reports/{name}/no-such-table.csv").status_code == 404


BAD = {
    "first=1900-01-01&last=9999-12-31": "between 2000 and 2199",
    "first=2026-02-01&last=2026-01-01": "must not be before the first",
    "first=2010-01-01&last=2026-01-01": "At most five years",
    "first=2026-13-45&last=2026-01-01": "Please choose a date",
    "first=&last=": "Please choose a date",
    "first=2026-01-01%00&last=2026-01-01": "Please choose a date",
    f"first={'9' * 5000}&last=2026-01-01": "Please choose a date",
    "first=2026-01-01&last=2026-01-31&step=century": "Select a valid choice",
}


@pytest.mark.parametrize("query", BAD, ids=range(len(BAD)))
def test_invalid_dates_are_refused_with_a_message(query: str, owner: Client) -> None:
    for address in ("/desk/reports/", "/desk/reports/income/by-therapist.csv"):
        response = owner.get(f"{address}?{query}")

        assert response.status_code == 422
        assert BAD[query] in response.content.decode()
        assert 'class="tiles"' not in response.content.decode()


def test_a_report_that_does_not_exist_is_not_found(owner: Client) -> None:
    assert owner.get("/desk/reports/no-such-report/").status_code == 404


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.FRONTDESK, Role.EDITOR])
def test_only_the_owner_can_read_reports(role: Role, scene: Scene) -> None:
    browser = browser_of(member(role))

    assert browser.get("/desk/reports/").status_code == 403
    assert browser.get("/desk/reports/income/by-therapist.csv").status_code == 403


@pytest.mark.parametrize("name", ALL)
def test_the_query_count_does_not_depend_on_the_number_of_appointments(
    name: str, scene: Scene, owner: Client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert owner.get(f"/desk/reports/{name}/{THIS_WEEK}").status_code == 200
        return len(found)

    booked(scene, on(24, 10))
    one = queries()
    for hour in (9, 12, 15):
        booked(scene, on(25, hour))
        make.AppointmentFactory(starts_at=on(26, hour))

    assert queries() == one
