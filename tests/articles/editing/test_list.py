"""The list of articles in the back office."""

import re
from dataclasses import replace
from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.inputs import Reference
from articles.models import Article
from clinic.lib.dates import clock
from tests.articles.editing.scene import OFFICE, TEXT, Editor, draft, page
from tests.articles.editing.scene import published as make_published


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    ed: Editor,
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ed.client.get(OFFICE).status_code == 200
        return len(captured)

    draft(ed)
    first = queries()
    for number in range(5):
        source = Reference("a", "A. 2020.", "10.1000/1", review_by=date(2020, 1, 1))
        text = replace(TEXT, slug=f"rest-{number}", title=f"Rest {number}", sources=[source])
        article = draft(ed, text)
        ed.step(article, "send")
        ed.step(article, "schedule", day="2026-11-30", time="09:00")

    assert queries() == first <= 14


def test_the_list_shows_what_asks_for_an_editor(ed: Editor) -> None:
    waiting = make_published(ed)
    ed.save(waiting, title="Rest, once more")
    late = draft(ed, replace(TEXT, slug="late", title="Late"))
    Article.objects.filter(pk=late.pk).update(review_due=clock.now().date().replace(year=2020))

    shown = {
        asked: re.findall(r'change/[^"]*">([^<]*)</a>', ed.client.get(
            f"{OFFICE}?needs={asked}").content.decode())
        for asked in ("checking", "changes", "review", "nonsense")
    }  # fmt: skip

    assert shown["checking"] == ["Late"]
    assert shown["changes"] == ["Rest and legs"]
    assert shown["review"] == []
    assert "overdue" in page(ed.client.get(OFFICE))
    assert "changes waiting" in page(ed.client.get(OFFICE))
