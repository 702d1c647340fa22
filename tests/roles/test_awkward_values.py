"""No address answers with an error of the program, whatever is sent to it and by whom.

First every address with every parameter at once, then mixtures drawn by hypothesis: always the
same ones, so that a failure stays one. HYPOTHESIS_EXAMPLES draws more.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django import forms
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ModuleDatabase
from tests.roles.rows import PEOPLE
from tests.roles.table import ROWS
from tests.roles.test_roles import who_is_first
from tests.roles.world import World, make_world

ROOT = Path(__file__).resolve().parents[2]
FORM, JSON, PARTS = (
    "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x",
)  # fmt: skip

AWKWARD = (
    "", "%00", "%FF", "%ED%A0%80", "%E2%80%AE", "%0D%0AX-Header:1", "%F0%9F%92%A9", "%25%32%30",
    "-1", "0", "9" * 30, "1e400", "NaN", "0x10", "%D9%A1%D9%A2", "1.5", "%C2%B2",
    "//%5B::1", "http://%5Bevil", "https://clinic.example:99999/", "javascript:alert(1)",
    "%2F%2Fevil.example", "%2e%2e%2f", "/desk/%00",
    "0000-00-00", "0001-01-01", "9999-12-31", "2026-02-30", "10000-01-01", "2026-W53-8", "24:60",
    "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-12:00", "2026-11-24T10:00",
    "2026-11-24T10:00:00%2B99:99", "2026-03-08T02:30:00", "00000000-0000-0000-0000-000000000000",
    "[]", "%7B%22a%22:1%7D", "true", "None", "a" * 5000, "'\"%3Cscript%3E", "%5C", "*", ":", ",",
)  # fmt: skip
"""As they stand in an address or in the body of a form."""
HEADERS: Mapping[str, tuple[str, ...]] = {
    "HTTP_HOST": ("[::1", "evil.example", "testserver:99999", "\x00"),
    "HTTP_REFERER": ("//[::1", "http://[evil", "\xff"),
    "HTTP_ORIGIN": ("null", "http://[evil"),
    "HTTP_X_FORWARDED_FOR": ("[::1", "1.2.3.4:5", ",,,", "9" * 300),
    "HTTP_ACCEPT_LANGUAGE": ("*;q=x", "a" * 600, "\xff"),
    "HTTP_ACCEPT_ENCODING": ("gzip;q=zero", "\xff"),
    "HTTP_IF_MODIFIED_SINCE": ("yesterday", "Mon, 99 Foo 9999 99:99:99 GMT"),
    "HTTP_IF_NONE_MATCH": ('"', "W/", "*"),
    "HTTP_RANGE": ("bytes=9-1", "bytes=-"),
    "HTTP_COOKIE": (
        "session=\x00",
        "csrf=;;=",
        "booking=%00; preferences=:::",
        "session=" + "a" * 5000,
    ),
    "HTTP_HX_REQUEST": ("true", "\xff"),
    "HTTP_HX_CURRENT_URL": ("http://[evil", "//[::1"),
    "CONTENT_LENGTH": ("x", "-1"),
    "CONTENT_TYPE": ("", "text/plain; charset=none", "application/json; charset=utf-16"),
}


def parameter_names() -> list[str]:
    """The fields of all forms, and what views read of their own accord."""
    assert get_resolver().url_patterns  # imports all forms
    names = {"page", "p", "o", "e", "all", "_popup", "_to_field", "next", "status__exact"}
    pending = list(forms.BaseForm.__subclasses__())
    while pending:
        form = pending.pop()
        pending += form.__subclasses__()
        names |= set(getattr(form, "base_fields", {}))
    read = re.compile(r"(?:GET|POST)(?:\.get|\.getlist)?[\[(]\"([\w-]+)\"")
    for package in ("booking", "articles", "clinic"):
        for file in (ROOT / package).rglob("*.py"):
            names |= set(read.findall(file.read_text()))
    return sorted(names)


NAMES = parameter_names()
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "50"))


@pytest.fixture(scope="module")
def shared_world(module_database: ModuleDatabase) -> World:
    with module_database():
        return make_world()


@pytest.fixture
def world(shared_world: World, frozen_clock: datetime, db: None) -> World:
    return replace(shared_world, person="anyone")


def status_of(
    world: World, method: str, address: str, query: str = "", body: str = "", **headers: Any
) -> int:
    """The status of an answer; what the request changed is undone."""
    client = Client(raise_request_exception=False)
    client.cookies = world.browser().cookies
    content_type = headers.pop("CONTENT_TYPE", FORM)
    with transaction.atomic():
        response: Any = client.generic(
            method, address, body, content_type, QUERY_STRING=query, **headers
        )
        transaction.set_rollback(True)
    return int(response.status_code)


def all_at_once(step: int) -> str:
    """Every parameter, each with another awkward value."""
    values = (AWKWARD[(place + step) % len(AWKWARD)] for place in range(len(NAMES)))
    return "&".join(f"{name}={value}" for name, value in zip(NAMES, values, strict=True))


def test_every_address_takes_every_parameter(world: World) -> None:
    """Read at one address, written to at the next; the mixtures below try both at all of them."""
    wrong = {}
    for step, (path, row) in enumerate(ROWS.items()):
        world.person = who_is_first(row)
        method, sent = ("GET", "POST")[step % 2], all_at_once(step)
        query, body = (sent, "") if method == "GET" else ("", sent)
        status = status_of(world, method, row.address(world), query, body)
        if status >= 500:
            wrong[path] = (world.person, status, step)

    assert len(NAMES) > 100
    assert wrong == {}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_values_that_were_errors_once_are_none(world: World, method: str) -> None:
    """An empty `_to_field`, and a page to go on to that is no path."""
    world.person = "superuser"
    row = ROWS["admin/booking/room/<path:object_id>/delete/"]
    assert status_of(world, method, row.address(world), "_to_field=", "_to_field=") < 500

    world.person = "therapist"
    sent = "next=9999-12-31T23:59:59-12:00"
    assert status_of(world, method, "/desk/lock/", sent, sent) < 500


@pytest.mark.parametrize(
    "address",
    ["/accounts/login/", "/accounts/login/code/", "/accounts/reauthenticate/", "/desk/locked/"],
)
@pytest.mark.parametrize("next_page", ["//[::1", "http://[evil", "http://a:b:c/", "\\\\[x"])
def test_an_address_to_go_on_to_that_cannot_be_read_is_ignored(
    world: World, address: str, next_page: str
) -> None:
    world.person = "anyone" if "login" in address else "therapist"
    sent = f"next={quote(next_page)}"

    assert status_of(world, "GET", address, sent) < 500
    body = f"{sent}&login=a%40b.example&password=x&email=a%40b.example"
    assert status_of(world, "POST", address, sent, body) < 500


AN_ADDRESS = st.sampled_from(sorted(ROWS))
A_VALUE = st.sampled_from(AWKWARD) | st.text(max_size=20).map(
    lambda text: quote(text.encode(errors="surrogatepass"))
)
SENT = st.lists(st.tuples(st.sampled_from(NAMES), A_VALUE), max_size=6).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)
SOME_HEADERS = st.lists(
    st.sampled_from([(name, value) for name, values in HEADERS.items() for value in values]),
    max_size=2,
).map(dict)
BODIES = SENT | st.sampled_from(
    ["%", "=&=&", "\x00", "[" * 500, "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n"]
)


@settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    path=AN_ADDRESS,
    person=st.sampled_from(PEOPLE),
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT"]),
    part=st.none() | st.sampled_from([value for value in AWKWARD if value]),
    query=SENT,
    body=BODIES,
    headers=SOME_HEADERS,
    content_type=st.sampled_from([FORM, JSON, PARTS]),
)
def test_no_mixture_is_an_error(
    world: World,
    path: str,
    person: str,
    method: str,
    part: str | None,
    query: str,
    body: str,
    headers: dict[str, str],
    content_type: str,
) -> None:
    world.person = person
    address = ROWS[path].address(world)
    if part is not None:
        folders = address.split("/")
        folders[len(path) % len(folders)] = part[:200]
        address = "/" + "/".join(folders).lstrip("/")

    sent = {"CONTENT_TYPE": content_type} | headers
    assert status_of(world, method, address, query, body, **sent) < 500
