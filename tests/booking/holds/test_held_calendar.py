"""An alarm while visitors who do not book hold much of the calendar."""

import pytest
from django.core.cache import caches
from pytest_django import Settings

from booking.doctor.clinic import check_held_calendar
from booking.models import Role
from tests.booking.holds.test_holding_limits import hold
from tests.html import assert_valid, text_of
from tests.people import browser_of, member
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgresql,
    pytest.mark.usefixtures("frozen_clock"),
]
SHARE = "5% of the times of the next 14 days"


@pytest.fixture
def scene(settings: Settings) -> Scene:
    settings.ABUSE_LIMITS = True
    caches["pages"].clear()
    return make_weekday_clinic(therapists=2, rooms=2)


def hold_from_networks(scene: Scene, number: int) -> None:
    """Hold times of 75 minutes, each from another network."""
    for place in range(number):
        hold(scene, on(24 + place // 4, 9 + 2 * (place % 4)), address=f"198.51.{place}.1")


def test_the_desk_and_doctor_have_an_alarm_while_much_is_held(scene: Scene) -> None:
    hold_from_networks(scene, 7)
    page = browser_of(member(Role.FRONTDESK)).get("/desk/").content.decode()
    ((is_ok, sentence),) = check_held_calendar()

    assert f"Visitors who have not booked hold {SHARE}" in text_of(assert_valid(page))
    assert not is_ok
    assert sentence == (
        f"Visitors without an appointment hold {SHARE}: 7 times, from 7 networks, since "
        "2026-11-23 18:00 UTC. The holds run out by themselves; if they come back, let your proxy "
        "refuse those networks."
    )


def test_a_few_held_times_are_no_alarm(scene: Scene) -> None:
    hold_from_networks(scene, 5)
    page = browser_of(member(Role.FRONTDESK)).get("/desk/").content.decode()

    assert "The calendar is being held" not in text_of(assert_valid(page))
    assert [is_ok for is_ok, _ in check_held_calendar()] == [True]
