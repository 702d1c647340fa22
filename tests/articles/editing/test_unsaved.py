"""Autosaves and previews of unsaved text."""

import json

import pytest
from pytest_django import Settings

from articles.models import Autosave
from booking.models import Role
from tests.articles.editing.editor_session import (
    ADD_URL,
    ARTICLE_ADMIN_URL,
    EditorSession,
    form_data,
    make_draft,
    make_editor,
    page_text,
)
from tests.html import parse
from tests.html import text_of as words_of_page

pytestmark = pytest.mark.postgresql

KEEP, PREVIEW, SHOWN = (
    f"{ARTICLE_ADMIN_URL}unsaved/",
    f"{ARTICLE_ADMIN_URL}preview/",
    f"{ARTICLE_ADMIN_URL}preview/page/",
)


def test_one_autosave_per_editor_is_kept_and_offered_on_return(
    editor: EditorSession,
) -> None:
    article, other = make_draft(editor), make_editor("other@clinic.example")
    form = form_data(article=article.pk, title="Half a tit", version="1")

    said = editor.client.post(KEEP, form)
    editor.client.post(KEEP, form | {"title": "Half a title"})

    assert json.loads(said.content) == {"message": "Kept at 12:00 pm, not saved yet."}
    assert Autosave.objects.get().fields["title"] == ["Half a title"]
    change = f"{ARTICLE_ADMIN_URL}{article.pk}/change/"
    assert "that you did not save" in page_text(editor.client.get(change))
    assert "that you did not save" not in page_text(other.client.get(change))
    assert 'value="Half a title"' in editor.client.get(f"{change}?unsaved=1").content.decode()
    assert 'value="Half a title"' not in other.client.get(f"{change}?unsaved=1").content.decode()


def test_a_new_article_is_autosaved_too(editor: EditorSession) -> None:
    editor.client.post(KEEP, form_data(title="Begun", article=""))

    assert "that you did not save" in page_text(editor.client.get(ADD_URL))
    assert 'value="Begun"' in editor.client.get(f"{ADD_URL}?unsaved=1").content.decode()
    editor.save()
    assert not Autosave.objects.exists()


def test_saving_or_discarding_deletes_the_autosave(editor: EditorSession) -> None:
    article = make_draft(editor)
    form = form_data(article=article.pk, version="1")
    editor.client.post(KEEP, form)
    editor.save(article, title="Saved")
    assert not Autosave.objects.exists()

    editor.client.post(KEEP, form)
    response = editor.client.post(KEEP, {"article": article.pk, "forget": "1"})

    assert response["Location"] == f"{ARTICLE_ADMIN_URL}{article.pk}/change/"
    assert not Autosave.objects.exists()


def test_a_restored_autosave_carries_the_version_it_was_based_on(
    editor: EditorSession,
) -> None:
    article, other = make_draft(editor), make_editor("other@clinic.example")
    editor.client.post(KEEP, form_data(article=article.pk, title="Mine", version="1"))
    other.save(article, title="Theirs")

    html = editor.client.get(f"{ARTICLE_ADMIN_URL}{article.pk}/change/?unsaved=1").content.decode()

    assert 'name="version" value="1"' in html


def test_a_preview_shows_the_typed_text_on_the_public_page(editor: EditorSession) -> None:
    response = editor.client.post(PREVIEW, form_data(
        article="", title="Seen before it is there", slug="",
        body='<h2>What?</h2><p>So. <cite data-source="allen-2014"></cite></p>',
    ))  # fmt: skip

    assert response["Location"] == PREVIEW
    holder = editor.client.get(PREVIEW)
    assert "frame-src 'self'" in holder["Content-Security-Policy"]
    assert f'src="{SHOWN}"' in holder.content.decode()
    shown = editor.client.get(SHOWN)
    words = words_of_page(parse(shown.content.decode()))
    assert "Seen before it is there" in words
    assert "Because." in words
    assert "Allen R. Restless legs. Sleep Med 2014." in words


def test_a_preview_equals_the_published_page(editor: EditorSession) -> None:
    article = make_draft(editor)
    editor.client.post(PREVIEW, form_data(article=article.pk, source__0__key="allen-2014"))
    before = words_of_page(
        parse(editor.client.get(f"{SHOWN}?article={article.pk}").content.decode())
    )
    editor.step(article, "send")
    editor.step(article, "publish")

    after = words_of_page(parse(editor.client.get("/articles/rest-and-legs/").content.decode()))

    assert before == after


def test_a_preview_is_private_and_uncached(editor: EditorSession, settings: Settings) -> None:
    """It shows no data of the editor's session."""
    article = make_draft(editor)
    editor.client.post(PREVIEW, form_data(article=article.pk, title="Mine alone"))
    address = f"{SHOWN}?article={article.pk}"

    shown = editor.client.get(address)
    assert "no-store" in shown["Cache-Control"]
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    holder = editor.client.get(f"{PREVIEW}?article={article.pk}")
    assert "frame-ancestors 'none'" in holder["Content-Security-Policy"]
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert make_editor("other@clinic.example").client.get(address).status_code == 404
    assert make_editor("desk@clinic.example", Role.FRONTDESK).client.get(address).status_code == 302
    assert editor.client.get("/")["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", [KEEP, f"{ARTICLE_ADMIN_URL}check/"])
def test_only_posted_fields_are_autosaved_or_checked(editor: EditorSession, address: str) -> None:
    assert editor.client.get(address).status_code == 405


def test_an_incomplete_form_can_be_previewed(editor: EditorSession) -> None:
    for form in ({}, {"title": "x"}, form_data(body="", title="", slug="ö ö", source__0__url="x")):
        assert editor.client.post(PREVIEW, form).status_code == 303
        assert editor.client.get(SHOWN).status_code == 200
