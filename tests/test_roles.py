"""Every address, for every role, by every method, with own and with foreign parts in it."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from booking.models import User
from clinic.lib.dates import clock
from tests.people import browser_of
from tests.roles_editors import EDITORS_ROWS
from tests.roles_health import HEALTH_ROWS
from tests.roles_office import OFFICE_ROWS
from tests.roles_table import PEOPLE, Row
from tests.roles_table import ROWS as MOST_ROWS
from tests.test_doors import EXPECTED, every_address
from tests.world import World, make_world

ROWS = {**MOST_ROWS, **OFFICE_ROWS, **HEALTH_ROWS, **EDITORS_ROWS}
READING = ("GET", "HEAD", "OPTIONS")
OF_FORMS = ("GET", "HEAD", "POST")
METHODS = (*OF_FORMS, "PUT", "PATCH", "DELETE", "OPTIONS")
CHANGES = re.compile(r"^(INSERT INTO|UPDATE|DELETE FROM) \"(\w+)\"")
MAY_NOTE = {"django_session", "mfa_authenticator", "booking_healthaccess"}
"""What reading may write: where a browser is in the middle of, that codes were shown, and who
has read something about health."""


@pytest.fixture
def world(frozen_clock: datetime, db: None) -> World:
    return make_world()


def without_factor(user: User) -> Client:
    Authenticator.objects.filter(user=user).delete()
    return browser_of(user, proven=False)


def idle(user: User) -> Client:
    return browser_of(user, at=clock.now() - timedelta(minutes=15))


def long_ago(user: User) -> Client:
    return browser_of(user, at=clock.now() - timedelta(hours=12))


def leads_to(response: Any, expected: str) -> bool:
    return response.status_code == 302 and response["Location"].startswith(expected)


def test_every_address_has_its_line_in_the_table() -> None:
    found = [path for path, _ in every_address(get_resolver().url_patterns)]

    assert set(found) == set(ROWS)
    assert [path for path, times in Counter(found).items() if times > 1] == []


def test_addresses_with_parts_are_tried_with_foreign_ones_too() -> None:
    """Except those of which the pattern itself allows only one."""
    parts = {path: row for path, row in ROWS.items() if "<" in path and "(?P<" not in path}
    found = [path for path, row in parts.items() if not (row.own and row.foreign)]

    assert found == []


@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_gets_in_where_they_should_and_nowhere_else(person: str, world: World) -> None:
    world.person = person
    wrong = []
    for path, row, foreign, method in every_try():
        expected = expected_of(row, person, foreign=foreign, method=method)
        found = outcome_of(world, row, foreign=foreign, method=method)
        if found not in expected:
            wrong.append(f"{method} {path}{' (foreign)' if foreign else ''}: {found}")

    assert wrong == []


NOT_YET: dict[str, Any] = {
    "before the second step": (lambda user: browser_of(user, proven=False), "/accounts/2fa/reauth"),
    "without any second step": (without_factor, "/accounts/2fa/?next="),
    "after fifteen idle minutes": (idle, "/desk/locked/?next="),
    "after twelve hours": (long_ago, "/accounts/login/?next="),
}


@pytest.mark.parametrize("state", NOT_YET)
def test_no_page_of_the_desk_opens_to_an_owner(state: str, world: World) -> None:
    """Not one, whatever its number and method; only the lock screen itself opens to the idle."""
    browser_for, expected = NOT_YET[state]
    gates = {"desk_gate", "owner_gate"} | ({"lock_screen_gate"} if "idle" not in state else set())
    addresses = [row.address(world) for path, row in ROWS.items() if EXPECTED[path] in gates]
    found = {
        (method, address): browser_for(world.people["owner"]).generic(method, address)
        for address in addresses
        for method in METHODS
    }

    assert len(addresses) >= 6
    assert {name for name, one in found.items() if not leads_to(one, expected)} == set()


def every_try() -> Iterator[tuple[str, Row, bool, str]]:
    for path, row in ROWS.items():
        yield from ((path, row, False, method) for method in METHODS)
        if row.foreign:  # which methods there are was tried with their own
            yield from ((path, row, True, method) for method in OF_FORMS)


def expected_of(row: Row, person: str, *, foreign: bool, method: str) -> set[str]:
    """A page that does not know the method says so to those who get in, and may to others."""
    outcome = row.outcome(person, foreign=foreign)
    if outcome in ("in", "not found"):
        return {outcome, "no such method"} if method in OF_FORMS else {"no such method"}
    return {outcome} if method in OF_FORMS else {outcome, "no such method"}


def outcome_of(world: World, row: Row, *, foreign: bool, method: str) -> str:
    """What happens, in a word. Whatever it changed is undone; reading must change nothing."""
    address = row.address(world, foreign=foreign)
    connection.queries_log.clear()  # it holds so many and then complains
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        response = world.browser().generic(method, address)
        transaction.set_rollback(True)
    if method in READING:
        found = (CHANGES.match(query["sql"]) for query in queries.captured_queries)
        assert {change[2] for change in found if change} - MAY_NOTE == set(), address
    return word_for(response)


def word_for(response: Any) -> str:
    status = response.status_code
    assert status < 500
    if status in (302, 303) and response["Location"].startswith("/accounts/login/?next="):
        return "sign in"
    asked = response.request["PATH_INFO"]
    if status == 302 and response["Location"] == "/desk/" and asked.startswith("/admin/"):
        return "to the desk"
    words = {403: "refused", 404: "not found", 405: "no such method", 410: "not found"}
    return words.get(status, "in")
