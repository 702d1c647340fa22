"""Remove the indentation of templates from pages, which personal pages would send uncompressed."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

BETWEEN_TAGS = re.compile(rb">[ \t]*\n\s*<")
"""White space with a line break between two tags. In texts and attribute values `<` and `>` are
escaped, so nothing that a person typed is matched, except an empty text area."""
IN_TEXT = re.compile(rb"\n[ \t]+(?=[^<>\"]*<)")
BEFORE_ATTRIBUTES = re.compile(rb"\n[ \t]+(?=[a-z-]+=\"|/?>)")
"""Indentation of a line of text, which a browser shows as one space at most, and between the
attributes of a tag. Inside an attribute's value a quote follows before the next tag, and what is
typed has no quote of its own."""
KEEPS_WHITE_SPACE = (b"<pre", b"<textarea")


def strip_indentation(page: bytes) -> bytes:
    """Replace white space between tags that holds a line break by one line break, and remove the
    indentation of lines.

    A page with an element that keeps white space is returned as it is.
    """
    if any(tag in page for tag in KEEPS_WHITE_SPACE):
        return page
    page = BETWEEN_TAGS.sub(b">\n<", page)
    return BEFORE_ATTRIBUTES.sub(b"\n", IN_TEXT.sub(b"\n", page))


class IndentationMiddleware:
    """Strip the indentation of every HTML page that is not compressed yet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_plain_html(response):
            response.content = strip_indentation(response.content)
            if response.has_header("Content-Length"):
                response["Content-Length"] = str(len(response.content))
        return response


def _is_plain_html(response: HttpResponse) -> bool:
    if response.streaming or response.has_header("Content-Encoding"):
        return False
    return bool(response.get("Content-Type", "").startswith("text/html"))
