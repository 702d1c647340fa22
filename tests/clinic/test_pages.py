"""The public pages, also before the clinic is set up."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from booking.demo import content
from booking.models import OpeningHours
from booking.views.public.summary import BOOKING_STEPS
from tests.clinic.open_clinic import EVERY_PAGE, open_clinic
from tests.factories import (
    AppointmentFactory,
    ClosureFactory,
    OpeningHoursFactory,
    TherapistFactory,
)
from tests.html import BASE_URL, assert_valid, attribute, text_of
from tests.scene import on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

SITE_PAGES = ("/", "/about/", "/contact/", "/privacy/", "/accessibility/")
LISTS = ("/treatments/", "/therapists/")

# Whoever finds another way to promise too much adds it here.
CLAIMS = re.compile(
    r"massage (can |will |may |does |helps? to )?(treat|cure|heal|prevent|relieve|fix|ease)s?\b"
    r"|\b(cures|heals|relieves|prevents) |helps? (with )?(your )?(rls|restless)"
    r"|clinically|guarantee|toxin|detox|dopamine|circulation|endorphin"
    r"|\bbest\b|\bsafest\b|most effective|medical massage",
    re.IGNORECASE,
)


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    html: str = response.content.decode()
    return html


@pytest.mark.postgresql
@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_page_is_valid_without_inline_or_external_resources(client: Client, path: str) -> None:
    open_clinic()

    assert_valid(page(client, path))


@pytest.mark.postgresql
@pytest.mark.parametrize("path", [*SITE_PAGES, *LISTS])
def test_a_page_opens_before_the_clinic_is_set_up(client: Client, path: str) -> None:
    assert_valid(page(client, path))


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_page_opens_with_a_catalogue_but_no_clinic(client: Client, path: str) -> None:
    open_clinic().clinic.delete()

    assert_valid(page(client, path))


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_page_has_canonical_url_title_and_description(client: Client, path: str) -> None:
    open_clinic()
    document = assert_valid(page(client, path))

    assert attribute(document, "link", "href", rel="canonical") == [BASE_URL + path]
    assert attribute(document, "meta", "content", property="og:url") == [BASE_URL + path]
    [description] = attribute(document, "meta", "content", name="description")
    assert attribute(document, "meta", "content", property="og:description") == [description]
    [image] = attribute(document, "meta", "content", property="og:image")
    assert image.startswith(f"{BASE_URL}/static/")
    assert attribute(document, "meta", "content", property="og:type") == ["website"]
    assert attribute(document, "meta", "content", property="og:title")[0]


def test_no_two_pages_share_a_title_or_a_description(client: Client) -> None:
    open_clinic()
    heads = []
    for path in EVERY_PAGE:
        document = assert_valid(page(client, path))
        title = document.findtext("head/title")
        heads.append((title, *attribute(document, "meta", "content", name="description")))

    assert len({title for title, _ in heads}) == len({text for _, text in heads}) == len(EVERY_PAGE)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_has_links_to_call_and_to_book(client: Client, path: str) -> None:
    open_clinic()
    links = attribute(assert_valid(page(client, path)), "a", "href")

    assert "tel:+13125550100" in links
    assert any(link.startswith("/book/") for link in links)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_no_page_contains_a_forbidden_claim(client: Client, path: str) -> None:
    open_clinic()

    assert CLAIMS.findall(text_of(assert_valid(page(client, path)))) == []


def test_the_demo_contains_no_forbidden_claim() -> None:
    texts = [str(content.PROFILE.values())]
    texts += [str(vars(text).values()) for text in (*content.TREATMENTS, *content.THERAPISTS)]

    assert CLAIMS.findall(" ".join(texts)) == []


@pytest.mark.parametrize("sentence", [
    "Massage cures RLS", "massage can treat it", "Massage relieves pain",
    "helps your restless legs", "flushes toxins", "clinically proven", "the best massage",
])  # fmt: skip
def test_the_check_finds_forbidden_claims(sentence: str) -> None:
    assert CLAIMS.search(sentence)


@pytest.mark.postgresql
@pytest.mark.parametrize(("path", "queries"), [
    ("/", 7), ("/about/", 2), ("/contact/", 5), ("/privacy/", 3), ("/accessibility/", 2),
])  # fmt: skip
def test_queries_do_not_grow_with_what_is_on_file(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, path: str, queries: int
) -> None:
    scene = open_clinic()
    with django_assert_num_queries(queries):
        client.get(path)
    for hour in (10, 12, 14):
        TherapistFactory()
        ClosureFactory()
        AppointmentFactory(
            therapist=scene.therapist,
            room=scene.rooms[0],
            starts_at=on(24, hour),
            option__minutes=30,
        )
    with django_assert_num_queries(queries):
        client.get(path)


@pytest.mark.postgresql
def test_opening_hours_show_every_span_and_mark_today(client: Client) -> None:
    open_clinic()
    document = assert_valid(page(client, "/contact/"))
    text = text_of(document)

    assert "Saturday 9:00 am to 1:00 pm , 2:00 pm to midnight" in text
    assert "Sunday closed" in text
    assert "Monday (today) 9:00 am to 5:00 pm" in text
    assert "Monday to Friday: 9:00 am to 5:00 pm" in text


@pytest.mark.postgresql
def test_days_on_which_the_clinic_is_closed_are_named(
    client: Client, frozen_clock: datetime
) -> None:
    open_clinic()
    today = frozen_clock.date()
    ClosureFactory(name="Thanksgiving", first_day=today + timedelta(days=3))
    ClosureFactory(name="Next year's feast", first_day=today + timedelta(days=90))
    text = text_of(assert_valid(page(client, "/contact/")))

    assert "Thursday 26 November 2026: Thanksgiving" in text
    assert "feast" not in text


def test_the_directions_are_shown(client: Client) -> None:
    open_clinic()
    text = text_of(assert_valid(page(client, "/contact/")))

    assert "How to get in Ring the bell." in text
    assert "Wheelchair access No steps." in text


@pytest.mark.postgresql
def test_hours_that_end_before_they_start_are_refused_with_a_message() -> None:
    with pytest.raises(ValidationError, match="The end must be after the start"):
        OpeningHours(weekday=0, starts="17:00", ends="09:00").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningHoursFactory(starts="17:00", ends="09:00")


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_only_pages_for_anonymous_users_can_be_cached_publicly(client: Client, path: str) -> None:
    open_clinic()
    for_a_stranger = client.get(path)
    client.cookies["booking"] = "somebody"
    for_somebody = client.get(path)

    assert for_a_stranger["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"
    assert "Cookie" in for_a_stranger["Vary"]
    assert "Accept-Language" in for_a_stranger["Vary"]
    assert not for_a_stranger.cookies
    assert "csrfmiddlewaretoken" not in for_a_stranger.content.decode()
    assert for_somebody["Cache-Control"] == "private, no-cache"
    assert "Cookie" in for_somebody["Vary"]


def test_the_privacy_page_names_the_cookies_that_are_really_set(client: Client) -> None:
    open_clinic()
    client.get("/book/swedish/")
    text = text_of(assert_valid(page(Client(), "/privacy/")))

    assert client.cookies.keys() == {"csrf", "booking"}
    for name in client.cookies:
        assert f" {name} " in text


def test_the_demo_says_that_it_is_one(client: Client, settings: Settings) -> None:
    assert "This is a demo" not in page(client, "/privacy/")
    settings.DEMO = True

    assert "This is a demo" in page(client, "/privacy/")
    assert "Demo clinic: nothing here is real." in page(client, "/about/")


def test_the_home_page_tells_the_steps_of_a_booking_in_their_order(client: Client) -> None:
    open_clinic()
    shown = text_of(assert_valid(page(client, "/"))).partition("How booking works")[2]
    steps = ("Choose a time", "Answer a few health questions", "Say who you are")

    assert [str(step) for step in BOOKING_STEPS] == ["Time", "Questions", "Details", "Booked"]
    assert sorted(steps, key=shown.find) == list(steps)
    assert all(step in shown for step in steps)
