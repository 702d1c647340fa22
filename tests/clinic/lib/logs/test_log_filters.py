"""Nothing secret in a log."""

import logging

from clinic.lib.crypto.signed_links import TOKEN_LENGTH
from clinic.lib.logs.log_filters import HideTokens


def test_a_secret_link_is_hidden_from_the_log() -> None:
    token = "aB3_-x" * 8
    assert len(token) == TOKEN_LENGTH
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 1, "Gone: %s", (f"/appointments/{token}/",), None
    )

    assert HideTokens().filter(record) is True
    assert record.getMessage() == "Gone: /appointments/[token]/"
