"""Pasted, hostile and very long texts are cleaned or refused, in linear time."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from articles.actions.writing.write_article import clean_text
from articles.models import Article
from articles.queries.revisions import latest_text
from articles.text.diff import diff_texts
from tests.articles.editing.editor_session import (
    ADD_URL,
    ARTICLE_ADMIN_URL,
    ARTICLE_TEXT,
    EditorSession,
    form_data,
    make_draft,
    page_text,
)
from tests.articles.editing.hostile import ALL_PAYLOADS, XSS_PAYLOADS

WORD = """<!--StartFragment--><p class=MsoNormal style='margin:0'><b>Rest</b><o:p></o:p></p>
<h2 style="color:red">Why<span style='mso-spacerun:yes'>  </span>rest?</h2>
<ul type=disc><li class=MsoListParagraph><font face=Calibri>One</font></li></ul>
<table class=MsoTableGrid border=1><tr><td style='border:solid'><p>Cell</p></td></tr></table>
<a href="https://nhs.example/legs" target=_blank onclick="x()">NHS</a>
<img src="https://elsewhere.example/tracker.gif" width=1><![endif]--><!--EndFragment-->"""
ALLOWED = {
    "a", "blockquote", "br", "caption", "cite", "dfn", "div", "em", "figcaption", "figure", "h2",
    "h3", "h4", "hr", "img", "li", "ol", "p", "span", "strong", "sub", "sup", "table", "tbody",
    "td", "th", "thead", "tr", "ul",
}  # fmt: skip


MAX_SECONDS = 5
"""The most processor time in seconds: linear algorithms need about 1, quadratic ones far more."""


@contextmanager
def time_limit() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < MAX_SECONDS


def cleaned_body(html: str) -> str:
    return clean_text(replace(ARTICLE_TEXT, body=html)).body


def test_pasted_html_keeps_structure_but_no_styles(
    editor: EditorSession,
) -> None:
    editor.save(body=WORD)

    body = latest_text(Article.objects.get()).body
    assert re.sub(r"\s+", " ", body) == (
        "<p>Rest</p> <h2>Why<span> </span>rest?</h2> <ul><li>One</li></ul> "
        "<table><tbody><tr><td><p>Cell</p></td></tr></tbody></table> "
        '<a href="https://nhs.example/legs">NHS</a> '
    )


@pytest.mark.parametrize("family", XSS_PAYLOADS)
def test_no_xss_payload_survives_cleaning(family: str) -> None:
    body = cleaned_body(f"<p>a</p>{XSS_PAYLOADS[family]}<p>b</p>")

    assert set(re.findall(r"<([a-zA-Z][^\s>/]*)", body)) <= ALLOWED
    assert not re.search(r"<[^>]*\son\w+\s*=", re.sub(r'"[^"]*"', '""', body))
    assert not re.search(r'href="\s*(?!https?:|mailto:|tel:|/|#)[^"]*:', body)
    assert cleaned_body(body) == body


def test_images_from_other_sites_are_removed() -> None:
    assert cleaned_body('<p>a<img src="https://elsewhere.example/x.png" alt="x"></p>') == "<p>a</p>"


def test_a_text_of_two_megabytes_is_refused_and_all_input_is_kept(
    editor: EditorSession,
) -> None:
    body = "<p>Long &amp; good.</p>\n" * 100_000

    with time_limit():
        response = editor.save(body=body, title="Typed for a year")

    html = response.content.decode()
    assert response.status_code == 422
    assert "This is too long: 200000 letters at most" in page_text(response)
    assert html.count("Long &amp;amp; good.") == 100_000
    assert "Typed for a year" in html
    assert not Article.objects.exists()


def test_texts_beyond_the_length_limits_are_refused(editor: EditorSession) -> None:
    form = form_data(article="", body="x" * 600_000)

    for address in ("unsaved/", "preview/"):
        response = editor.post(ARTICLE_ADMIN_URL + address, form)
        assert response.status_code == 413
        assert "still on the page where you wrote it" in response.content.decode()


def test_only_editors_can_send_large_requests(editor: EditorSession) -> None:
    assert editor.client.post("/contact/message/", {"message": "x" * 300_000}).status_code == 413
    editor.client.logout()
    assert editor.client.post(ADD_URL, form_data(body="x" * 300_000)).status_code in (302, 413)


def test_fifty_thousand_unclosed_tags_are_saved_as_text(editor: EditorSession) -> None:
    with time_limit():
        response = editor.save(body="<p>Still here</p>" + "<b>" * 50_000)

    assert response.status_code == 303
    assert latest_text(Article.objects.get()).body == "Still here"


@pytest.mark.parametrize("body", [
    "<table>" * 9_000, "<p>" * 9_999, "massage cures " * 14_000, "<div data-callout=note>" * 5_000,
    "<a href='" + "a" * 190_000, "<h4>x</h4>" * 9_000, "<figure>" * 9_000, "<span data-refuted=yes>"
    * 8_000, "massage " * 24_000 + "?", "(" * 190_000, "<p>Massage helps legs.</p>" * 8_000,
], ids=lambda body: str(body)[:20])  # fmt: skip
def test_the_checks_take_linear_time(editor: EditorSession, body: str) -> None:
    with time_limit():
        response = editor.post(f"{ARTICLE_ADMIN_URL}check/", form_data(article="", body=body))

    assert response.status_code == 200


@pytest.mark.parametrize("body", ["a " * 90_000, "<p>same</p>" * 4_000, "<p>x y z</p>" * 4_900])
def test_comparing_revisions_takes_linear_time(body: str) -> None:
    one, other = (
        replace(ARTICLE_TEXT, body=body),
        replace(ARTICLE_TEXT, body=body.replace("a", "b")[::1] + "<p>e"),
    )

    with time_limit():
        assert diff_texts(one, clean_text(other)) != []


def test_invalid_characters_are_kept_and_reported(editor: EditorSession) -> None:
    raw = "title=Broken+%FF%FE&slug=broken&excerpt=a&description=b&body=%3Cp%3Ex%C3%28%3C/p%3E"
    rows = "&faq-TOTAL_FORMS=0&faq-INITIAL_FORMS=0&source-TOTAL_FORMS=0&source-INITIAL_FORMS=0"

    response = editor.client.post(
        ADD_URL, raw + rows, content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 303
    shown = page_text(editor.client.get(response["Location"]))
    assert "Some letters could not be read. Please type them again." in shown


@pytest.mark.parametrize("field", [
    "title", "slug", "why", "faq__0__question", "source__0__url", "summary", "version", "topics",
    "author", "image", "take__body",
])  # fmt: skip
@pytest.mark.parametrize("value", ["\0", "x" * 100_000, "-1", "😀\u202e", "<script>ran()</script>"],
                         ids=["nul", "long", "-1", "signs", "script"])  # fmt: skip
def test_no_field_value_causes_a_server_error(
    editor: EditorSession, field: str, value: str
) -> None:
    article = make_draft(editor)

    response = editor.save(article, **{field: value})

    assert response.status_code in (303, 409, 422)
    assert "<script>ran()" not in response.content.decode()


def test_formsets_without_management_data_are_refused_with_a_message(editor: EditorSession) -> None:
    for total in (None, "x", "100000"):
        response = editor.save(faq__TOTAL_FORMS=total)
        assert response.status_code == 422
        assert "What rest can do" in response.content.decode()


def test_hostile_markup_is_escaped_in_all_lists(editor: EditorSession) -> None:
    editor.save(title=ALL_PAYLOADS[:110], why="<script>ran()</script>", body=ALL_PAYLOADS)

    for address in (ARTICLE_ADMIN_URL, f"{ARTICLE_ADMIN_URL}?q=%3Cscript%3Eran()", "/admin/"):
        html = editor.client.get(address).content.decode()
        assert "<script>ran()" not in html
        assert "<img src=x" not in html
