"""Revisions are compared, restored, and merged when two editors change one article."""

from dataclasses import replace

import pytest

from articles.inputs import ArticleText, QuestionText, SourceText, text_from_json, text_to_json
from articles.models import Revision
from articles.queries.revisions import latest_text
from articles.text.diff import TEXT_SECTIONS, copy_sections, diff_texts, merge_texts
from tests.articles.editing.editor_session import (
    ARTICLE_ADMIN_URL,
    ARTICLE_TEXT,
    EditorSession,
    make_draft,
    make_editor,
    page_text,
    reload_article,
)
from tests.articles.editing.editor_session import make_published_article as make_published

pytestmark = pytest.mark.postgresql

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def marked(change: str, html: str) -> list[str]:
    """Return the words that are marked as inserted (ins) or deleted (del)."""
    parts = html.split(f"<{change}>")[1:]
    return [part.split("</span>")[1].split("<span")[0].strip() for part in parts]


def test_every_field_of_a_text_belongs_to_a_part() -> None:
    fields = [field for part in TEXT_SECTIONS.values() for field in part.fields]

    assert sorted(fields) == sorted(ArticleText.__slots__)


def test_a_text_is_the_same_after_saving_and_loading() -> None:
    assert text_from_json(text_to_json(ARTICLE_TEXT)) == ARTICLE_TEXT


def test_changed_words_are_marked_on_both_sides_and_described(
    editor: EditorSession,
) -> None:
    article = make_draft(editor)
    editor.save(
        article, body="<h2>Does rest help?</h2><p>Nobody really knows yet.</p>", why="Softer"
    )

    html = editor.client.get(f"{ARTICLE_ADMIN_URL}{article.pk}/history/1/2/").content.decode()

    assert marked("del", html) == []
    assert marked("ins", html) == ["really", "yet"]
    assert "put in:" in html
    assert "Softer" in html


def test_marks_are_shown_as_text() -> None:
    label = '<span data-evidence="weak" data-review-by="2027-01-01"></span>'
    new = replace(ARTICLE_TEXT, body=f'<p>So. {label} <cite data-source="a b"></cite></p>')

    (change,) = diff_texts(ARTICLE_TEXT, new)

    assert [segment.text for line in change.lines for segment in line.new if segment.changed] == [
        "So. [Weak evidence, 2027-01-01] [a, b]"
    ]


def test_questions_sources_topics_and_images_are_compared() -> None:
    new = replace(
        ARTICLE_TEXT, questions=[QuestionText("why", "Why?", "So.")], sources=[SourceText("b",
        "B")],
        topics=["sleep"], image="moon", image_alt="The moon", offers_booking=True,
    )  # fmt: skip

    assert [change.name for change in diff_texts(ARTICLE_TEXT, new)] == [
        "questions", "sources", "drawing", "topics", "offers_booking",
    ]  # fmt: skip


def test_markup_in_a_compared_text_is_escaped(editor: EditorSession) -> None:
    article = make_draft(editor)
    editor.save(article, title=HOSTILE, faq__0__question=HOSTILE, why=HOSTILE)

    for address in ("1/2/", ""):
        html = editor.client.get(
            f"{ARTICLE_ADMIN_URL}{article.pk}/history/{address}"
        ).content.decode()
        assert "<img src=x" not in html
        assert "<script>alert" not in html


def test_restoring_a_revision_adds_a_new_one(editor: EditorSession) -> None:
    article = make_draft(editor)
    editor.save(article, title="A mistake", faq__0__DELETE="on")
    history = f"{ARTICLE_ADMIN_URL}{article.pk}/history/"

    response = editor.client.post(f"{history}1/restore/", {"version": "2"})

    assert response["Location"] == history
    assert latest_text(reload_article(article)) == ARTICLE_TEXT
    titles = [revision.text["title"] for revision in Revision.objects.order_by("number")]
    assert titles == ["Rest and legs", "A mistake", "Rest and legs"]
    newest = Revision.objects.get(number=3)
    assert (newest.by, newest.why) == (editor.user, "Revision 1 again")


def test_a_restored_revision_needs_publication_like_any_change(editor: EditorSession) -> None:
    article = make_published(editor)
    editor.save(article, title="Rest, once more")
    editor.step(article, "publish")

    editor.client.post(f"{ARTICLE_ADMIN_URL}{article.pk}/history/1/restore/", {"version": "2"})

    assert reload_article(article).title == "Rest, once more"
    assert reload_article(article).has_unpublished_changes


@pytest.mark.parametrize("version", ["1", "", "x", "9" * 30])
def test_restoring_is_refused_after_another_editor_saved(
    editor: EditorSession, version: str
) -> None:
    article = make_draft(editor)
    editor.save(article, title="Just saved")

    response = editor.client.post(
        f"{ARTICLE_ADMIN_URL}{article.pk}/history/1/restore/", {"version": version}, follow=True
    )

    assert "Somebody has saved this article meanwhile." in page_text(response)
    assert reload_article(article).title == "Just saved"


class TestTwoEditors:
    def test_changes_to_different_fields_are_merged(self, editor: EditorSession) -> None:
        article, other = make_draft(editor), make_editor("other@clinic.example")
        other.save(article, title="Their title")

        response = editor.save(article, excerpt="My excerpt.", why="Mine")

        html = response.content.decode()
        assert response.status_code == 409
        assert f"{other.user} has saved revision 2 while you were writing" in page_text(response)
        assert 'value="Their title"' in html
        assert "\nMy excerpt.</textarea>" in html
        assert 'value="Mine"' in html
        assert 'name="version" value="2"' in html
        assert reload_article(article).version == 2

    def test_changes_to_the_same_field_are_shown_side_by_side_to_choose(
        self, editor: EditorSession
    ) -> None:
        article, other = make_draft(editor), make_editor("other@clinic.example")
        other.save(article, body="<p>Their text.</p>", title="Their title")

        response = editor.save(article, body="<p>My text, an hour's work.</p>", title="My title")

        html = response.content.decode()
        assert 'name="take-body"' in html
        assert "My text, an hour&#x27;s work." in html
        assert "Their text." in html

        chosen = {"take__body": "theirs", "take__title": "mine", "theirs": "2"}
        article = reload_article(article)
        editor.save(article, body="<p>My text, an hour's work.</p>", title="My title", **chosen)

        assert reload_article(article).version == 3
        assert latest_text(reload_article(article)).body == "<p>Their text.</p>"
        assert latest_text(reload_article(article)).title == "My title"

    def test_a_second_conflict_is_detected_too(self, editor: EditorSession) -> None:
        article, other = make_draft(editor), make_editor("other@clinic.example")
        other.save(article, title="One")
        other.save(reload_article(article), title="Two")

        assert editor.save(article, title="Mine", version="2").status_code == 409
        assert editor.save(article, title="Mine", version="77").status_code == 409
        assert reload_article(article).title == "Two"

    def test_an_invalid_choice_is_ignored(self, editor: EditorSession) -> None:
        article = make_draft(editor)

        editor.save(
            article, title="Mine", theirs="99", take__title="theirs", take__nothing="theirs"
        )

        assert reload_article(article).title == "Mine"

    def test_identical_changes_are_no_conflict(self) -> None:
        both = replace(ARTICLE_TEXT, title="Same")

        merged = merge_texts(ARTICLE_TEXT, both, replace(both, excerpt="Mine"))

        assert (merged.accepted, merged.conflicting) == ([], [])
        assert merged.text == replace(both, excerpt="Mine")
        assert copy_sections(ARTICLE_TEXT, both, ["title", "unheard-of"]) == both
