"""The page of free times: filters, days, remembered preferences."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from booking.models import Appointment, WeeklyHours
from tests.factories import (
    AppointmentFactory,
    ClosureFactory,
    TimeOffFactory,
    WeeklyHoursFactory,
)
from tests.html import compact
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def scene() -> Scene:
    return make_weekday_clinic(therapists=2, rooms=2)


def starts(page: str) -> list[str]:
    return re.findall(r'name="start"\s+value="([^"]+)"', page)


def get(client: Client, query: str = "") -> str:
    return client.get(f"/book/swedish/{query}").content.decode()


def test_the_first_free_day_is_shown_with_the_number_of_times_of_each_day(
    client: Client, scene: Scene
) -> None:
    page = get(client)

    assert starts(page)[0] == "2026-11-23T14:00:00-06:00"
    assert re.findall(r'class="day-free">([^<]+)<', compact(page))[:6] == [
        "9 free", "29 free", "29 free", "29 free", "29 free", "closed",
    ]  # fmt: skip


def test_evenings_only_shows_evenings_only(client: Client, scene: Scene) -> None:
    assert starts(get(client, "?part=evening&therapist=")) == []
    WeeklyHoursFactory.create(therapist=scene.therapist, weekday=2, starts="17:00", ends="19:00")
    page = get(client, "?part=evening&therapist=")

    assert starts(page)[0] == "2026-11-25T17:00:00-06:00"
    assert "Morning" not in page


def reasons(page: str) -> list[str]:
    return re.findall(r'class="day-free">([a-z]+)', compact(page))


def test_closed_days_holidays_and_full_days_are_told_apart(client: Client, scene: Scene) -> None:
    ClosureFactory.create(name="Thanksgiving", first_day=date(2026, 11, 26))
    for therapist, room in zip(scene.therapists, scene.rooms, strict=True):
        for hour in range(9, 17):
            AppointmentFactory.create(
                therapist=therapist,
                room=room,
                starts_at=on(25, hour),
                blocked_until=on(25, hour + 1),
            )
    page = get(client)

    assert reasons(page) == ["full", "holiday", "closed", "closed"]
    assert "Thanksgiving" in page


def test_a_day_without_the_chosen_therapist_is_not_called_closed(
    client: Client, scene: Scene
) -> None:
    WeeklyHours.objects.filter(therapist=scene.therapist, weekday=2).delete()

    assert reasons(get(client, f"?therapist={scene.therapist.slug}")) == ["away", "away", "away"]


def test_a_day_whose_hours_have_passed_is_over(
    client: Client, scene: Scene, settings: Settings
) -> None:
    settings.CLINIC_CLOCK += timedelta(hours=8)

    assert reasons(get(client))[0] == "over"


def test_five_weeks_can_be_seen_at_once(client: Client, scene: Scene) -> None:
    page = get(client, "?view=month&day=2026-12-09")

    assert len(re.findall(r'class="day( is-\w+)?"', page)) == 35
    assert "Wednesday 9 December 2026" in page
    assert "view=month" in page


def test_prices_are_those_of_the_shown_times(client: Client, scene: Scene) -> None:
    dear = scene.therapists[1].offers.get()
    dear.own_price = scene.option.price + 20
    dear.save()
    WeeklyHours.objects.filter(therapist=scene.therapists[1], weekday=1).delete()
    WeeklyHours.objects.filter(therapist=scene.therapist, weekday=2).update(ends="12:00")
    low, high = f"${scene.option.price:.0f}", f"${dear.own_price:.0f}"
    one, both, her = (
        compact(get(client, query))
        for query in (
            "?day=2026-11-24&therapist=",
            "?day=2026-11-25&therapist=",
            f"?day=2026-11-25&therapist={dear.therapist.slug}",
        )
    )

    assert f'class="pick-price">{low} \N{EN DASH} {high}<' in one
    assert f"<dd>{low}<span" in one
    assert 'class="slot-note"' not in one
    assert f'class="slot-note">{low}.00<' in both
    assert f'class="slot-note">{high}.00<' in both
    assert f'class="pick-price">{high}<' in her


def test_the_own_held_time_is_in_the_list_on_the_way_back(client: Client, scene: Scene) -> None:
    start = on(24, 10)
    held = client.post("/book/swedish/", {"option": scene.option.pk, "start": start.isoformat()})
    page = get(client, "?day=2026-11-24&therapist=")
    hold = held["Location"].removesuffix("questions/")

    assert start.isoformat() in starts(page)
    assert 'class="slot-note">yours<' in compact(page)
    assert f'href="{hold}"' in page
    assert "yours" not in get(Client(), "?day=2026-11-24&therapist=")


def test_a_hold_that_is_released_leads_back_to_its_day_length_and_therapist(
    client: Client, scene: Scene
) -> None:
    slug = scene.therapist.slug
    data = {"option": scene.option.pk, "therapist": slug, "start": on(25, 10).isoformat()}
    hold = client.post("/book/swedish/", data)["Location"].removesuffix("questions/")
    page = client.get(client.post(f"{hold}release/")["Location"]).content.decode()

    assert "Wednesday 25 November 2026" in page
    assert f'value="{slug}" selected' in compact(page)


SAME_SITE = {"headers": {"sec-fetch-site": "same-origin"}}


def take(client: Client, scene: Scene, **more: Any) -> Any:
    data = {"option": scene.option.pk, "therapist": "", "start": on(24, 10).isoformat()}
    return client.post("/book/swedish/take/", data, **more)


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}]
)
def test_a_named_time_is_held_by_one_tap_without_a_token(
    scene: Scene, headers: dict[str, str]
) -> None:
    response = take(Client(enforce_csrf_checks=True), scene, headers=headers)

    assert response.status_code == 303
    assert response["Location"].endswith("/questions/")
    assert Appointment.objects.get().starts_at == on(24, 10)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
    ],
)
def test_a_named_time_from_elsewhere_is_pointed_out_and_not_held(
    scene: Scene, headers: dict[str, str]
) -> None:
    response = take(Client(enforce_csrf_checks=True), scene, headers=headers)
    page = response.content.decode()

    assert response.status_code == 200
    assert Appointment.objects.count() == 0
    assert re.findall(r'class="slot is-named"\s+name="start" value="([^"]+)"', page) == [
        on(24, 10).isoformat()
    ]
    assert "csrfmiddlewaretoken" in page


def test_a_named_time_that_is_gone_offers_the_nearest(client: Client, scene: Scene) -> None:
    for other in (Client(), Client()):
        take(other, scene, **SAME_SITE)
    response = take(client, scene, **SAME_SITE)

    assert response.status_code == 409
    assert "The nearest free times" in response.content.decode()


def test_the_next_free_times_of_public_pages_are_buttons(client: Client, scene: Scene) -> None:
    for address in ("/treatments/swedish/", f"/therapists/{scene.therapist.slug}/"):
        page = client.get(address).content.decode()
        assert 'action="/book/swedish/take/"' in page
        assert starts(page)
        assert "csrfmiddlewaretoken" not in page


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
    assert starts(page)[0] == "2026-12-09T09:00:00-06:00"
    asked = get(client, "?day=2026-11-25")
    assert "The next free day is Wednesday 9 December 2026" in compact(asked)
    assert "day=2026-12-09" in asked


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
    with django_assert_num_queries(14):  # one for the names of holidays
        get(client, "?day=2026-11-25&therapist=")
