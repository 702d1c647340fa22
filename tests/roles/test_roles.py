"""Every address, for every role, with own and with foreign parts in it, read and written to.

Every other method is tried by somebody who gets in, at every address; and by everybody else at
one address of each gate, since a gate stands before the view and looks at no method.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

from booking.models import User
from clinic.lib.dates import clock
from tests.conftest import ModuleDatabase
from tests.people import browser_of
from tests.roles.rows import ALL, PEOPLE, Row
from tests.roles.table import AREAS, ROWS
from tests.roles.test_access_marks import EXPECTED, every_address
from tests.roles.world import World, make_world

READING = ("GET", "HEAD", "OPTIONS")
OF_FORMS = ("GET", "HEAD", "POST")
METHODS = (*OF_FORMS, "PUT", "PATCH", "DELETE", "OPTIONS")
MAIN = ("GET", "POST")
AS_SUPERUSER = ("HEAD",)
"""A superuser may do what the owner may, who tries GET and POST: here GET without the body."""
OTHERS = tuple(method for method in METHODS if method not in MAIN)
SEEN_BY_ALL = {"", "book/", "accounts/login/", "articles/"}
"""Public pages that a deactivated user requests."""
CHANGES = re.compile(r"^(INSERT INTO|UPDATE|DELETE FROM) \"(\w+)\"")
MAY_NOTE = {
    "django_session", "booking_usersession", "mfa_authenticator", "booking_auditentry",
    "booking_calendarfeed",
}  # fmt: skip
"""What reading may write: where a browser is in the middle of and when it was last used, that
codes were shown, who looked at what, and when a calendar program last read a feed."""


@pytest.fixture(scope="module")
def shared_world(module_database: ModuleDatabase) -> World:
    """Made once: whatever a try changes is undone."""
    with module_database():
        return make_world()


@pytest.fixture
def world(shared_world: World, frozen_clock: datetime, db: None, settings: Settings) -> World:
    """The world, with nobody's turn yet; what the test adds to it is undone.

    The sessions are made once. allauth goes by the real time, and a busy machine may need longer
    than its five minutes.
    """
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 3600
    return replace(shared_world, person="anyone")


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

    assert set(found) == set(ROWS), (
        "List a new address in the table of its area: tests/roles/desk.py, public.py, me.py, ..."
    )
    assert [path for path, times in Counter(found).items() if times > 1] == []
    assert sum(len(area.ROWS) for area in AREAS) == len(ROWS)


def test_addresses_are_tried_with_parts_of_other_users() -> None:
    """Except those of which the pattern itself allows only one."""
    parts = {path: row for path, row in ROWS.items() if "<" in path and "(?P<" not in path}
    found = [path for path, row in parts.items() if not (row.own and row.foreign)]

    assert found == []


@pytest.mark.parametrize(
    "person",
    [
        pytest.param(person, marks=[pytest.mark.postgresql] * (person == "owner"))
        for person in PEOPLE
    ],
)
def test_every_role_can_open_exactly_its_addresses(person: str, world: World) -> None:
    tries = [
        (path, foreign, method)
        for path, foreign in places_for(person)
        for method in (AS_SUPERUSER if person == "superuser" else MAIN)
    ]

    assert wrong_answers(world, person, tries) == []


@pytest.mark.parametrize("person", ["superuser", "therapist", "anyone"])
def test_other_methods_are_refused_for_users_with_access(person: str, world: World) -> None:
    """Of the three, one gets in everywhere; each address is tried by the first that does."""
    firsts = {path: who_is_first(row) for path, row in ROWS.items()}
    tries = [
        (path, False, method)
        for path, first in firsts.items()
        if first == person
        for method in OTHERS
        if method not in AS_SUPERUSER or person != "superuser"  # tried above
    ]

    assert tries
    assert wrong_answers(world, person, tries) == []


def who_is_first(row: Row) -> str:
    """Who tries the other methods: somebody who gets in, or else anybody."""
    gets_in = (person for person in ("superuser", "therapist") if row.outcome(person) == "in")
    return next(gets_in, "anyone")


def test_a_superuser_can_open_what_the_owner_can() -> None:
    differing = [
        path for path, row in ROWS.items() if row.outcome("superuser") != row.outcome("owner")
    ]

    assert differing == []


@pytest.mark.parametrize("person", PEOPLE)
def test_no_gate_looks_at_the_method(person: str, world: World) -> None:
    """One address of each gate, and of each group of people who get in there."""
    kinds = {(EXPECTED[path], tuple(row.who.items())): path for path, row in ROWS.items()}
    methods = ("POST", *OTHERS)
    tries = [(path, False, method) for path in kinds.values() for method in methods]

    assert len(tries) >= len(methods) * len({*EXPECTED.values()})
    assert wrong_answers(world, person, tries) == []


NOT_YET: dict[str, Any] = {
    "before the second step": (lambda user: browser_of(user, proven=False), "/accounts/2fa/reauth"),
    "without any second step": (without_factor, "/accounts/2fa/?next="),
    "after fifteen idle minutes": (idle, "/desk/locked/?next="),
    "after twelve hours": (long_ago, "/accounts/login/?next="),
}


@pytest.mark.parametrize("state", NOT_YET)
def test_no_page_of_the_desk_opens_before_all_checks_pass(state: str, world: World) -> None:
    """Not one, whatever its number; only the lock screen itself opens to the idle."""
    browser_for, expected = NOT_YET[state]
    gates = {"desk_gate", "owner_gate"} | ({"lock_screen_gate"} if "idle" not in state else set())
    addresses = {row.address(world): EXPECTED[p] for p, row in ROWS.items() if EXPECTED[p] in gates}
    every_method = {gate: address for address, gate in addresses.items()}
    browser = browser_for(world.people["owner"])
    found = {
        (method, address): tried(browser, method, address)
        for address, gate in addresses.items()
        for method in (METHODS if every_method[gate] == address else MAIN)
    }

    assert len(addresses) >= 6
    assert {name for name, answer in found.items() if not leads_to(answer, expected)} == set()


def tried(browser: Client, method: str, address: str) -> Any:
    """The answer to a browser with the cookies it has; what the answer changed is undone."""
    cookies = deepcopy(browser.cookies)
    with transaction.atomic():
        response = browser.generic(method, address)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return response


def every_place() -> Iterator[tuple[str, bool]]:
    """Every address with own parts, and with foreign ones."""
    for path, row in ROWS.items():
        yield path, False
        if row.foreign:
            yield path, True


def places_for(person: str) -> Iterator[tuple[str, bool]]:
    """The places that somebody tries.

    The site knows a deactivated user as little as anyone, so public pages are the same for both.
    """
    yield from (
        (path, foreign)
        for path, foreign in every_place()
        if person != "deactivated" or ROWS[path].who is not ALL or path in SEEN_BY_ALL
    )


def wrong_answers(world: World, person: str, tries: list[tuple[str, bool, str]]) -> list[str]:
    """Where somebody got another answer than the table says."""
    world.person = person
    wrong = []
    for path, foreign, method in tries:
        row = ROWS[path]
        expected = expected_of(row, person, foreign=foreign, method=method)
        found = outcome_of(world, row, foreign=foreign, method=method)
        if found not in expected:
            wrong.append(f"{method} {path}{' (foreign)' if foreign else ''}: {found}")
    return wrong


def expected_of(row: Row, person: str, *, foreign: bool, method: str) -> set[str]:
    """A page that does not know the method says so to those who get in, and may to others."""
    outcome = row.outcome(person, foreign=foreign)
    if outcome in ("in", "not found"):
        return {outcome, "no such method"} if method in OF_FORMS else {"no such method"}
    return {outcome} if method in OF_FORMS else {outcome, "no such method"}


def outcome_of(world: World, row: Row, *, foreign: bool, method: str) -> str:
    """What happens, in a word. Whatever it changed is undone; reading must change nothing."""
    address = row.address(world, foreign=foreign)
    changed: set[str] = set()

    def note_change(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if change := CHANGES.match(sql):
            changed.add(change[2])
        return execute(sql, *rest)

    with connection.execute_wrapper(note_change), transaction.atomic():
        response = world.browser().generic(method, address)
        transaction.set_rollback(True)
    if method in READING:
        assert changed - MAY_NOTE == set(), address
    return outcome_word(response)


def outcome_word(response: Any) -> str:
    status = response.status_code
    assert status < 500
    if status in (302, 303) and response["Location"].startswith("/accounts/login/?next="):
        return "sign in"
    asked = response.request["PATH_INFO"]
    if status == 302 and asked.startswith(("/admin/", "/me/")):
        elsewhere = {"/desk/": "to the desk", "/admin/articles/article/": "to the back office"}
        return elsewhere.get(response["Location"], "in")
    words = {403: "refused", 404: "not found", 405: "no such method", 410: "not found"}
    return words.get(status, "in")
