"""Sign-in tries are limited by counters in the database, shared by all processes."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from booking.models import Notification, RateLimitCounter, Role
from tests.booking.access.conftest import Later
from tests.people import add_recovery_codes, app_code, member, second_step, sign_in

pytestmark = pytest.mark.postgresql

ASK, ENTER = "/accounts/login/code/", "/accounts/login/code/confirm/"


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    settings.ABUSE_LIMITS = True


def from_address(number: int) -> dict[str, Any]:
    return {"REMOTE_ADDR": f"203.0.113.{number}"}


def test_ten_passwords_can_be_tried_for_an_email_in_ten_minutes(
    later: Later,
) -> None:
    user = member(Role.FRONTDESK)
    data = {"login": user.email, "password": "wrong"}
    answers = [Client().post("/accounts/login/", data, **from_address(n)) for n in range(12)]

    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2
    assert re.search(r"\d+", answers[-1]["Retry-After"])
    assert sign_in(Client(), user).status_code == 429, "the right one does not help either"
    later(minutes=10)
    assert sign_in(Client(), user).status_code == 302


def test_sixty_passwords_can_be_tried_from_an_ip_address() -> None:
    answers = [
        Client().post("/accounts/login/", {"login": f"a{n}@b.example", "password": "wrong"})
        for n in range(61)
    ]

    assert {answer.status_code for answer in answers[:60]} == {422}
    assert answers[60].status_code == 429


def test_five_codes_are_mailed_to_an_address_in_ten_minutes() -> None:
    answers = [
        Client().post(ASK, {"email": "Ana@reader.example"}, **from_address(n)) for n in range(6)
    ]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert Notification.objects.count() == 5


def test_the_limit_on_codes_is_the_same_for_staff() -> None:
    email = member(Role.OWNER).email
    answers = [Client().post(ASK, {"email": email}).status_code for _ in range(6)]

    assert answers == [302] * 5 + [429]


def test_thirty_codes_can_be_tried_from_an_ip_address() -> None:
    answers = []
    for n in range(11):
        client = Client()
        client.post(ASK, {"email": f"a{n}@b.example"}, **from_address(n))
        answers += [client.post(ENTER, {"code": "BBBB-BBBB"}).status_code for _ in range(3)]

    assert answers[:30] == [422, 422, 302] * 10
    assert answers[30:] == [429] * 3


def test_ten_second_steps_can_be_tried_for_a_member_of_staff(later: Later) -> None:
    user = member(Role.FRONTDESK)
    codes = add_recovery_codes(user)
    client = Client()
    sign_in(client, user)
    answers = [second_step(client, "000000").status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]
    assert second_step(client, app_code()).status_code == 429
    assert second_step(client, codes[0]).status_code == 429
    later(minutes=10)
    assert second_step(client, app_code()).status_code == 302


def test_passkey_tries_from_an_ip_address_are_limited(client: Client) -> None:
    answers = [
        client.post("/accounts/2fa/webauthn/login/", {"credential": '{"id": "AA"}'}).status_code
        for _ in range(61)
    ]

    assert answers == [302] * 60 + [429]


def test_counters_store_no_addresses() -> None:
    cache.clear()
    Client().post("/accounts/login/", {"login": "ana@reader.example", "password": "wrong"})

    assert RateLimitCounter.objects.count() == 2
    assert "ana" not in str(list(RateLimitCounter.objects.values()))
