"""Treatments and therapists: what there is, who gives it, and when it is free next."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from booking.models import ClinicProfile, Offer, Option, Therapist, Treatment, WeeklyHours
from tests.clinic.open_clinic import open_clinic
from tests.factories import (
    AppointmentFactory,
    ClosureFactory,
    OfferFactory,
    OptionFactory,
    RoomFactory,
    TherapistFactory,
    TreatmentFactory,
    WeeklyHoursFactory,
)
from tests.html import assert_valid, text_of
from tests.scene import Scene, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
SWEDISH, ANA = "/treatments/swedish/", "/therapists/ana-marsh/"


@pytest.fixture
def scene() -> Scene:
    return open_clinic()


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return text_of(assert_valid(response.content.decode()))


def next_times(client: Client, path: str) -> list[tuple[str, dict[str, str]]]:
    """The words of each free time, and what its button sends."""
    document = assert_valid(client.get(path).content.decode())
    forms = [form for form in document.iter("form") if "/take/" in form.get("action", "")]
    if not forms:
        return []
    (form,) = forms
    hidden = {
        field.get("name", ""): field.get("value", "")
        for field in form.iter("input")
        if field.get("type") == "hidden"
    }
    buttons = [button for button in form.iter("button") if button.get("class") == "slot"]
    return [
        ((button.text or "").strip(), {**hidden, "start": button.get("value", "")})
        for button in buttons
    ]


def test_a_treatment_says_what_it_is_and_for_whom(client: Client, scene: Scene) -> None:
    Treatment.objects.update(
        summary="Long strokes.",
        description="Slow.\n\nEven.",
        who_for="Tired people.",
        what_to_expect="We talk first.",
        ask_first="If you take blood thinners.",
    )
    page = text(client, SWEDISH)

    assert "Swedish massage Long strokes." in page
    assert "What it is Slow. Even." in page
    assert "Who it suits Tired people." in page
    assert "What to expect We talk first." in page
    assert "Ask your doctor first If you take blood thinners." in page
    assert "See a doctor the same day." in page
    assert "60 min $85.00 to $95.00" in page


def test_a_treatment_page_lists_only_therapists_who_offer_it(client: Client, scene: Scene) -> None:
    TherapistFactory(name="Somebody Else")
    page = text(client, SWEDISH)

    assert "Ana Marsh" in page
    assert "Somebody Else" not in page


def test_the_next_times_are_the_soonest_of_each_part_of_the_day(
    client: Client, scene: Scene
) -> None:
    sent = {"option": str(scene.option.pk), "therapist": ""}
    assert next_times(client, SWEDISH) == [
        ("Mon 23 Nov, 2:00 pm", {**sent, "start": "2026-11-23T14:00:00-06:00"}),
        ("Tue 24 Nov, 9:00 am", {**sent, "start": "2026-11-24T09:00:00-06:00"}),
        ("Tue 24 Nov, 12:00 pm", {**sent, "start": "2026-11-24T12:00:00-06:00"}),
    ]


def test_the_button_of_a_next_time_holds_it(client: Client, scene: Scene) -> None:
    for _words, sent in next_times(client, SWEDISH):
        browser = Client(headers={"sec-fetch-site": "same-origin"})
        held = browser.post("/book/swedish/take/", sent)
        assert held.status_code == 303
        assert held["Location"].startswith("/book/hold/")


def test_a_full_week_shows_the_next_one(client: Client, scene: Scene) -> None:
    ClosureFactory(first_day=date(2026, 11, 23), last_day=date(2026, 12, 1))

    assert next_times(client, SWEDISH)[0][0] == "Wed 2 Dec, 9:00 am"


def test_without_free_times_the_page_asks_to_call(client: Client, scene: Scene) -> None:
    WeeklyHours.objects.all().delete()

    assert next_times(client, SWEDISH) == []
    assert "Please call us, and we will find one together." in text(client, SWEDISH)


def test_a_therapist_has_own_prices_languages_and_times(client: Client, scene: Scene) -> None:
    ana = Therapist.objects.get(slug="ana-marsh")
    WeeklyHoursFactory(therapist=ana, weekday=4, starts=time(17), ends=time(20))
    page = text(client, ANA)

    assert "Registered massage therapist Speaks English, Spanish" in page
    assert "Works slowly." in page
    assert "60 min $95.00" in page
    assert next_times(client, ANA)[0] == (
        "Fri 27 Nov, 5:00 pm",
        {
            "option": str(scene.option.pk),
            "therapist": "ana-marsh",
            "start": "2026-11-27T17:00:00-06:00",
        },
    )


def test_a_therapist_without_anything_to_book_has_a_page(client: Client, scene: Scene) -> None:
    Offer.objects.filter(therapist__slug="ana-marsh").delete()

    assert "Ana Marsh cannot be booked online at present." in text(client, ANA)


@pytest.mark.parametrize("path", ["/treatments/nothing/", "/therapists/nobody/"])
def test_an_unknown_address_is_404_with_a_message(client: Client, scene: Scene, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()


def test_inactive_entries_are_neither_listed_nor_found(client: Client, scene: Scene) -> None:
    Treatment.objects.update(is_active=False)
    Therapist.objects.filter(slug="ana-marsh").update(is_active=False)

    assert client.get(SWEDISH).status_code == client.get(ANA).status_code == 404
    assert "Swedish" not in text(client, "/treatments/")
    assert "Ana Marsh" not in text(client, "/therapists/")


def test_an_option_that_cannot_be_booked_has_no_price(client: Client, scene: Scene) -> None:
    extra = OptionFactory(treatment=scene.treatment, minutes=90, price=Decimal(120))
    OfferFactory(therapist=scene.therapist, option=extra)
    assert "90 min $120.00" in text(client, SWEDISH)
    Option.objects.filter(pk=extra.pk).update(is_active=False)

    assert "90 min" not in text(client, SWEDISH)


@pytest.mark.parametrize("path", ["/treatments/", "/therapists/", SWEDISH, ANA])
def test_pages_take_get_and_head_only(client: Client, scene: Scene, path: str) -> None:
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(("path", "queries"), [
    ("/treatments/", 4), ("/therapists/", 4), (SWEDISH, 14), (ANA, 11),
])  # fmt: skip
def test_the_query_count_does_not_depend_on_the_catalogue(
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    scene: Scene,
    path: str,
    queries: int,
) -> None:
    for weekday in range(5):
        WeeklyHoursFactory(therapist=Therapist.objects.get(slug="ana-marsh"), weekday=weekday)
    with django_assert_num_queries(queries):
        client.get(path)
    for hour in (10, 12, 14):
        more = OfferFactory(option=scene.option).therapist
        OfferFactory(option__treatment=TreatmentFactory(), therapist=more)
        for weekday in range(5):
            WeeklyHoursFactory(therapist=more, weekday=weekday)
        AppointmentFactory(
            therapist=more, room=RoomFactory(), option=scene.option, starts_at=on(24, hour)
        )
    with django_assert_num_queries(queries):
        client.get(path)


def test_a_full_week_costs_one_more_search(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, scene: Scene
) -> None:
    ClosureFactory(first_day=date(2026, 11, 23), last_day=date(2026, 12, 1))
    with django_assert_num_queries(20):
        client.get(SWEDISH)


def test_without_a_clinic_there_are_no_prices_and_no_times(client: Client, scene: Scene) -> None:
    ClinicProfile.objects.all().delete()

    assert "$" not in text(client, SWEDISH)
    assert next_times(client, SWEDISH) == next_times(client, ANA) == []
