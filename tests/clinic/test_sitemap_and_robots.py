"""Sitemap, robots.txt, security.txt and favicon."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from booking.models import Therapist, Treatment
from tests.clinic.open_clinic import EVERY_PAGE, open_clinic
from tests.factories import OfferFactory, TherapistFactory
from tests.html import BASE_URL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def listed(client: Client) -> list[str]:
    response = client.get("/sitemap.xml", headers={"host": "localhost"})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(response.content)
    assert list(root.iter(f"{NAMESPACE}lastmod")) == []
    return [place.text or "" for place in root.iter(f"{NAMESPACE}loc")]


def test_the_sitemap_lists_every_page_on_the_address_of_the_site(client: Client) -> None:
    scene = open_clinic()
    expected = {BASE_URL + path for path in (*EVERY_PAGE, "/book/")}
    expected.add(f"{BASE_URL}/therapists/{scene.therapist.slug}/")

    assert sorted(listed(client)) == sorted(expected)


def test_every_page_of_the_sitemap_answers(client: Client) -> None:
    open_clinic()

    for address in listed(client):
        assert client.get(address.removeprefix(BASE_URL)).status_code == 200


def test_inactive_entries_are_not_in_the_sitemap(client: Client) -> None:
    open_clinic()
    Treatment.objects.update(is_active=False)
    Therapist.objects.update(is_active=False)

    assert [place for place in listed(client) if place.count("/") > 4] == []


def test_the_sitemap_takes_five_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        OfferFactory(therapist=TherapistFactory())
        with django_assert_num_queries(5):
            client.get("/sitemap.xml")


def test_robots_txt_excludes_personal_pages(client: Client) -> None:
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[0] == "User-agent: *"
    for path in ("/book/hold/", "/appointments/", "/desk/", "/me/", "/admin/", "/api/"):
        assert f"Disallow: {path}" in lines
    assert f"Sitemap: {BASE_URL}/sitemap.xml" in lines
    assert "Disallow: /" not in lines


def test_the_demo_asks_not_to_be_indexed(client: Client, settings: Settings) -> None:
    settings.DEMO = True

    assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"


def test_security_txt_follows_rfc_9116(client: Client, frozen_clock: datetime) -> None:
    open_clinic()
    response = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    expires = datetime.fromisoformat(fields["Expires"])

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:hello@clinic.example"
    assert fields["Canonical"] == f"{BASE_URL}/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "en"
    assert timedelta(days=90) < expires - frozen_clock < timedelta(days=365)


def test_there_is_no_security_txt_without_a_contact(client: Client) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


def test_favicon_ico_redirects_to_the_icon(client: Client) -> None:
    response = client.get("/favicon.ico")

    assert (response.status_code, response["Location"]) == (302, "/static/clinic/icons/favicon.svg")
