"""The Markdown dialect of the content files."""

import pytest

from articles.text.markdown import ContentError, markdown_to_html, markdown_to_inline_html
from articles.text.marks import find_source_keys


def test_references_labels_claims_and_glossary_words_become_marks() -> None:
    html = markdown_to_inline_html(
        "It may help. {evidence: C Weak} [@a-2020; @b] {refuted: It *cures* all [@c]} "
        "Your [iron store]{term: ferritin}."
    )

    assert html == (
        'It may help. <span data-evidence="weak"></span> <cite data-source="a-2020 b"></cite> '
        '<span data-refuted="yes">It <em>cures</em> all <cite data-source="c"></cite></span> '
        'Your <dfn data-term="ferritin">iron store</dfn>.'
    )


def test_a_callout_contains_blocks_and_ends_at_its_end_marker() -> None:
    html = markdown_to_html(":::care\nMind this.\n\n- one\n- two\n:::\n\nAfter.")

    assert html == (
        '<div data-callout="care">\n<p>Mind this.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n'
        "</div>\n<p>After.</p>\n"
    )


def test_a_table_has_column_headings_and_no_style() -> None:
    html = markdown_to_html("| a | b |\n|---|--:|\n| 1 | 2 |")

    assert html.count('<th scope="col">') == 2
    assert "style" not in html


def test_html_in_a_file_is_text() -> None:
    assert markdown_to_inline_html("<b>x</b> <script>y</script>") == (
        "&lt;b&gt;x&lt;/b&gt; &lt;script&gt;y&lt;/script&gt;"
    )


def test_quotes_are_typographic() -> None:
    assert markdown_to_inline_html('"It\'s"') == "\u201cIt\u2019s\u201d"


@pytest.mark.parametrize(("text", "why"), [
    ("{evidence: Perhaps}", "no evidence label"),
    (":::note\nNever closed.", "has no end"),
])  # fmt: skip
def test_a_syntax_error_is_named(text: str, why: str) -> None:
    with pytest.raises(ContentError, match=why):
        markdown_to_html(text)


def test_sources_are_listed_once_in_order_of_first_citation() -> None:
    html = markdown_to_inline_html("a [@x; @y] b [@x] c [@z]")

    assert find_source_keys(html) == ["x", "y", "z"]
