"""Public pages are rendered once a minute, but not for visitors who have their own to see there."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.messages.storage.session import SessionStorage
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from booking.models import ClinicProfile, Role
from clinic.lib.http import anonymous_cache
from clinic.lib.http.anonymous_cache import RENDER_SECONDS, cache_anonymously, find_cached_page
from clinic.serving import LimitedApplication, RequestQueue
from tests.clinic.open_clinic import EVERY_PAGE, open_clinic
from tests.people import member

PATIENCE = 20
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock", "cached_pages"),
]


def rename_clinic(name: str) -> None:
    ClinicProfile.objects.update(name=name)


def with_message(text: str) -> Client:
    """Return a browser whose session has a message."""
    client, request = Client(), HttpRequest()
    request.session = session = client.session
    waiting = [messages.storage.base.Message(messages.INFO, text)]
    SessionStorage(request)._store(waiting, HttpResponse())
    session.save()
    return client


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_page_is_rendered_once_a_minute_for_all_visitors(
    path: str, frozen_clock: datetime, settings: Settings, django_assert_num_queries: Any
) -> None:
    open_clinic()
    first = Client().get(path)
    rename_clinic("Another name")
    with django_assert_num_queries(0):
        second = Client(headers={"cookie": f"booking=x; csrf={'c' * 32}"}).get(path)

    assert second.content == first.content
    settings.CLINIC_CLOCK = frozen_clock + timedelta(seconds=60)
    assert "Another name" in Client().get(path).content.decode()


def test_an_unchanged_home_page_is_answered_with_304(client: Client) -> None:
    open_clinic()
    tag = client.get("/")["ETag"]

    assert client.get("/", headers={"if-none-match": tag}).status_code == 304


def test_a_message_is_shown_on_a_page_that_is_kept() -> None:
    open_clinic()
    Client().get("/")
    browser = with_message("You have signed out.")
    page = browser.get("/")

    assert "You have signed out." in page.content.decode()
    assert page["Cache-Control"] == "private, no-cache"
    assert "You have signed out." not in browser.get("/").content.decode()
    assert "You have signed out." not in Client().get("/").content.decode()


def test_staff_see_at_once_what_they_have_changed() -> None:
    open_clinic()
    Client().get("/")
    owner = Client()
    owner.force_login(member(Role.OWNER))
    rename_clinic("Another name")

    assert "Another name" in owner.get("/").content.decode()
    assert "Another name" not in Client().get("/").content.decode()


def request(path: str = "/", method: str = "GET", **environ: str) -> dict[str, Any]:
    return RequestFactory().generic(method, path, **environ).META  # type: ignore[arg-type]


def test_a_kept_page_is_sent_while_all_turns_are_taken() -> None:
    open_clinic()
    Client().get("/")

    def site(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"sent"]

    application = LimitedApplication(site, seconds=PATIENCE, queue=RequestQueue(0, 0))
    told: list[Any] = []
    application(request(), lambda *line: told.append(line[0]))
    application(request("/book/"), lambda *line: told.append(line[0]))
    assert told == ["200 OK", "503 Service Unavailable"]


@pytest.mark.parametrize(
    "wanted",
    [
        request("/?from=mail"),
        request("/treatments/"),
        request(method="POST"),
        request(HTTP_COOKIE="booking=x; session=y"),
        request(HTTP_COOKIE="booking=x; session =y"),
        request(HTTP_COOKIE="session\t=y"),
    ],
)
def test_other_requests_wait_for_their_turn(wanted: dict[str, Any]) -> None:
    open_clinic()
    Client().get("/")

    assert find_cached_page(request(HTTP_COOKIE="booking=x"))
    assert not find_cached_page(wanted)


def test_long_headers_of_languages_fill_no_memory() -> None:
    open_clinic()
    Client().get("/")
    anonymous_cache._language.cache_clear()

    for number in range(3):
        header = f"en,{'x' * 5000}{number}"
        assert find_cached_page(request(HTTP_ACCEPT_LANGUAGE=header))
    assert anonymous_cache._language.cache_info().currsize == 1


def test_an_old_page_is_sent_while_one_request_renders_it(
    frozen_clock: datetime, settings: Settings
) -> None:
    begun, released, words = Event(), Event(), iter(["old", "new", "never"])

    def render(_request: HttpRequest) -> HttpResponse:
        word = next(words)
        if word == "new":
            begun.set()
            released.wait(PATIENCE)
        return HttpResponse(word)

    view = cache_anonymously(render)

    def read() -> bytes:
        asked = WSGIRequest(request("/slow/"))
        asked.resolver_match = None
        return view(asked).content

    assert read() == b"old"
    settings.CLINIC_CLOCK = frozen_clock + timedelta(seconds=61)
    with ThreadPoolExecutor(1) as threads:
        renders = threads.submit(read)
        assert begun.wait(PATIENCE)
        assert read() == b"old"
        assert find_cached_page(request("/slow/"))
        released.set()
        assert renders.result() == b"new"
    assert read() == b"new"


def test_a_page_that_nobody_could_render_is_not_sent_for_ever(
    frozen_clock: datetime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter([0.0, 1.0, RENDER_SECONDS + 1.0])
    view = cache_anonymously(lambda _request: HttpResponse("page"))
    asked = WSGIRequest(request("/refused/"))
    asked.resolver_match = None
    view(asked)
    settings.CLINIC_CLOCK = frozen_clock + timedelta(seconds=61)
    monkeypatch.setattr("clinic.lib.http.anonymous_cache.time.monotonic", lambda: next(seconds))

    assert not find_cached_page(request("/refused/"))  # and then it is refused: too many requests
    assert find_cached_page(request("/refused/"))
    assert not find_cached_page(request("/refused/"))
