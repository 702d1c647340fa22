"""Rendering the marks of an article as HTML."""

from datetime import date

import pytest

from articles.models import Article
from articles.presentation.rendering import render_article, render_inline
from tests.factories import ArticleFactory, FaqFactory, SourceFactory

pytestmark = pytest.mark.django_db


def with_sources(**values: object) -> Article:
    article = ArticleFactory(**values)
    for position, key in enumerate(("first", "second"), start=1):
        SourceFactory(article=article, key=key, position=position)
    return article


def test_references_are_numbered_and_link_back_and_forth() -> None:
    article = with_sources(
        summary=['Sure <cite data-source="second"></cite>'],
        body='<p>So <cite data-source="first second"></cite>.</p>',
    )
    shown = render_article(article)

    assert '<a id="ref-2-1" href="#source-2">' in shown.summary[0]
    assert '<a id="ref-1-1" href="#source-1">' in shown.body
    assert '<a id="ref-2-2" href="#source-2">' in shown.body
    assert [(source.number, source.reference_ids) for source in shown.sources] == [
        (1, ["ref-1-1"]),
        (2, ["ref-2-1", "ref-2-2"]),
    ]


def test_a_reference_without_source_is_left_out() -> None:
    shown = render_article(with_sources(body='<p>So <cite data-source="lost"></cite>.</p>'))

    assert shown.body == "<p>So.</p>"


def test_an_evidence_label_is_explained_once() -> None:
    weak = '<span data-evidence="weak"></span>'
    shown = render_article(with_sources(body=f"<p>It may help. {weak} Or not. {weak}</p>"))

    assert shown.body.count('popovertarget="label-weak"') == 2
    assert shown.body.count("Weak evidence<") == 2
    assert [label.slug for label in shown.evidence_labels] == ["weak"]


def test_headings_have_anchors_and_form_the_table_of_contents() -> None:
    body = "<h2>Is it <em>real</em>?</h2><h2>Sources</h2><h2>Is it real?</h2>"
    shown = render_article(with_sources(body=body))

    assert shown.table_of_contents == [
        ("is-it-real", "Is it real?"),
        ("sources-2", "Sources"),
        ("is-it-real-2", "Is it real?"),
    ]
    assert '<h2 id="is-it-real">Is it <em>real</em>?</h2>' in shown.body


def test_a_refuted_claim_is_marked_with_text() -> None:
    line = render_inline('<span data-refuted="yes">It cures.</span> It does not.')

    assert "Often claimed, not shown:</strong> It cures.</span> It does not." in line


def test_glossary_words_are_linked_and_external_links_are_marked() -> None:
    line = render_inline(
        '<dfn data-term="ferritin">iron store</dfn> <a href="https://a.example">a</a>'
    )

    assert line == (
        '<a class="term" href="/articles/glossary/#ferritin">iron store</a> '
        '<a href="https://a.example" rel="external">a</a>'
    )


def test_a_wide_table_can_be_scrolled_by_keyboard() -> None:
    shown = render_article(with_sources(body="<table><tr><td>1</td></tr></table>"))

    assert shown.body.startswith('<div class="table-scroll" tabindex="0" role="region"')


def test_markup_is_cleaned_again_when_rendered() -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    article = with_sources(body=bad, summary=[bad], medical_help=[bad])
    FaqFactory(article=article, answer=bad)
    shown = render_article(article)

    assert shown.body == shown.summary[0] == shown.medical_help[0] == ""
    assert shown.questions[0].answer == ""


def test_an_overdue_article_is_shown_as_under_review() -> None:
    label = '<span data-evidence="weak" data-review-by="2026-11-22"></span>'
    fresh = '<span data-review-by="2026-11-23" data-evidence="some"></span>'
    article = with_sources(body=f"<p>So. {label} Or so. {fresh}</p>")
    SourceFactory(article=article, key="late", position=3, review_by=date(2026, 11, 22))

    shown = render_article(article, date(2026, 11, 23))

    assert shown.body.count("being checked") == 1
    assert [source.overdue for source in shown.sources] == [False, False, True]
    assert render_article(article, date(2026, 11, 22)).body.count("being checked") == 0
