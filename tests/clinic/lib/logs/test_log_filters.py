"""Nothing secret in a log, and nothing that anybody can fill it with."""

import logging
from typing import Any

from django.conf import settings as django_settings
from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.test import Client

from clinic.lib.crypto.signed_links import TOKEN_LENGTH
from clinic.lib.logs.log_filters import HideTokens, NoTracebackOfRefusedRequests


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
    assert NoTracebackOfRefusedRequests().filter(record) is True

    assert logging.Formatter().format(record) == "odd"
    assert not hasattr(record, "request")


def test_other_errors_keep_their_traceback() -> None:
    info = (ValueError, ValueError("x"), None)
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "x", (), info)
    NoTracebackOfRefusedRequests().filter(record)

    assert record.exc_info == info
