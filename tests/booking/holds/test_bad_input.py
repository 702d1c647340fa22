"""Invalid, forged and hostile input when booking is refused with a message and the right status."""

from typing import Any

import pytest
from django.test import Client

from booking.models import Appointment
from tests.booking.appointments.test_booking_journey import ANA, answer_and_review, choose, hold_url
from tests.factories import OfferFactory, OptionFactory, TherapistFactory
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

HUGE = "9" * 100_000


@pytest.fixture
def scene() -> Scene:
    return make_weekday_clinic()


@pytest.mark.parametrize(
    ("start", "status"),
    [
        ("", 400),
        ("tomorrow", 400),
        ("2026-11-24T10:00:00", 400),  # no offset
        ("2026-11-24", 400),
        ("2026-11-24T10:00:00-06:00\x00", 400),
        ("0001-01-01T00:00:00+14:00", 400),
        ("9999-12-31T23:59:59-12:00", 400),
        ("0001-01-01T00:00:00Z", 422),
        ("9999-12-31T23:00:00+00:00", 422),
        ("2026-11-22T10:00:00-06:00", 422),  # past
        ("2026-11-23T12:00:00-06:00", 422),  # now: too soon
        ("2026-11-24T10:07:00-06:00", 422),  # off the grid
        ("2026-11-24T10:00:01-06:00", 422),
        ("2026-11-28T10:00:00-06:00", 422),  # a Saturday: closed
        ("2026-11-24T16:30:00-06:00", 422),  # would end after closing
        ("2027-06-01T10:00:00-05:00", 422),  # too far
        (HUGE, 400),
    ],
)
def test_an_invalid_start_is_refused(client: Client, scene: Scene, start: str, status: int) -> None:
    response = client.post("/book/swedish/", {"option": scene.option.pk, "start": start})

    assert response.status_code == status
    assert 'role="alert"' in response.content.decode()
    assert Appointment.objects.count() == 0


@pytest.mark.parametrize(
    ("option", "status"),
    [("", 400), ("x", 400), ("-1", 400), (HUGE, 400), ("999999", 422), (str(2**63), 400)],
)
def test_an_unknown_option_is_refused(
    client: Client, scene: Scene, option: str, status: int
) -> None:
    response = choose(client, scene, on(24, 10), option=option)

    assert response.status_code == status
    assert Appointment.objects.count() == 0


def test_an_option_of_another_treatment_is_refused(client: Client, scene: Scene) -> None:
    other = OfferFactory.create(therapist=scene.therapist)

    assert choose(client, scene, on(24, 10), option=other.option.pk).status_code == 422
    assert Appointment.objects.count() == 0


def test_another_therapists_option_is_refused(client: Client, scene: Scene) -> None:
    other = OfferFactory.create(option=OptionFactory.create(treatment=scene.treatment, minutes=90))
    TherapistFactory.create(slug="no-offers")

    for slug in (other.therapist.slug, "no-offers", "nobody"):
        response = choose(client, scene, on(24, 10), therapist=slug)
        assert response.status_code == 422
    assert Appointment.objects.count() == 0


def test_posted_end_price_room_and_status_are_ignored(client: Client, scene: Scene) -> None:
    choose(
        client, scene, on(24, 10), price="0.01", room="99", status="booked",
        ends_at=on(24, 20).isoformat(), blocked_until=on(24, 10).isoformat(),
    )  # fmt: skip

    hold = Appointment.objects.get()
    assert (hold.price, hold.ends_at, hold.status) == (scene.option.price, on(24, 11), "hold")
    assert (hold.room, hold.blocked_until) == (scene.rooms[0], on(24, 11, 15))


def test_an_inactive_treatment_cannot_be_found(client: Client, scene: Scene) -> None:
    scene.treatment.is_active = False
    scene.treatment.save()

    assert client.get("/book/swedish/").status_code == 404
    assert choose(client, scene, on(24, 10)).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["day=yesterday", "day=2026-02-30", "day=0000-00-00", "option=x", f"option={HUGE}",
     "therapist=%00", "day=%F0%9F", "therapist=" + "a" * 5000],
)  # fmt: skip
def test_an_invalid_query_still_shows_times(client: Client, scene: Scene, query: str) -> None:
    response = client.get(f"/book/swedish/?{query}")

    assert response.status_code == 400
    assert 'class="slot"' in response.content.decode()


@pytest.mark.parametrize(
    "query", ["day=2020-01-01", "day=9999-12-31", "option=999999", "therapist=nobody"]
)
def test_a_filter_without_results_still_shows_times(
    client: Client, scene: Scene, query: str
) -> None:
    response = client.get(f"/book/swedish/?{query}")

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


TOKENS = ["x", "a" * 48, "A" * 47 + "=", "%00" * 16, "ä" * 48, "a" * 5000]


@pytest.mark.parametrize("token", TOKENS)
def test_a_forged_token_is_404(client: Client, scene: Scene, token: str) -> None:
    for path in ("/book/hold/{}/", "/book/hold/{}/review/", "/appointments/{}/"):
        assert client.get(path.format(token)).status_code == 404


def test_a_hold_link_does_not_open_the_appointment_page(client: Client, scene: Scene) -> None:
    url = hold_url(client, scene, on(24, 10))
    token = url.rstrip("/").rsplit("/", 1)[-1]

    assert client.get(f"/appointments/{token}/").status_code == 404
    assert client.get(f"/book/hold/{Appointment.objects.get().link_token}/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "A\x00na"),
        ("name", "Ana\r\nBcc: everyone@x.example"),
        ("name", "a" * 100_000),
        ("email", "ana@x.example\r\nBcc: b@x.example"),
        ("email", "a@b.example, c@d.example"),
        ("phone", "call me"),
        ("phone", "+" * 40),
        ("note", "n" * 1001),
        ("note", "\x00"),
    ],
)
def test_invalid_details_are_refused(client: Client, scene: Scene, field: str, value: str) -> None:
    url = hold_url(client, scene, on(24, 10))
    response = client.post(url, {**ANA, field: value})

    assert response.status_code == 422
    assert f"#id_{field}" in response.content.decode()
    assert Appointment.objects.get().draft == ""


def test_emoji_and_right_to_left_names_are_accepted(client: Client, scene: Scene) -> None:
    url = hold_url(client, scene, on(24, 10))
    response = client.post(url, {**ANA, "name": "آنا 🦵 Müller-O'Neil"})

    assert response.status_code == 303
    assert "آنا 🦵" in client.get(answer_and_review(client, url)).content.decode()
    assert "آنا 🦵" in client.get(url).content.decode()


def test_a_post_without_csrf_token_is_refused_with_a_message(scene: Scene) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/book/swedish/", {"option": scene.option.pk})

    assert response.status_code == 403
    assert "<h1" in response.content.decode()


def test_a_request_that_is_too_large_is_413(client: Client, scene: Scene) -> None:
    response = client.post("/book/swedish/", {"start": "x" * 300_000})

    assert response.status_code == 413


def test_other_methods_are_refused(client: Client, scene: Scene) -> None:
    calls: list[Any] = [client.put, client.delete, client.patch]

    assert [call("/book/swedish/").status_code for call in calls] == [405, 405, 405]
