"""GET /api/slots."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import AppointmentFactory
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

URL = "/api/slots?treatment=swedish&minutes=60&from=2026-11-23&to=2026-12-23"


@pytest.fixture
def scene() -> Scene:
    return make_weekday_clinic(therapists=2, rooms=2)


def test_the_answer_has_the_promised_shape(client: Client, scene: Scene) -> None:
    answer = client.get(
        "/api/slots?treatment=swedish&minutes=60&from=2026-11-24&to=2026-11-24&part=evening"
    ).json()
    assert answer == {
        "timezone": "America/Chicago", "treatment": "swedish", "minutes": 60, "days": [],
    }  # fmt: skip
    answer = client.get(
        "/api/slots?treatment=swedish&minutes=60&from=2026-11-24&to=2026-11-24&part=morning"
    ).json()

    (day,) = answer["days"]
    assert day["date"] == "2026-11-24"
    assert len(day["slots"]) == 12
    assert day["slots"][0] == {
        "starts_at": "2026-11-24T09:00:00-06:00",
        "ends_at": "2026-11-24T10:00:00-06:00",
        "price": "85.00",
        "therapists": [therapist.slug for therapist in scene.therapists],
    }


def test_a_therapist_may_be_asked_for(client: Client, scene: Scene) -> None:
    slug = scene.therapist.slug
    answer = client.get(f"{URL}&therapist={slug}").json()

    found = {who for day in answer["days"] for slot in day["slots"] for who in slot["therapists"]}
    assert found == {slug}


@pytest.mark.parametrize(
    "query",
    ["", "treatment=swedish", "treatment=swedish&minutes=60&from=2026-12-01&to=2026-11-01",
     "treatment=swedish&minutes=60&from=2026-11-01&to=2027-11-01",
     "treatment=swedish&minutes=60&from=2026-11-24&to=2027-01-25",
     "treatment=swedish&minutes=7&from=2026-11-24&to=2026-11-24",
     "treatment=nothing&minutes=60&from=2026-11-24&to=2026-11-24",
     "treatment=swedish&minutes=60&from=0001-01-01&to=0001-01-02",
     "treatment=swedish&minutes=60&from=9999-12-30&to=9999-12-31",
     "treatment=swedish&minutes=60&from=2026-11-24&to=2026-11-24&part=night",
     "treatment=swedish&minutes=60&from=2026-11-24&to=2026-11-24&therapist=nobody",
     "treatment=%00&minutes=%00&from=%00&to=%00"],
)  # fmt: skip
def test_invalid_queries_are_answered_with_400_and_a_message(
    client: Client, scene: Scene, query: str
) -> None:
    response = client.get(f"/api/slots?{query}")

    assert response.status_code == 400
    assert list(response.json()) == ["error"]


def test_a_month_takes_at_most_eight_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = make_weekday_clinic(therapists=20, rooms=20)
    with django_assert_num_queries(8):
        client.get(URL)
    for therapist, room in zip(scene.therapists, scene.rooms, strict=True):
        AppointmentFactory.create(
            therapist=therapist, room=room, option=scene.option, starts_at=on(24, 10)
        )
    with django_assert_num_queries(8):
        client.get(URL)
    with django_assert_num_queries(8):
        client.get(f"{URL}&therapist={scene.therapist.slug}")
