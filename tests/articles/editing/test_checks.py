"""The findings about a text, and which of them block its publication."""

from dataclasses import replace
from datetime import date

import pytest

from articles.checks import check_text
from articles.checks.links import is_valid_address
from articles.inputs import ArticleText, SourceText
from articles.text.content_files import read_articles
from tests.articles.editing.editor_session import (
    ARTICLE_ADMIN_URL,
    ARTICLE_TEXT,
    EditorSession,
    form_data,
    page_text,
)

TODAY = date(2026, 11, 23)
GOOD = replace(
    ARTICLE_TEXT,
    topics=["sleep"],
    body='<h2>Does it help?</h2><p>Nobody knows. <cite data-source="allen-2014"></cite></p>',
)
LABEL = '<span data-evidence="weak"></span>'
SOURCE = '<cite data-source="allen-2014"></cite>'


def said(text: ArticleText) -> list[tuple[str, bool]]:
    return [(issue.field, issue.blocks_publication) for issue in check_text(text, TODAY)]


def with_body(html: str) -> ArticleText:
    return replace(GOOD, body=f"<h2>Does it help?</h2>{html}<p>So. {SOURCE}</p>")


def test_a_correct_text_has_no_findings() -> None:
    assert check_text(GOOD, TODAY) == []


@pytest.mark.parametrize("text", read_articles(), ids=lambda text: text.slug)
def test_the_included_articles_pass_all_checks(text: ArticleText) -> None:
    assert check_text(text, TODAY) == []


@pytest.mark.parametrize("html", [
    "<p>Massage cures RLS.</p>",
    "<p>Magnesium helps your legs at night.</p>",
    "<p>Small studies suggest so.</p>",
    "<ul><li>Stretching may ease the urge.</li></ul>",
    "<table><tbody><tr><td>Massage</td><td>eases restless legs</td></tr></tbody></table>",
    "<h4>Too small</h4>",
    '<p><img data-image="0" alt=""></p>',
    '<figure><img data-image="0" alt="Legs"></figure>',
    '<figure><img data-image="0" alt=" "><figcaption>Legs</figcaption></figure>',
    "<figure><figcaption>Legs</figcaption></figure>",
    '<p><a href="https://">x</a></p>',
    "<p><a>x</a></p>",
    '<p>So. <span data-evidence="proven"></span></p>',
    '<p>So. <cite data-source="nobody-1900"></cite></p>',
    "<p>Lost \N{REPLACEMENT CHARACTER} letters.</p>",
])  # fmt: skip
def test_errors_block_publication(html: str) -> None:
    found = said(with_body(html))

    assert found != []
    assert all(blocks for _, blocks in found)


@pytest.mark.parametrize("html", [
    f"<p>Massage may ease restless legs for a while. {LABEL} {SOURCE}</p>",
    "<p>Massage does not cure RLS.</p>",
    "<p>Does magnesium help your legs?</p>",
    '<p><span data-refuted="yes">Massage flushes out toxins.</span> Nothing shows this.</p>',
    "<h3>Which part?</h3><h4>And which?</h4><h2>Back again?</h2>",
    '<figure><img data-image="0" alt="Legs"><figcaption>Legs at rest</figcaption></figure>',
    '<p><a href="/articles/">x</a> <a href="mailto:a@b.example">y</a> <a href="tel:911">z</a></p>',
])  # fmt: skip
def test_careful_statements_are_not_reported(html: str) -> None:
    assert said(with_body(html)) == []


def test_warnings_do_not_block_publication() -> None:
    hard = "Pathophysiological considerations necessitate multidisciplinary collaboration. " * 5
    long = "This is one of those that go on " + "and on " * 30 + "."
    text = replace(
        with_body(f"<p>{hard}{long}</p>"),
        topics=[],
        summary=["One."],
        medical_help=[],
        sources=[*GOOD.sources, SourceText("unused", "U. 2020.")],
    )

    found = said(text)
    assert [place for place, _ in found] == [
        "summary", "medical_help", "topics", "source", "source", "body", "body",
    ]  # fmt: skip
    assert not any(blocks for _, blocks in found)


def test_overdue_reviews_are_listed() -> None:
    label = '<span data-evidence="weak" data-review-by="2026-11-22"></span>'
    late = replace(GOOD.sources[0], review_by=date(2026, 11, 22))
    today = replace(GOOD.sources[0], review_by=TODAY)

    assert said(replace(GOOD, sources=[late])) == [("source", False)]
    assert said(replace(GOOD, sources=[today])) == []
    assert said(with_body(f"<p>So. {label}</p>")) == [("body", False)]


def test_a_drawing_needs_an_alternative_text_and_a_caption() -> None:
    assert said(replace(GOOD, image="moon")) == [("image_alt", True), ("image_caption", True)]


def test_repeated_findings_are_reported_once() -> None:
    assert len(said(with_body("<p>Massage eases legs.</p>" * 100))) == 5


@pytest.mark.parametrize("address", [
    "https://", "https://localhost", "http://[::1", "https://a b.example", "//evil.example", "",
    "javascript:alert(1)", "mailto:nobody", "tel:x", "https://a.example:99999", "articles/", "#",
])  # fmt: skip
def test_invalid_links_are_reported(address: str) -> None:
    assert not is_valid_address(address)


def test_an_unsaved_form_can_be_checked(editor: EditorSession) -> None:
    response = editor.client.post(
        f"{ARTICLE_ADMIN_URL}check/",
        form_data(body="<p>Massage cures RLS.</p>", title="", article=""),
    )

    assert response.status_code == 200
    assert "Massage is not a treatment or a cure." in page_text(response)
    assert "1 field cannot be saved like this." in page_text(response)
    assert 'href="#id_body"' in response.content.decode()


def test_findings_are_shown_with_the_saved_article(editor: EditorSession) -> None:
    saved = editor.save(body="<p>Massage cures RLS.</p>")

    shown = page_text(editor.client.get(saved["Location"]))

    assert "Stops publication Massage is not a treatment or a cure." in shown
