"""Nothing secret in a log, and nothing that anybody can fill it with."""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings as django_settings
from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.test import Client
from pytest_django import Settings

from clinic.lib.crypto.signed_links import TOKEN_LENGTH
from clinic.lib.logs.log_filters import HideErrorTexts, HideRequests, HideTokens


def test_tokens_in_links_are_removed_from_the_log() -> None:
    token = "aB3_-x" * 8
    assert len(token) == TOKEN_LENGTH
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 1, "Gone: %s", (f"/appointments/{token}/",), None
    )

    assert HideTokens().filter(record) is True
    assert record.getMessage() == "Gone: /appointments/[token]/"


def test_a_wrong_host_writes_nothing() -> None:
    logging_settings: Any = django_settings.LOGGING
    name = f"django.security.{DisallowedHost.__name__}"
    answer = Client().get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert logging_settings["loggers"][name] == {"level": "CRITICAL"}
    assert not logging.getLogger(name).isEnabledFor(logging.ERROR)


def test_a_refused_request_is_one_line_without_what_was_sent() -> None:
    try:
        raise SuspiciousOperation("odd")
    except SuspiciousOperation as error:
        record = logging.LogRecord(
            "django.security.SuspiciousOperation", logging.ERROR, "", 1, "odd", (),
            (type(error), error, error.__traceback__),
        )  # fmt: skip
    record.request = "q5-text=wound"
    assert HideRequests().filter(record) is True

    assert logging.Formatter().format(record) == "Refused: SuspiciousOperation"
    assert not hasattr(record, "request")


def test_a_line_begins_with_an_instant_that_names_its_zone() -> None:
    formatters: Any = django_settings.LOGGING["formatters"]
    record = logging.LogRecord("booking", logging.INFO, "", 1, "Done", (), None)
    line = logging.Formatter(formatters["text"]["format"], formatters["text"]["datefmt"]).format(
        record
    )

    assert datetime.fromisoformat(line.split(" ")[0]).utcoffset() is not None
    assert line.endswith(" INFO booking: Done")


def test_an_error_is_its_type_and_places_and_with_debug_its_traceback(settings: Settings) -> None:
    def record() -> logging.LogRecord:
        info = (ValueError, ValueError("anna"), None)
        return logging.LogRecord("booking", logging.ERROR, "", 1, "It failed", (), info)

    hidden, shown = record(), record()
    HideErrorTexts().filter(hidden)
    settings.DEBUG = True
    HideErrorTexts().filter(shown)

    assert logging.Formatter().format(hidden) == "It failed: ValueError at "
    assert "anna" in logging.Formatter().format(shown)
