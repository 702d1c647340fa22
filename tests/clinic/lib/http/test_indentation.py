"""Responses are sent without the indentation of templates."""

import pytest
from django.http import HttpRequest, HttpResponse

from clinic.lib.http.indentation import IndentationMiddleware


def sent(content: str, content_type: str = "text/html; charset=utf-8") -> str:
    """Return what the middleware makes of a response."""
    response = HttpResponse(content, content_type=content_type)
    return IndentationMiddleware(lambda _request: response)(HttpRequest()).content.decode()


def test_white_space_between_tags_becomes_one_line_break() -> None:
    assert sent("<ul>\n    <li>One</li>\n\n    <li>Two</li>\n</ul>") == (
        "<ul>\n<li>One</li>\n<li>Two</li>\n</ul>"
    )


@pytest.mark.parametrize("content", [
    "<p>Two  spaces in a text</p>",
    '<input value="a\n   b">',
    '<input value="a\n   b" class="c"> <b>d</b>',
    '<input value="a\n   b=&quot;c&quot;">',
    "<b>one</b> <i>two</i>",
    "<textarea>\n   typed\n </textarea>\n   <p>after</p>",
    "<pre>\n   <b>kept</b>\n</pre>",
])  # fmt: skip
def test_texts_and_preformatted_elements_are_not_changed(content: str) -> None:
    assert sent(content) == content


@pytest.mark.parametrize(("template", "page"), [
    ("<p>\n    One\n    line <b>more</b></p>", "<p>\nOne\nline <b>more</b></p>"),
    ('<a\n    class="b"\n    href="c"\n    >d</a>', '<a\nclass="b"\nhref="c"\n>d</a>'),
])  # fmt: skip
def test_lines_of_texts_and_between_attributes_lose_their_indentation(
    template: str, page: str
) -> None:
    assert sent(template) == page


def test_other_content_types_are_not_changed() -> None:
    assert sent("<a>\n  <b>", "application/xml") == "<a>\n  <b>"


def test_the_length_that_is_announced_is_the_length_that_is_sent() -> None:
    response = HttpResponse("<ul>\n    <li>One</li>\n</ul>", headers={"Content-Length": "30"})

    answer = IndentationMiddleware(lambda _request: response)(HttpRequest())

    assert answer["Content-Length"] == str(len(answer.content))
