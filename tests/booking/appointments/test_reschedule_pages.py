"""The pages for moving an appointment: choose, review, confirm."""

import re
from copy import deepcopy

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from booking.actions.appointments.reschedule import reschedule_appointment
from booking.models import Appointment, Notification, Offer, Therapist
from tests.booking.appointments.guest_pages import STAFF, address, booked, look, move
from tests.factories import AppointmentFactory, TimeOffFactory
from tests.html import assert_valid, attribute, text_of
from tests.scene import Scene, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def scene(booked_thursday: tuple[Scene, Appointment]) -> Scene:
    return deepcopy(booked_thursday[0])


@pytest.fixture
def appointment(booked_thursday: tuple[Scene, Appointment]) -> Appointment:
    return deepcopy(booked_thursday[1])


def starts(page: str) -> list[str]:
    return re.findall(r'name="start" value="([^"]+)"', page)


def test_the_same_therapist_comes_first_and_others_are_offered(
    client: Client, scene: Scene, appointment: Appointment
) -> None:
    response = look(client, appointment)

    document = assert_valid(response.content.decode())
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert attribute(document, "option", "value") == [
        scene.therapist.slug, "", scene.therapists[1].slug,
    ]  # fmt: skip
    assert attribute(document, "option", "value", selected="") == [scene.therapist.slug]
    assert "It stays booked until you confirm a new time" in text_of(document)


def test_the_time_it_has_now_is_not_offered(client: Client, appointment: Appointment) -> None:
    here, other = on(26, 10).isoformat(), on(26, 10, 15).isoformat()
    page = look(client, appointment, "?day=2026-11-26").content.decode()
    assert here not in starts(page)
    assert other in starts(page)


def test_the_times_around_the_present_one_come_first(
    client: Client, scene: Scene, appointment: Appointment
) -> None:
    assert starts(look(client, appointment).content.decode())[0] == on(26, 9).isoformat()
    scene.clinic.horizon_days = 2  # and whoever is booked further ahead sees what there is
    scene.clinic.save()
    response = look(client, appointment)

    assert response.status_code == 200
    assert starts(response.content.decode())[0] == on(23, 14).isoformat()


def test_the_current_time_is_offered_with_other_therapists(
    client: Client, scene: Scene, appointment: Appointment
) -> None:
    query = f"?day=2026-11-26&therapist={scene.therapists[1].slug}"

    assert on(26, 10).isoformat() in starts(look(client, appointment, query).content.decode())


def test_the_review_shows_old_and_new_times_and_changes_nothing(
    client: Client, scene: Scene, appointment: Appointment
) -> None:
    before = Appointment.objects.values().get()
    query = f"?therapist={scene.therapist.slug}&start={on(27, 14).isoformat()}".replace("+", "%2B")
    response = look(client, appointment, query)

    text = text_of(assert_valid(response.content.decode()))
    assert response.status_code == 200
    assert "Thursday 26 November 2026, 10:00 am to 11:00 am" in text
    assert "Friday 27 November 2026, 2:00 pm to 3:00 pm" in text
    assert f"{scene.therapist.name}, as before" in text
    assert Appointment.objects.values().get() == before


def test_confirming_moves_it_and_the_old_link_shows_the_new_time(
    client: Client, scene: Scene, appointment: Appointment
) -> None:
    response = move(client, appointment, on(27, 14), therapist=scene.therapist.slug)
    page = client.get(response["Location"])

    text = text_of(assert_valid(page.content.decode()))
    assert (response.status_code, response["Location"]) == (303, address(appointment))
    assert Appointment.objects.get().starts_at == on(27, 14)
    assert "Your appointment has been moved." in text
    assert "Friday 27 November 2026" in text
    assert "Moved from Thursday 26 November 2026, 10:00 am" in text


def test_double_click_retry_and_back_button_change_nothing_more(
    client: Client, scene: Scene, appointment: Appointment
) -> None:
    choices = {"therapist": scene.therapist.slug}
    answers = [move(client, appointment, on(27, 14), **choices) for _ in range(3)]
    start = on(27, 14).isoformat()
    back = look(client, appointment, f"?therapist={scene.therapist.slug}&start={start}")

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert back.status_code == 422
    assert "That is where your appointment is now." in back.content.decode()
    assert Appointment.objects.get().patient_move_count == 1
    assert Notification.objects.filter(kind="moved").count() == 1


def test_another_therapist_is_named_beside_the_old_one_and_on_the_appointment(
    client: Client, scene: Scene, appointment: Appointment
) -> None:
    old, new = scene.therapists
    query = f"?therapist={new.slug}&start={on(26, 10).isoformat()}"
    review = text_of(assert_valid(look(client, appointment, query).content.decode()))
    move(client, appointment, on(26, 10), therapist=new.slug)
    page = text_of(assert_valid(client.get(address(appointment)).content.decode()))

    assert f"{new.name} instead of {old.name}" in review
    assert f"Moved from {old.name}" in page


def test_a_different_price_is_shown_before_confirming(
    client: Client, scene: Scene, appointment: Appointment
) -> None:
    dear = scene.therapists[1]
    Offer.objects.filter(therapist=dear).update(own_price="110.00")
    query = f"?therapist={dear.slug}&start={on(27, 14).isoformat()}"

    text = text_of(assert_valid(look(client, appointment, query).content.decode()))
    assert "$110.00 It was $85.00." in text


@pytest.mark.parametrize(
    ("first_wish", "second_wish", "any_therapist"),
    [(0, None, True), (None, 0, True), (0, 0, False), (None, 1, False), (None, None, True)],
    ids=["anyone now", "still anyone", "as booked", "somebody now", "anyone again"],
)
def test_the_page_stores_whether_the_therapist_was_requested(
    client: Client,
    scene: Scene,
    first_wish: int | None,
    second_wish: int | None,
    any_therapist: bool,
) -> None:
    """What the page sends is whom it showed, and whether that was our choice."""

    def who(place: int | None) -> Therapist | None:
        return None if place is None else scene.therapists[place]

    Appointment.objects.update(status="expired", patient=None, booked_at=None)  # the shared one
    appointment = booked(scene, on(26, 10), who(first_wish))
    wanted = who(second_wish)
    query = f"?therapist={wanted.slug if wanted else ''}&start={on(27, 14).isoformat()}"
    document = assert_valid(look(client, appointment, query).content.decode())
    fields = {
        name: attribute(document, "input", "value", name=name)[0]
        for name in ("start", "therapist", "any_therapist")
        if attribute(document, "input", "value", name=name)
    }
    client.post(address(appointment, "reschedule"), fields)

    moved = Appointment.objects.get(pk=appointment.pk)
    assert (moved.starts_at, moved.any_therapist) == (on(27, 14), any_therapist)


def test_a_time_taken_meanwhile_is_refused_with_the_nearest_others(
    client: Client, scene: Scene, appointment: Appointment
) -> None:
    booked(scene, on(27, 14), scene.therapist)
    query = f"?therapist={scene.therapist.slug}&start={on(27, 14).isoformat()}"
    looked = look(client, appointment, query)
    pressed = move(client, appointment, on(27, 14), therapist=scene.therapist.slug)

    for response in (looked, pressed):
        document = assert_valid(response.content.decode())
        assert response.status_code == 409
        assert "someone was faster" in text_of(document)
        assert "The nearest free times" in text_of(document)
        assert on(27, 12, 45).isoformat() in starts(response.content.decode())
        assert on(27, 14).isoformat() not in starts(response.content.decode())
    assert Appointment.objects.get(pk=appointment.pk).starts_at == on(26, 10)


def test_when_the_same_therapist_has_nothing_near_others_are_shown(
    client: Client, scene: Scene, appointment: Appointment
) -> None:
    TimeOffFactory.create(
        therapist=scene.therapist, starts_at=on(23, 0), ends_at=on(23, 0, month=12)
    )
    response = move(client, appointment, on(27, 14), therapist=scene.therapist.slug)

    document = assert_valid(response.content.decode())
    assert response.status_code == 422
    assert attribute(document, "option", "value", selected="") == [""]
    assert "The nearest free times" in text_of(document)


def test_a_new_time_that_cannot_be_changed_again_is_announced(
    client: Client, appointment: Appointment
) -> None:
    soon, later = on(24, 10).isoformat(), on(27, 14).isoformat()

    assert "The new time is soon" in look(client, appointment, f"?start={soon}").content.decode()
    assert "last time" not in look(client, appointment, f"?start={later}").content.decode()
    Appointment.objects.update(patient_move_count=2)
    assert "This is the last time that you can move it here" in (
        look(client, appointment, f"?start={later}").content.decode()
    )


@pytest.mark.parametrize("page", ["", f"?start={on(27, 14).isoformat()}"])
def test_inside_the_window_the_page_says_whom_to_call(
    client: Client, appointment: Appointment, settings: Settings, page: str
) -> None:
    settings.CLINIC_CLOCK = on(25, 12)
    for response in (look(client, appointment, page), move(client, appointment, on(27, 14))):
        document = assert_valid(response.content.decode())
        assert response.status_code == 409
        assert "Please call us at 312-555-0100" in text_of(document)
        assert "tel:+13125550100" in attribute(document, "a", "href")
        assert attribute(document, "button", "name", name="start") == []
    assert Appointment.objects.get().starts_at == on(26, 10)


def test_an_ended_appointment_says_so(
    client: Client, appointment: Appointment, settings: Settings
) -> None:
    settings.CLINIC_CLOCK = on(26, 12)
    response = look(client, appointment)

    assert response.status_code == 410
    text = text_of(assert_valid(response.content.decode()))
    assert "This appointment is over." in text
    assert "You are welcome to come again." in text


def test_a_cancelled_appointment_says_so_and_offers_to_undo(
    client: Client, appointment: Appointment
) -> None:
    client.post(address(appointment, "cancel"))
    response = look(client, appointment)

    document = assert_valid(response.content.decode())
    assert response.status_code == 410
    assert "This appointment has been canceled." in text_of(document)
    assert address(appointment, "undo") in attribute(document, "form", "action")


def test_a_discontinued_treatment_stays_booked_but_cannot_be_moved_online(
    client: Client, scene: Scene, appointment: Appointment
) -> None:
    Offer.objects.all().delete()
    for response in (look(client, appointment), move(client, appointment, on(27, 14))):
        assert response.status_code == 409
        text = text_of(assert_valid(response.content.decode()))
        assert "It stays booked as it is." in text


def test_links_work_after_a_move_until_their_version_is_raised(
    client: Client, appointment: Appointment
) -> None:
    old = address(appointment)
    reschedule_appointment(appointment, start=on(27, 14), by=STAFF)
    assert client.get(old).status_code == 200
    Appointment.objects.update(link_version=2)

    for page in ("", "reschedule", "cancel", "confirm"):
        assert client.get(address(appointment, page)).status_code == 404
    for page in ("reschedule", "cancel", "undo", "confirm"):
        assert client.post(address(appointment, page)).status_code == 404
    assert client.get(address(Appointment.objects.get())).status_code == 200


@pytest.mark.parametrize("busy", [0, 1, 3])
def test_the_query_count_is_fixed(
    client: Client,
    scene: Scene,
    appointment: Appointment,
    busy: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for hour in range(busy):
        AppointmentFactory.create(
            therapist=scene.therapists[1], room=scene.rooms[1], starts_at=on(25, 9 + 2 * hour)
        )
    with django_assert_num_queries(11):
        look(client, appointment, "?day=2026-11-25&therapist=")
    start = on(27, 14).isoformat()
    with django_assert_num_queries(10):
        look(client, appointment, f"?therapist={scene.therapist.slug}&start={start}")
