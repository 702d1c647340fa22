"""An article's way to readers: who may do what, when, and of which text."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from articles.actions.publishing.workflow_steps import (
    approve_article,
    publish_article,
    send_for_review,
)
from articles.errors import EditConflict, NonexistentLocalTime
from articles.forms.article_step import clinic_time_to_utc
from articles.models import Article, ArticleEvent, ArticleSettings
from booking.models import Role
from clinic.lib.dates import clock
from tests.articles.editing.editor_session import (
    EditorSession,
    make_draft,
    make_editor,
    page_text,
    reload_article,
)
from tests.articles.editing.editor_session import make_published_article as make_published
from tests.factories import ContributorFactory

CLAIM = "<h2>Does it help?</h2><p>Massage cures RLS.</p>"


def events(article: Article) -> list[tuple[str, int]]:
    return [(event.step, event.revision_number) for event in article.events.order_by("pk")]


def test_from_draft_to_readers_and_to_the_archive(editor: EditorSession) -> None:
    article = make_draft(editor)

    for step in ("send", "publish"):
        assert editor.step(article, step, why="Because").status_code == 303
    assert editor.client.get("/articles/rest-and-legs/").status_code == 200
    assert reload_article(article).published_at == clock.now()
    editor.step(article, "archive")
    assert editor.client.get("/articles/rest-and-legs/").status_code == 404
    editor.step(article, "reopen")

    assert reload_article(article).status == "draft"
    assert events(article) == [("send", 1), ("publish", 1), ("archive", 1), ("reopen", 1)]
    first = article.events.earliest("pk")
    assert (first.by, first.at, first.why) == (editor.user, clock.now(), "Because")


@pytest.mark.parametrize("step", ["publish", "schedule", "approve", "sign", "return", "reopen"])
def test_a_draft_goes_nowhere_but_to_review(editor: EditorSession, step: str) -> None:
    article = make_draft(editor)

    response = editor.step(article, step, day="2026-12-01", time="09:00")

    assert response.status_code == 409
    assert "does not fit any more" in page_text(response)
    assert reload_article(article).status == "draft"


def test_a_text_that_says_too_much_is_saved_but_not_published(editor: EditorSession) -> None:
    editor.save(body=CLAIM)
    article = Article.objects.get()
    editor.step(article, "send")

    response = editor.step(article, "publish")

    assert response.status_code == 409
    assert "Something must be put right before readers see this text." in page_text(response)
    assert "Massage is not a treatment or a cure." in page_text(response)
    assert reload_article(article).status == "in_review"


def test_a_scheduled_article_appears_by_the_clock_alone(
    editor: EditorSession, settings: Settings
) -> None:
    article = make_draft(editor)
    editor.step(article, "send")

    editor.step(article, "schedule", day="2026-11-30", time="09:00")

    due = datetime(2026, 11, 30, 15, tzinfo=UTC)  # nine in Chicago
    assert reload_article(article).published_at == due
    assert article.events.latest("pk").publish_at == due
    settings.CLINIC_CLOCK = due - timedelta(seconds=1)
    assert editor.client.get("/articles/rest-and-legs/").status_code == 404
    settings.CLINIC_CLOCK = due
    assert editor.client.get("/articles/rest-and-legs/").status_code == 200


def test_what_is_scheduled_can_be_taken_back(editor: EditorSession) -> None:
    article = make_draft(editor)
    editor.step(article, "send")
    editor.step(article, "schedule", day="2026-11-30", time="09:00")

    assert editor.step(article, "return").status_code == 303

    assert (reload_article(article).status, reload_article(article).published_at) == ("draft", None)


@pytest.mark.parametrize(("day", "time", "sentence"), [
    ("2027-03-14", "02:30", "That time does not exist"),
    ("2026-11-01", "09:00", "in the future"),
    ("", "", "on which day and at what time"),
    ("30 Smarch", "09:00", "as year, month and day"),
    ("2026-11-30", "25:00", "such as 09:30"),
    ("0001-01-01", "00:00", ""),
    ("9999-12-31", "23:59", ""),
])  # fmt: skip
def test_a_time_that_is_none_is_refused_with_a_sentence(
    editor: EditorSession, day: str, time: str, sentence: str
) -> None:
    article = make_draft(editor)
    editor.step(article, "send")

    response = editor.step(article, "schedule", day=day, time=time, why="Typed")

    assert response.status_code == 422
    assert sentence in page_text(response)
    assert 'value="Typed"' in response.content.decode()
    assert reload_article(article).status == "in_review"


def test_a_reading_that_the_clock_shows_twice_is_the_first() -> None:
    chicago = ZoneInfo("America/Chicago")

    first = clinic_time_to_utc(datetime.fromisoformat("2026-11-01T01:30"), chicago)

    assert first == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    with pytest.raises(NonexistentLocalTime):
        clinic_time_to_utc(datetime.fromisoformat("2027-03-14T02:30"), chicago)


class TestASecondPerson:
    @pytest.fixture(autouse=True)
    def wanted(self, db: None) -> None:
        ArticleSettings.objects.create(pk=1, requires_approval=True)

    def test_must_approve_and_may_not_have_written_any_of_it(self, editor: EditorSession) -> None:
        article, other = make_draft(editor), make_editor("other@clinic.example")
        editor.step(article, "send")

        assert "Somebody who has not written any of this" in page_text(
            editor.step(article, "publish")
        )
        assert "You have written some of this." in page_text(editor.step(article, "approve"))
        assert other.step(article, "approve").status_code == 303
        assert editor.step(article, "publish").status_code == 303

    def test_approves_this_text_and_no_later_one(self, editor: EditorSession) -> None:
        article, other = make_draft(editor), make_editor("other@clinic.example")
        editor.step(article, "send")
        other.step(article, "approve")
        editor.save(reload_article(article), title="Rest, once more")

        assert editor.step(article, "publish").status_code == 409
        assert "You have written" in page_text(editor.step(article, "approve"))

    def test_is_asked_again_for_a_change_of_what_readers_see(self, editor: EditorSession) -> None:
        other = make_editor("other@clinic.example")
        article = make_draft(editor)
        editor.step(article, "send")
        other.step(article, "approve")
        editor.step(article, "publish")
        other.save(reload_article(article), title="Rest, once more")

        assert other.step(article, "publish").status_code == 409
        editor.step(article, "approve")
        assert editor.step(article, "publish").status_code == 303
        assert reload_article(article).title == "Rest, once more"


class TestAClinician:
    @pytest.fixture(autouse=True)
    def wanted(self, db: None) -> None:
        ArticleSettings.objects.create(pk=1, requires_clinician_signature=True)

    def clinician(self) -> EditorSession:
        who = make_editor("doctor@clinic.example")
        ContributorFactory(name="Dr Ada Wong", is_clinician=True, user=who.user)
        return who

    def test_must_sign_and_is_named_to_readers(self, editor: EditorSession) -> None:
        article, doctor = make_draft(editor), self.clinician()
        editor.step(article, "send")

        assert "A clinician must sign" in page_text(editor.step(article, "publish"))
        assert "Only a clinician can sign." in page_text(editor.step(article, "sign"))
        doctor.step(article, "sign")
        editor.step(article, "publish")

        assert "Reviewed by Dr Ada Wong" in page_text(editor.client.get("/articles/rest-and-legs/"))

    def test_signs_this_text_so_that_another_says_nothing_of_a_review(
        self, editor: EditorSession
    ) -> None:
        article, doctor = make_draft(editor), self.clinician()
        editor.step(article, "send")
        doctor.step(article, "sign")
        editor.step(article, "publish")
        editor.save(reload_article(article), title="Rest, once more")
        assert editor.step(article, "publish").status_code == 409
        assert "Dr Ada Wong" in page_text(editor.client.get("/articles/rest-and-legs/"))

        ArticleSettings.objects.update(requires_clinician_signature=False)
        editor.step(article, "publish")

        assert "Not yet reviewed by a clinician" in page_text(
            editor.client.get("/articles/rest-and-legs/")
        )
        assert reload_article(article).reviewed_by is None

    def test_can_sign_what_readers_see_already(self, editor: EditorSession) -> None:
        ArticleSettings.objects.update(requires_clinician_signature=False)
        article, doctor = make_published(editor), self.clinician()

        doctor.step(article, "sign")

        assert reload_article(article).reviewed_by is not None
        assert str(reload_article(article).reviewed_on) == "2026-11-23"


def test_a_step_is_not_done_to_a_text_that_somebody_has_changed_meanwhile(
    editor: EditorSession,
) -> None:
    article = make_draft(editor)
    send_for_review(article, revision_number=1, by=editor.actor)
    editor.save(reload_article(article), title="Rest, once more")

    with pytest.raises(EditConflict):
        publish_article(article, revision_number=1, by=editor.actor)
    with pytest.raises(EditConflict):
        approve_article(article, revision_number=1, by=editor.actor)


def test_the_rules_are_the_owners(editor: EditorSession) -> None:
    rules = "/admin/articles/articlesettings/"
    owner = make_editor("owner@clinic.example", Role.OWNER)

    assert editor.client.post(rules, {"requires_approval": "on"}).status_code == 403
    assert owner.client.post(rules, {"requires_approval": "on"}).status_code == 302

    found = ArticleSettings.objects.get()
    assert (found.requires_approval, found.requires_clinician_signature) == (True, False)


def test_only_what_exists_is_a_step(editor: EditorSession) -> None:
    article = make_draft(editor)

    for values in (
        {"step": "explode"},
        {"step": ""},
        {"step": "send", "revision_number": "x\0"},
        {"step": "send", "revision_number": str(10**40)},
        {"step": "send", "why": "x" * 100_000},
    ):
        number = values.pop("revision_number", "1")
        assert editor.client.post(
            f"/admin/articles/article/{article.pk}/steps/", values | {"revision_number": number}
        ).status_code == 422  # fmt: skip
    assert not ArticleEvent.objects.exists()
