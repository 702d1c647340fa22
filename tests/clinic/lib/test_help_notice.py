"""The page after a form shows whom to call, and nothing but the session knows why."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from clinic.lib.http import help_notice
from clinic.lib.http.help_notice import is_help_shown, see_other_with_help

SENT = "/contact/message/sent/"


def request_to(address: str, session: dict[str, Any] | None) -> HttpRequest:
    request = RequestFactory().get(address)
    if session is not None:
        request.session = session  # type: ignore[assignment]
    return request


def test_the_address_is_the_same_whatever_was_written() -> None:
    session: dict[str, Any] = {}
    answers = [
        see_other_with_help(request_to("/contact/", session), SENT, text)
        for text in ("Where are you?", "I want to die")
    ]

    assert [answer["Location"] for answer in answers] == [SENT, SENT]
    assert is_help_shown(request_to(SENT, session))
    assert is_help_shown(request_to(SENT, session)), "a page that is reloaded shows it again"


def test_ordinary_texts_leave_no_trace_in_the_session() -> None:
    session: dict[str, Any] = {}
    see_other_with_help(request_to("/contact/", session), SENT, "Where are you?", "")

    assert session == {}


def test_other_pages_and_visitors_do_not_show_it() -> None:
    session: dict[str, Any] = {}
    see_other_with_help(request_to("/contact/", session), SENT, "I want to die")

    assert not is_help_shown(request_to("/contact/", session))
    assert not is_help_shown(request_to(SENT, {}))
    assert not is_help_shown(request_to(SENT, None)), "pages that are cached have no session"


def test_it_is_over_after_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {}
    see_other_with_help(request_to("/contact/", session), SENT, "I want to die")
    now = help_notice.time.time()
    monkeypatch.setattr(help_notice.time, "time", lambda: now + help_notice.SHOWN_FOR_SECONDS)

    assert not is_help_shown(request_to(SENT, session))
