"""The list of articles in the back office."""

import re
from dataclasses import replace
from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.inputs import SourceText
from articles.models import Article
from clinic.lib.dates import clock
from tests.articles.editing.editor_session import (
    ARTICLE_ADMIN_URL,
    ARTICLE_TEXT,
    EditorSession,
    make_draft,
    page_text,
)
from tests.articles.editing.editor_session import make_published_article as make_published


def test_the_query_count_does_not_depend_on_the_number_of_articles(
    editor: EditorSession,
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert editor.client.get(ARTICLE_ADMIN_URL).status_code == 200
        return len(captured)

    make_draft(editor)
    first = queries()
    for number in range(5):
        source = SourceText("a", "A. 2020.", "10.1000/1", review_by=date(2020, 1, 1))
        text = replace(
            ARTICLE_TEXT, slug=f"rest-{number}", title=f"Rest {number}", sources=[source]
        )
        article = make_draft(editor, text)
        editor.step(article, "send")
        editor.step(article, "schedule", day="2026-11-30", time="09:00")
    queries()  # shows the messages of these steps, and deletes them from the session

    assert queries() == first <= 14


def test_the_list_shows_which_articles_need_attention(editor: EditorSession) -> None:
    waiting = make_published(editor)
    editor.save(waiting, title="Rest, once more")
    late = make_draft(editor, replace(ARTICLE_TEXT, slug="late", title="Late"))
    Article.objects.filter(pk=late.pk).update(review_due=clock.now().date().replace(year=2020))

    shown = {
        asked: re.findall(r'change/[^"]*">([^<]*)</a>', editor.client.get(
            f"{ARTICLE_ADMIN_URL}?needs={asked}").content.decode())
        for asked in ("checking", "changes", "review", "nonsense")
    }  # fmt: skip

    assert shown["checking"] == ["Late"]
    assert shown["changes"] == ["Rest and legs"]
    assert shown["review"] == []
    assert "overdue" in page_text(editor.client.get(ARTICLE_ADMIN_URL))
    assert "changes waiting" in page_text(editor.client.get(ARTICLE_ADMIN_URL))
