"""Which responses carry the headers that protect documents."""

import pytest
from django.http import HttpRequest, HttpResponse

from clinic.middleware import HEADERS_OF_DOCUMENTS, SecurityHeadersMiddleware


def headers_of(content_type: str) -> HttpResponse:
    """Return a response of a type, with a policy of its own, as the middleware sends it."""
    response = HttpResponse(
        content_type=content_type,
        headers={
            "Content-Security-Policy": "default-src 'none'",
            "Cross-Origin-Opener-Policy": "same-origin",
        },
    )
    return SecurityHeadersMiddleware(lambda _request: response)(HttpRequest())


@pytest.mark.parametrize(
    "content_type",
    ["text/html; charset=utf-8", "image/svg+xml", "application/pdf", "application/json"],
)
def test_what_can_be_opened_as_a_document_has_all_headers(content_type: str) -> None:
    response = headers_of(content_type)

    assert [name for name in HEADERS_OF_DOCUMENTS if name not in response] == []
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("content_type", ['text/css; charset="utf-8"', "text/javascript"])
def test_style_sheets_and_scripts_have_only_those_that_concern_them(content_type: str) -> None:
    response = headers_of(content_type)

    assert [name for name in HEADERS_OF_DOCUMENTS if name in response] == []
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
