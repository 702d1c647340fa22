"""The headers that protect a visitor, on every kind of answer."""

import re
from collections.abc import Callable, Mapping
from functools import partial

import pytest
from playwright.sync_api import APIRequestContext, APIResponse

from tests.browser.conftest import Open
from tests.browser.steps import SWEDISH, book, reach_review

pytestmark = pytest.mark.browser

Answer = Callable[[APIRequestContext], APIResponse]


def _get(address: str, request: APIRequestContext) -> APIResponse:
    return request.get(address, max_redirects=0)


def _post_without_token(request: APIRequestContext) -> APIResponse:
    return request.post(f"/book/{SWEDISH}/", form={"option": "1"}, max_redirects=0)


def _static(request: APIRequestContext) -> APIResponse:
    found = re.search(r'/static/[^"]+\.css', request.get("/").text())
    assert found is not None
    return request.get(found[0])


def _hold(request: APIRequestContext) -> APIResponse:
    return _press(request, r'name="start" value="([^"]+)"', "")


def _unreadable(request: APIRequestContext) -> APIResponse:
    return _press(request, r'name="start" value="([^"]+)"', "no time at all")


def _press(request: APIRequestContext, pattern: str, instead: str) -> APIResponse:
    """Press the first time, as a browser does; or send something else in its place."""
    html = request.get(f"/book/{SWEDISH}/").text()
    values = {
        "csrfmiddlewaretoken": r'csrfmiddlewaretoken" value="([^"]+)"',
        "option": r'type="hidden" name="option" value="([^"]+)"',
        "start": pattern,
    }
    form: dict[str, str | float | bool] = {}
    for name, where in values.items():
        found = re.search(where, html)
        assert found is not None, name
        form[name] = found[1]
    if instead:
        form["start"] = instead
    return request.post(f"/book/{SWEDISH}/", form=form, max_redirects=0)


ANSWERS: Mapping[str, tuple[int, Answer]] = {
    "page": (200, partial(_get, "/")),
    "page of times": (200, partial(_get, f"/book/{SWEDISH}/")),
    "JSON": (200, partial(_get, "/healthz")),
    "XML": (200, partial(_get, "/sitemap.xml")),
    "text": (200, partial(_get, "/robots.txt")),
    "elsewhere": (302, partial(_get, "/favicon.ico")),
    "after a POST": (303, _hold),
    "bad address": (400, partial(_get, f"/book/{SWEDISH}/?day=never")),
    "bad form": (400, _unreadable),
    "form without its token": (403, _post_without_token),
    "no such page": (404, partial(_get, "/no/such/page/")),
    "no such file": (404, partial(_get, "/static/no-such-file.css")),
    "no such appointment": (404, partial(_get, "/appointments/none/")),
    "wrong method": (405, partial(_get, "/book/hold/none/extend/")),
    "refused length": (422, partial(_get, f"/book/{SWEDISH}/?option=999999")),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_answer_has_the_security_headers(kind: str, open_context: Open) -> None:
    status, ask = ANSWERS[kind]
    answer = ask(open_context().request)
    headers = answer.headers
    policy = headers.get("content-security-policy", "")
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))

    assert answer.status == status
    assert "unsafe" not in policy
    assert "*" not in policy
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert directives["form-action"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "geolocation=()" in headers["permissions-policy"]


def test_a_style_sheet_has_the_headers_that_concern_it(open_context: Open) -> None:
    headers = _static(open_context().request).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_personal_pages_are_not_cached(open_context: Open) -> None:
    context = open_context()
    page = context.new_page()
    hold = reach_review(page)
    booked = book(open_context().new_page())
    personal = [hold, page.url, booked, "/appointments/none/", "/book/hold/none/"]
    kept = {
        address: context.request.get(address).headers.get("cache-control", "")
        for address in personal
    }

    assert [address for address, said in kept.items() if "no-store" not in said] == []


def test_cookies_are_httponly_and_samesite(open_context: Open) -> None:
    context = open_context()
    page = context.new_page()
    page.goto(f"/book/{SWEDISH}/?therapist=&part=evening")
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}

    assert sorted(cookies) == ["booking", "csrf", "preferences"]
    assert all(cookie["httpOnly"] for cookie in cookies.values())
    assert {cookie["sameSite"] for cookie in cookies.values()} == {"Lax"}
    assert page.evaluate("document.cookie") == ""
