"""The pages of the health questions: every outcome, without JavaScript."""

import logging
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from booking.lifecycle import Status
from booking.models import Appointment, CallbackRequest, Screening, ScreeningSignature
from booking.queries.health.status import decrypt_record
from booking.screening.questionnaires import newest_questionnaire
from tests.booking.appointments.test_booking_journey import ANA, hold_url
from tests.booking.health.answers import all_no, answer_set
from tests.conftest import ModuleDatabase
from tests.factories import (
    AccommodationRuleFactory,
    AppointmentFactory,
    OfferFactory,
    OptionFactory,
    ScreeningFactory,
    UserFactory,
)
from tests.html import assert_valid, compact, parse, text_of
from tests.people import browser_of
from tests.scene import Scene, make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

THINNER = {"none": "", "q9": "on", "q9-more": "thinner"}
ASPIRIN = {"none": "", "q9": "on", "q9-more": "aspirin"}


@dataclass(frozen=True)
class HeldTime:
    """A guest's hold with personal details, and the cookies of their browser."""

    scene: Scene
    url: str
    cookies: SimpleCookie

    def browser(self) -> Client:
        """Return a new client of the guest."""
        client = Client()
        client.cookies = deepcopy(self.cookies)
        return client


def hold_a_time(scene: Scene) -> HeldTime:
    client = Client()
    url = hold_url(client, scene, on(24, 10))
    client.post(url, ANA)
    return HeldTime(scene, url, client.cookies)


@pytest.fixture(scope="module")
def held(module_database: ModuleDatabase) -> HeldTime:
    with module_database():
        return hold_a_time(make_weekday_clinic())


@pytest.fixture
def scene(held: HeldTime) -> Scene:
    return deepcopy(held.scene)


@pytest.fixture
def url(held: HeldTime) -> str:
    return held.url


@pytest.fixture
def client(held: HeldTime) -> Client:
    return held.browser()


def say(client: Client, url: str, **said: Any) -> Any:
    return client.post(f"{url}questions/", all_no(**said))


def page_after(client: Client, url: str, **said: Any) -> str:
    """What the page says once something was answered."""
    assert say(client, url, **said).status_code == 303
    page: str = client.get(f"{url}questions/").content.decode()
    assert_valid(page)
    return page


def test_the_page_asks_everything_in_one_list(client: Client, url: str) -> None:
    response = client.get(f"{url}questions/")
    page = response.content.decode()

    assert_valid(page)
    assert "no-store" in response["Cache-Control"]
    for question in newest_questionnaire().questions:
        assert f'name="{question.id}' in page
    assert "not a diagnosis" in page
    assert " checked>" not in page
    assert " checked " not in page.replace("has checked", "")
    assert "Sample, not medical advice" not in page


def test_an_unsigned_sample_says_so(client: Client, url: str, settings: Settings) -> None:
    ScreeningSignature.objects.all().delete()
    settings.PRODUCTION = False

    assert "Sample, not medical advice" in client.get(f"{url}questions/").content.decode()


def test_a_patient_without_findings_continues_to_the_review(client: Client, url: str) -> None:
    answer = say(client, url)

    assert (answer.status_code, answer["Location"]) == (303, f"{url}review/")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"q1": "chest-pain"}, ["Call 911 now. This can be an emergency", "tel:911"]),
        (
            {"q2": "one-leg"},
            ["Get medical help today. This could be a blood clot", "tel:911"],
        ),
        ({"q4": "ill"}, ["Not today, please", "48 hours"]),
        ({"q7": "on", "q7-more": "recent"}, ["Not today, please", "A note for the doctor"]),
    ],
)
def test_a_stop_says_why_and_where_to_turn_and_releases_the_hold(
    client: Client, url: str, said: dict[str, str], words: list[str]
) -> None:
    page = page_after(client, url, none="", **said)

    assert [word for word in [*words, "not a diagnosis"] if word not in page] == []
    assert Appointment.objects.get().status == Status.EXPIRED
    assert client.post(f"{url}again/")["Location"] == f"{url}questions/"
    assert Appointment.objects.count() == 1


def test_a_doctor_outcome_offers_a_note_and_a_callback(client: Client, url: str) -> None:
    page = page_after(client, url, **THINNER)
    assert "Please ask your doctor first" in page
    note = client.get(f"{url}note/").content.decode()
    assert_valid(note)
    called = client.post(f"{url}call-back/")
    client.post(f"{url}call-back/")

    assert "warfarin" in note
    assert "Ana Reader" in note
    assert called["Location"] == f"{url}questions/"
    assert CallbackRequest.objects.count() == 1
    assert "We will call you back" in client.get(f"{url}questions/").content.decode()


def test_the_note_for_the_doctor_says_what_was_asked(client: Client, url: str) -> None:
    page = page_after(client, url, none="", q7="on", **{"q7-more": "not-sure"})
    note = client.get(f"{url}note/").content.decode()

    for shown in (page, note):
        assert "A blood clot in a leg or lung, ever, or a clotting disorder I am not sure" in (
            text_of(assert_valid(shown))
        )


def test_under_18_is_asked_to_call(client: Client, url: str) -> None:
    page = page_after(client, url, none="", age="under-18")

    assert "Let us talk first" in page
    assert "parent or guardian" in page
    assert "A note for the doctor" not in page


@pytest.mark.parametrize(
    "more", [{}, {"none": "", "consent": ""}, {"q9": "on"}, {"version": "old"}, {"outcome": "OK"}],
    ids=["whole", "nothing else", "half said", "old", "foreign"],
)  # fmt: skip
def test_a_crisis_answer_shows_whom_to_call_and_stores_nothing(
    client: Client, url: str, caplog: pytest.LogCaptureFixture, more: dict[str, str]
) -> None:
    say(client, url, none="", q22="on", **{"q22-more": "nuts"})
    with caplog.at_level(logging.DEBUG, logger="booking"):
        response = say(client, url, q25="crisis", **more)
    page = response.content.decode()

    assert_valid(page)
    assert response.status_code == 200
    assert "988" in page
    assert "Nobody at the clinic is reading this now" in page
    assert not Screening.objects.exists()
    assert caplog.text == ""
    assert client.post(f"{url}review/").status_code == 422


def test_an_unsuitable_treatment_offers_a_gentler_one_at_the_same_time(
    client: Client, scene: Scene, url: str
) -> None:
    scene.treatment.pressure = "firm"
    scene.treatment.save()
    gentle = OptionFactory(treatment__pressure="gentle", treatment__name="Quiet hands")
    OfferFactory(therapist=scene.therapist, option=gentle)
    pregnancy = OptionFactory(treatment__pressure="pregnancy", treatment__name="For two")
    OfferFactory(therapist=scene.therapist, option=pregnancy)
    page = page_after(client, url, **ASPIRIN)
    assert "Quiet hands" in page
    assert "For two" not in page
    assert client.get(f"{url}review/")["Location"] == f"{url}questions/"
    taken = client.post(f"{url}treatment/", {"option": gentle.pk})
    client.post(taken["Location"])
    appointment = Appointment.objects.get()

    assert taken["Location"] == f"{url}review/"
    assert (appointment.status, appointment.option) == (Status.BOOKED, gentle)


@pytest.mark.parametrize("option", ["", "x", "-1", "1" * 30, "999999", "\u0661"])
def test_an_unknown_treatment_is_refused(client: Client, url: str, option: str) -> None:
    say(client, url)
    response = client.post(f"{url}treatment/", {"option": option})

    assert response.status_code == 422
    assert Appointment.objects.get().status == Status.HOLD


def test_an_accommodation_is_posted_with_the_fields_of_the_page(client: Client, url: str) -> None:
    page = parse(client.get(f"{url}questions/").content.decode())
    [name] = [box.get("name", "") for box in page.iter("input") if box.get("value") == "breaks"]

    assert say(client, url, **{name: "breaks"}).status_code == 303
    assert decrypt_record(Screening.objects.get()).preferences.accommodations == ("breaks",)


def test_an_accommodation_extends_the_appointment_and_says_so(client: Client, url: str) -> None:
    AccommodationRuleFactory(accommodation="breaks", extra_minutes=10)
    page = client.get(f"{url}questions/").content.decode()
    say(client, url, accommodation=["breaks", "outside"])

    assert "10 minutes longer, same price" in text_of(parse(page))
    assert "70 minutes" in client.get(f"{url}review/").content.decode()


def test_an_extension_without_free_time_is_refused_with_a_message(
    client: Client, scene: Scene, url: str
) -> None:
    AccommodationRuleFactory(accommodation="breaks", extra_minutes=10)
    AppointmentFactory(
        therapist=scene.therapist, room=scene.rooms[0], starts_at=on(24, 11, 15), event=None
    )
    response = say(client, url, accommodation="breaks")
    page = response.content.decode()

    assert_valid(page)
    assert response.status_code == 409
    assert "not enough time after this start" in page
    assert 'id="id_accommodation_breaks" checked' in compact(page)


def test_answers_are_kept_on_return(client: Client, url: str) -> None:
    say(client, url, none="", q22="on", **{"q22-more": "nuts", "q22-text": "walnuts"})
    page = client.get(f"{url}questions/").content.decode()

    assert 'id="id_q22-more_nuts" checked' in compact(page)
    assert 'value="walnuts"' in page


def test_an_expired_hold_is_taken_again_with_the_answers(
    client: Client, url: str, settings: Settings
) -> None:
    settings.CLINIC_CLOCK += timedelta(minutes=11)
    response = say(client, url)
    review = client.get(response["Location"])

    assert response["Location"] != f"{url}review/"
    assert review.status_code == 200
    assert client.post(response["Location"]).status_code == 303
    assert Appointment.objects.get(status=Status.BOOKED).screenings.count() == 1


def test_personal_details_are_asked_after_the_questions(scene: Scene) -> None:
    client = Client()
    address = hold_url(client, scene, on(25, 10))

    assert client.get(address)["Location"] == f"{address}questions/"
    assert client.post(f"{address}questions/", all_no())["Location"] == address
    assert client.get(address).status_code == 200


def test_all_that_is_missing_is_said_at_once(client: Client, url: str) -> None:
    page = client.post(f"{url}questions/", {**all_no(), "none": "", "consent": ""})
    errors = page.context["form"].errors

    assert set(errors) == {"none", "consent"}


def test_answers_ticked_by_mistake_can_be_changed_without_choosing_a_time_again(
    client: Client, url: str
) -> None:
    page_after(client, url, none="", q1="chest-pain")
    form = client.get(f"{url}questions/?again=1").content.decode()
    again = say(client, url)

    assert 'value="chest-pain"' in form
    assert again["Location"].endswith("/review/")
    assert again["Location"] != f"{url}review/"


def test_whoever_has_not_typed_a_phone_number_is_asked_where_to_call(scene: Scene) -> None:
    client = Client()
    url = hold_url(client, scene, on(25, 10))
    page_after(client, url, none="", q9="on", **{"q9-more": "thinner"})
    empty = client.post(f"{url}call-back/", {"name": "", "phone": ""})
    asked = client.post(f"{url}call-back/", {"name": "Ana Reader", "phone": "312 555 0142"})
    page = client.get(asked["Location"]).content.decode()

    assert empty.status_code == 422
    assert set(empty.context["callback_form"].errors) == {"name", "phone"}
    assert "We will call you back." in page
    assert page.index("We will call you back.") < page.index("What happens now")


def test_the_link_of_the_appointment_shows_no_answers(client: Client, url: str) -> None:
    say(client, url, none="", q22="on", **{"q22-more": "nuts"})
    booked = client.post(f"{url}review/")

    assert client.get(f"{url}questions/")["Location"] == booked["Location"]
    assert "nuts" not in client.get(booked["Location"]).content.decode().lower()


def test_a_signed_in_patient_with_answers_gets_the_short_set(
    scene: Scene, settings: Settings
) -> None:
    user = UserFactory()
    ScreeningFactory(appointment__patient__user=user, answer_set=answer_set("q9/aspirin"))
    settings.CLINIC_CLOCK += timedelta(days=3)
    browser = browser_of(user)
    check = hold_url(browser, scene, on(27, 10))
    page = browser.get(check).content.decode()
    browser.post(check, all_no())
    row = Screening.objects.get(question_set="short")

    assert "nothing else has changed since 23 Nov" in text_of(parse(page))
    assert 'name="q2"' in page
    assert 'name="q9"' not in page
    assert decrypt_record(row).answer_set.answer_keys() == {("q9", "aspirin")}


def test_a_guest_always_gets_the_full_set(scene: Scene) -> None:
    client = Client()
    ScreeningFactory(appointment__patient__email=ANA["email"])
    address = hold_url(client, scene, on(25, 10))
    client.post(address, ANA)

    assert 'name="q9"' in client.get(f"{address}questions/").content.decode()


@pytest.mark.parametrize("said", [{}, ASPIRIN, THINNER])
def test_the_number_of_queries_is_small(client: Client, url: str, said: dict[str, str]) -> None:
    say(client, url, **said)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{url}questions/")

    assert len(queries) <= (14 if said != ASPIRIN else 16)
