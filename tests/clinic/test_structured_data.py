"""Structured data match the page and are escaped."""

from datetime import time
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from django.test import Client
from pytest_django import Settings

from booking.models import Therapist
from clinic.lib.dates.date_format import format_time
from clinic.lib.text.json_ld import to_script_tag
from tests.clinic.open_clinic import EVERY_PAGE, open_clinic
from tests.factories import ArticleFactory
from tests.html import BASE_URL, assert_valid, parse, structured_data, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

CLINIC = {
    "@type": "HealthAndBeautyBusiness",
    "@id": f"{BASE_URL}/#clinic",
    "name": "Test clinic",
}
KINDS = {
    "/": ["HealthAndBeautyBusiness"],
    "/contact/": ["HealthAndBeautyBusiness"],
    "/treatments/swedish/": ["Service", "BreadcrumbList"],
    "/therapists/ana-marsh/": ["Person", "BreadcrumbList"],
}


def read(client: Client, path: str) -> tuple[Element, dict[str, Any]]:
    """The page, and its structured data by type."""
    document = assert_valid(client.get(path).content.decode())
    found = structured_data(document)
    assert [data["@type"] for data in found] == KINDS.get(path, [])
    assert all(data["@context"] == "https://schema.org" for data in found)
    return document, {data["@type"]: data for data in found}


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_page_has_the_kinds_of_data_that_it_should(client: Client, path: str) -> None:
    open_clinic()
    read(client, path)


@pytest.mark.parametrize("path", ["/", "/contact/"])
def test_the_business_data_match_the_page(client: Client, path: str) -> None:
    clinic = open_clinic().clinic
    document, found = read(client, path)
    business, text = found["HealthAndBeautyBusiness"], text_of(document)

    assert business | CLINIC == business
    assert business["url"] == f"{BASE_URL}/"
    assert business["currenciesAccepted"] == "USD"
    for key in ("telephone", "email", "description", "priceRange", "currenciesAccepted"):
        assert business[key] in text
    assert business["priceRange"] == "$85.00 to $95.00"
    address = business["address"]
    assert address.pop("addressCountry") == clinic.country
    assert "United States" in text
    for value in address.values():
        assert value in text or value == "PostalAddress"


def test_the_identifier_of_the_clinic_stays_when_the_site_moves(
    client: Client, settings: Settings
) -> None:
    open_clinic()
    article_row = ArticleFactory()
    settings.BASE_URL = "https://new.example"
    business, article = (
        structured_data(parse(client.get(path).content.decode()))[0]
        for path in ("/", f"/articles/{article_row.slug}/")
    )

    assert business["url"] == "https://new.example/"
    assert {business["@id"], article["publisher"]["@id"]} == {CLINIC["@id"]}


def test_the_opening_hours_match_the_table(client: Client) -> None:
    open_clinic()
    document, found = read(client, "/contact/")
    text = text_of(document)
    hours = found["HealthAndBeautyBusiness"]["openingHoursSpecification"]

    assert len(hours) == 7
    for span in hours:
        day = span["dayOfWeek"].removeprefix("https://schema.org/")
        ends = time.fromisoformat(span["closes"])
        until = "midnight" if ends == time(23, 59) else format_time(ends)
        assert day in text
        assert f"{format_time(time.fromisoformat(span['opens']))} to {until}" in text


def test_a_treatment_has_its_durations_and_prices(client: Client) -> None:
    scene = open_clinic()
    document, found = read(client, "/treatments/swedish/")
    service = found["Service"]

    assert service["name"] == "Swedish massage"
    assert service["url"] == f"{BASE_URL}/treatments/swedish/"
    assert service["provider"] == CLINIC
    assert service["offers"] == [
        {
            "@type": "AggregateOffer",
            "name": "Swedish massage, 60 min",
            "priceCurrency": "USD",
            "lowPrice": "85.00",
            "highPrice": "95.00",
            "url": f"{BASE_URL}/book/swedish/?option={scene.option.pk}",
        }
    ]
    assert "60 min $85.00 to $95.00" in text_of(document)


def test_equal_prices_are_given_once(client: Client) -> None:
    open_clinic()
    Therapist.objects.filter(slug="ana-marsh").update(is_active=False)
    document, found = read(client, "/treatments/swedish/")
    [offer] = found["Service"]["offers"]

    assert (offer["@type"], offer["price"]) == ("Offer", "85.00")
    assert "60 min $85.00 Book" in text_of(document)


def test_a_therapist_has_the_credentials_that_the_clinic_entered(client: Client) -> None:
    open_clinic()
    document, found = read(client, "/therapists/ana-marsh/")
    person = found["Person"]

    assert person == {
        "@context": "https://schema.org",
        "@type": "Person",
        "name": "Ana Marsh",
        "url": f"{BASE_URL}/therapists/ana-marsh/",
        "jobTitle": "Registered massage therapist",
        "knowsLanguage": ["English", "Spanish"],
        "worksFor": CLINIC,
    }
    for text in (person["name"], person["jobTitle"], ", ".join(person["knowsLanguage"])):
        assert text in text_of(document)


def test_missing_values_are_left_out(client: Client) -> None:
    open_clinic()
    Therapist.objects.update(credentials="", languages="")
    _, found = read(client, "/therapists/ana-marsh/")

    assert "jobTitle" not in found["Person"]
    assert "knowsLanguage" not in found["Person"]


@pytest.mark.parametrize("path", ["/treatments/swedish/", "/therapists/ana-marsh/"])
def test_the_breadcrumb_matches_the_visible_one(client: Client, path: str) -> None:
    open_clinic()
    document, found = read(client, path)
    above, here = found["BreadcrumbList"]["itemListElement"]
    [crumb] = [
        link
        for nav in document.iter("nav")
        if nav.get("class") == "crumbs"
        for link in nav.iter("a")
    ]
    [heading] = document.iter("h1")

    assert (above["name"], above["item"]) == (crumb.text, BASE_URL + crumb.get("href", ""))
    assert (here["name"], here["item"]) == (heading.text, BASE_URL + path)
    assert (above["position"], here["position"]) == (1, 2)


def test_texts_cannot_close_the_script_element() -> None:
    script = to_script_tag({"name": "</script><script>alert(1)</script>&\u2028"})

    assert script.count("<") == script.count(">") == 2
    assert "&" not in script
    assert "\u2028" not in script


def test_markup_in_a_name_is_escaped(client: Client) -> None:
    open_clinic()
    Therapist.objects.filter(slug="ana-marsh").update(name="</script><b>Ana & Co")
    _, found = read(client, "/therapists/ana-marsh/")

    assert found["Person"]["name"] == "</script><b>Ana & Co"
