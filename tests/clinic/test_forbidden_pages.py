"""The page for 403 says which of its two reasons it has."""

import pytest
from django.test import Client

from booking.models import Role
from tests.factories import ClinicProfileFactory
from tests.people import browser_of, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


def test_somebody_of_another_role_is_led_to_their_own_start_page() -> None:
    ClinicProfileFactory()
    editor = browser_of(member(Role.EDITOR))

    page = editor.get("/desk/patients/")
    start = editor.get("/accounts/login/")

    assert page.status_code == 403
    assert "your account does not open it" in page.content.decode()
    assert 'href="/accounts/login/"' in page.content.decode()
    assert start["Location"] == "/admin/articles/article/"


def test_a_form_without_its_token_is_to_be_loaded_again() -> None:
    ClinicProfileFactory()
    browser = Client(enforce_csrf_checks=True)

    page = browser.post("/contact/message/", {})

    assert page.status_code == 403
    assert "load the page again" in page.content.decode()
