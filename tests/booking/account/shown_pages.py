"""The text of a page, which must be valid."""

from django.test import Client

from tests.html import assert_valid, text_of


def page(browser: Client, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return text_of(assert_valid(response.content.decode()))
