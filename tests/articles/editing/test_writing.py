"""Creating and changing articles with the form, and its error messages."""

from dataclasses import replace
from typing import Any

import pytest

from articles.actions.actor import Actor
from articles.actions.writing.load_articles import load_articles
from articles.actions.writing.revise_article import revise_article
from articles.models import Article, Autosave, OldSlug, Revision
from articles.queries.images import find_texts_with_image
from articles.queries.revisions import latest_text
from articles.queries.row_texts import text_from_row
from articles.views.editing.common import forms_from_article
from booking.models import Role
from tests.articles.editing.editor_session import (
    ADD_URL,
    ARTICLE_ADMIN_URL,
    ARTICLE_TEXT,
    EditorSession,
    make_draft,
    make_editor,
    page_text,
    reload_article,
)
from tests.articles.editing.editor_session import make_published_article as make_published
from tests.factories import ContributorFactory, ImageFactory, TopicFactory


def test_saving_the_form_creates_a_draft_with_its_first_revision(editor: EditorSession) -> None:
    TopicFactory(slug="sleep")

    response = editor.save(topics="sleep", why="A beginning")

    article = Article.objects.get()
    assert response.status_code == 303
    assert response["Location"] == f"{ARTICLE_ADMIN_URL}{article.pk}/change/"
    assert (article.status, article.published_at) == ("draft", None)
    assert latest_text(article) == replace(ARTICLE_TEXT, topics=["sleep"])
    assert article.changed_by == editor.user
    assert [
        (revision.number, revision.by, revision.why) for revision in Revision.objects.all()
    ] == [(1, editor.user, "A beginning")]


def test_the_page_is_valid_html_without_inline_scripts_or_styles(editor: EditorSession) -> None:
    for address in (ADD_URL, f"{ARTICLE_ADMIN_URL}{make_draft(editor).pk}/change/"):
        response = editor.client.get(address)
        assert response.status_code == 200
        assert "unsafe" not in response["Content-Security-Policy"]
        assert "<script>" not in response.content.decode()
        assert "style=" not in response.content.decode()


def test_missing_fields_are_named_beside_the_field_and_in_the_summary(
    editor: EditorSession,
) -> None:
    response = editor.save(title="", body="", source__0__review_by="31 Smarch")

    html = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_title"' in html
    assert "Please write something." in html
    assert 'href="#id_source-0-review_by"' in html
    assert "What rest can do, and what it cannot." in html
    assert not Article.objects.exists()


@pytest.mark.parametrize(("slug", "sentence"), [
    ("glossary", "this one is taken by a page"),
    ("rest-and-legs", "Another article lives at this address"),
    ("no such address", "Only letters a to z"),
])  # fmt: skip
def test_an_unavailable_slug_is_refused_and_the_input_is_kept(
    editor: EditorSession, slug: str, sentence: str
) -> None:
    make_draft(editor)

    response = editor.save(slug=slug, title="Typed for an hour")

    assert response.status_code == 422
    assert sentence in page_text(response)
    assert "Typed for an hour" in response.content.decode()
    assert Article.objects.count() == 1


def test_an_empty_slug_is_made_from_the_title(editor: EditorSession) -> None:
    editor.save(slug="", title="How to rest?")

    assert Article.objects.get().slug == "how-to-rest"


def test_sources_get_a_key_and_the_order_of_their_first_citation(
    editor: EditorSession,
) -> None:
    editor.save(
        body='<p>So. <cite data-source="winkelman-2025"></cite></p>',
        source__TOTAL_FORMS="3",
        source__1__citation="Winkelman J. A guideline. J Clin Sleep Med 2025.",
        source__2__citation="Allen R. Another paper. 2014.",
    )

    keys = [source.key for source in Article.objects.get().sources.all()]
    assert keys == ["winkelman-2025", "allen-2014", "allen-2014-2"]


def test_two_sources_with_the_same_key_are_refused(editor: EditorSession) -> None:
    response = editor.save(
        source__TOTAL_FORMS="2", source__0__key="one", source__1__key="one",
        source__1__citation="B. 2020.",
    )  # fmt: skip

    assert response.status_code == 422
    assert "Another source has this key already." in page_text(response)


def test_emptied_or_deleted_rows_are_removed(editor: EditorSession) -> None:
    article = make_draft(editor)

    editor.save(article, faq__0__question="", faq__0__answer="", source__0__DELETE="on")

    text = latest_text(reload_article(article))
    assert (text.questions, text.sources) == ([], [])


def test_questions_are_sorted_by_number_and_keep_their_anchors(
    editor: EditorSession,
) -> None:
    article = make_draft(editor)

    editor.save(
        article, faq__TOTAL_FORMS="2", faq__0__ORDER="2", faq__0__anchor="why",
        faq__0__question="Why, again?", faq__1__ORDER="1", faq__1__question="When?",
        faq__1__answer="Now.",
    )  # fmt: skip

    questions = latest_text(reload_article(article)).questions
    assert [(question.anchor, question.question) for question in questions] == [
        ("when", "When?"), ("why", "Why, again?"),
    ]  # fmt: skip


def test_saving_an_unchanged_form_makes_no_revision(editor: EditorSession) -> None:
    article = make_draft(editor)

    editor.save(article, source__0__key="allen-2014", faq__0__anchor="why")

    assert reload_article(article).version == 1


def test_readers_see_the_old_text_until_a_change_is_published(editor: EditorSession) -> None:
    article = make_published(editor)

    response = editor.save(article, title="Rest, once more", why="Shorter")

    article = reload_article(article)
    assert "Readers see it once it is published." in page_text(
        editor.client.get(response["Location"])
    )
    assert (article.title, article.version, article.shown_version) == ("Rest and legs", 2, 1)
    assert latest_text(article).title == "Rest, once more"
    assert "Rest, once more" not in page_text(editor.client.get("/articles/rest-and-legs/"))
    assert "Rest, once more" in editor.client.get(response["Location"]).content.decode()


def test_an_image_in_an_unpublished_change_counts_as_used(editor: EditorSession) -> None:
    article, image = make_published(editor), ImageFactory()
    figure = f'<figure><img data-image="{image.public_id}" alt="Legs"></figure>'

    editor.save(article, body=f"<p>So.</p>{figure}")

    assert reload_article(article).body == ARTICLE_TEXT.body
    assert find_texts_with_image(image) == [article]


def test_author_and_comment_setting_are_not_part_of_a_revision(editor: EditorSession) -> None:
    article, author = make_published(editor), ContributorFactory()

    editor.save(article, author=author.pk, comments_open=None, source__0__key="allen-2014",
            faq__0__anchor="why")  # fmt: skip

    article = reload_article(article)
    assert (article.author, article.comments_open, article.version) == (author, False, 1)


def test_the_old_text_of_an_article_without_revisions_becomes_its_first_one(
    editor: EditorSession,
) -> None:
    article = make_draft(editor)
    Article.objects.update(version=0, shown_version=0)
    Revision.objects.all().delete()
    text = replace(ARTICLE_TEXT, title="Anew")

    revise_article(reload_article(article), text, base_revision=0, by=editor.actor)

    kept = [
        (revision.number, revision.text["title"])
        for revision in Revision.objects.order_by("number")
    ]
    assert kept == [(1, "Rest and legs"), (2, "Anew")]


def test_only_published_slugs_redirect_after_a_rename(editor: EditorSession) -> None:
    article = make_draft(editor)
    editor.save(article, slug="resting")
    assert not OldSlug.objects.exists()

    editor.step(article, "send")
    editor.step(article, "publish")
    editor.save(reload_article(article), slug="rest-well")
    assert not OldSlug.objects.exists()
    editor.step(article, "publish")

    assert [(old.slug, old.article) for old in OldSlug.objects.all()] == [("resting", article)]
    assert editor.client.get("/articles/resting/")["Location"] == "/articles/rest-well/"


def test_the_next_review_date_is_the_earliest_of_sources_and_labels(editor: EditorSession) -> None:
    label = '<span data-evidence="weak" data-review-by="2027-03-01"></span>'
    editor.save(body=f"<p>So. {label}</p>", source__0__review_by="2028-01-01")

    assert str(Article.objects.get().review_due) == "2027-03-01"


def test_a_get_saves_nothing(editor: EditorSession) -> None:
    article = make_draft(editor)

    for address in ("change/", "steps/", "history/"):
        editor.client.get(f"{ARTICLE_ADMIN_URL}{article.pk}/{address}")

    assert not Autosave.objects.exists()
    assert reload_article(article).version == 1


def test_patients_cannot_see_drafts_and_editors_cannot_see_patients(editor: EditorSession) -> None:
    article = make_draft(editor)

    assert editor.client.get("/articles/rest-and-legs/").status_code == 404
    assert editor.client.get("/desk/mail/").status_code == 403
    owner = make_editor("owner@clinic.example", Role.OWNER)
    assert owner.client.get(f"{ARTICLE_ADMIN_URL}{article.pk}/change/").status_code == 200


def test_an_article_that_does_not_exist_is_not_found(editor: EditorSession) -> None:
    for address in (
        "99/change/",
        f"{10**30}/change/",
        "99/steps/",
        "99/history/",
        "1/history/1/2/",
    ):
        assert editor.client.get(ARTICLE_ADMIN_URL + address).status_code == 404
    for named in ("99", "x", "9" * 50, "\uff11"):
        assert (
            editor.client.get(f"{ARTICLE_ADMIN_URL}preview/", {"article": named}).status_code == 404
        )


def as_sent_back(article: Article) -> dict[str, Any]:
    """Return what a browser sends for an unchanged form."""
    written = forms_from_article(article)
    form: dict[str, Any] = {"version": article.version, "article": article.pk}
    for part in (written.form, *written.questions.initial_forms, *written.sources.initial_forms):
        for field in part:
            value = field.value()
            if value not in (None, False, ""):
                form[field.html_name] = "on" if value is True else value
    for rows in (written.questions, written.sources):
        form |= {f"{rows.prefix}-TOTAL_FORMS": len(rows.initial_forms),
                 f"{rows.prefix}-INITIAL_FORMS": 0}  # fmt: skip
    return form


def test_opening_and_saving_an_article_that_came_with_the_program_changes_nothing(
    editor: EditorSession,
) -> None:
    load_articles(publish=True, by=Actor.system())

    for article in Article.objects.all():
        response = editor.post(f"{ARTICLE_ADMIN_URL}{article.pk}/change/", as_sent_back(article))
        assert response.status_code == 303
        text = latest_text(reload_article(article))
        assert (text, reload_article(article).version) == (text_from_row(article), 1)
