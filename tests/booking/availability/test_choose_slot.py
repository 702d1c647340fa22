"""The page of free times: filters, days, remembered preferences."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import AppointmentFactory, TimeOffFactory, WeeklyHoursFactory
from tests.html import compact
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def scene() -> Scene:
    return make_weekday_clinic(therapists=2, rooms=2)


def starts(page: str) -> list[str]:
    return re.findall(r'name="start" value="([^"]+)"', page)


def get(client: Client, query: str = "") -> str:
    return client.get(f"/book/swedish/{query}").content.decode()


def test_the_first_free_day_is_shown_with_the_number_of_times_of_each_day(
    client: Client, scene: Scene
) -> None:
    page = get(client)

    assert starts(page)[0] == "2026-11-23T14:00:00-06:00"
    assert re.findall(r'class="day-free">([^<]+)<', compact(page))[:6] == [
        "9 times", "29 times", "29 times", "29 times", "29 times", "none",
    ]  # fmt: skip


def test_evenings_only_shows_evenings_only(client: Client, scene: Scene) -> None:
    assert starts(get(client, "?part=evening&therapist=")) == []
    WeeklyHoursFactory.create(therapist=scene.therapist, weekday=2, starts="17:00", ends="19:00")
    page = get(client, "?part=evening&therapist=")

    assert starts(page)[0] == "2026-11-25T17:00:00-06:00"
    assert "Morning" not in page


def test_a_therapist_that_was_chosen_is_remembered(client: Client, scene: Scene) -> None:
    slug = scene.therapists[1].slug
    get(client, f"?therapist={slug}")

    assert f'value="{slug}" selected' in compact(get(client))
    get(client, "?therapist=")
    assert 'value="" selected' in compact(get(client))


def test_a_remembered_therapist_who_left_is_ignored(client: Client, scene: Scene) -> None:
    client.cookies["preferences"] = "nobody:evening"
    response = client.get("/book/swedish/")

    assert response.status_code == 200


def test_a_week_without_times_names_the_first_free_day(client: Client, scene: Scene) -> None:
    for therapist in scene.therapists:
        TimeOffFactory.create(therapist=therapist, starts_at=on(23, 0), ends_at=on(9, 0, month=12))
    page = get(client)

    assert "Wednesday 9 December 2026" in page
    assert "day=2026-12-09" in page


def test_a_clinic_without_any_free_time_says_whom_to_call(client: Client, scene: Scene) -> None:
    for therapist in scene.therapists:
        TimeOffFactory.create(
            therapist=therapist, starts_at=on(23, 0), ends_at=on(9, 0, month=12).replace(year=2027)
        )

    assert "Please call us" in get(client)


@pytest.mark.parametrize("busy", [0, 1, 3])
def test_the_query_count_is_fixed(
    client: Client, scene: Scene, busy: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(busy):
        AppointmentFactory.create(
            therapist=scene.therapist, room=scene.rooms[0], starts_at=on(25, 9 + 2 * hour)
        )
    with django_assert_num_queries(13):
        get(client, "?day=2026-11-25&therapist=")
