"""The steps from draft to publication: who can do which, and for which revision."""

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


def test_an_article_goes_from_draft_to_published_to_archived(editor: EditorSession) -> None:
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
def test_a_draft_can_only_be_submitted_for_review(editor: EditorSession, step: str) -> None:
    article = make_draft(editor)

    response = editor.step(article, step, day="2026-12-01", time="09:00")

    assert response.status_code == 409
    assert "does not fit any more" in page_text(response)
    assert reload_article(article).status == "draft"


def test_a_text_with_a_forbidden_claim_is_saved_but_not_published(editor: EditorSession) -> None:
    editor.save(body=CLAIM)
    article = Article.objects.get()
    editor.step(article, "send")

    response = editor.step(article, "publish")

    assert response.status_code == 409
    assert "Something must be put right before readers see this text." in page_text(response)
    assert "Massage is not a treatment or a cure." in page_text(response)
    assert reload_article(article).status == "in_review"


def test_a_scheduled_article_appears_at_its_time_without_a_job(
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


def test_a_scheduled_publication_can_be_cancelled(editor: EditorSession) -> None:
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
def test_an_invalid_publication_time_is_refused_with_a_message(
    editor: EditorSession, day: str, time: str, sentence: str
) -> None:
    article = make_draft(editor)
    editor.step(article, "send")

    response = editor.step(article, "schedule", day=day, time=time, why="Typed")

    assert response.status_code == 422
    assert sentence in page_text(response)
    assert 'value="Typed"' in response.content.decode()
    assert reload_article(article).status == "in_review"


def test_a_repeated_local_time_means_the_first_one() -> None:
    chicago = ZoneInfo("America/Chicago")

    first = clinic_time_to_utc(datetime.fromisoformat("2026-11-01T01:30"), chicago)

    assert first == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    with pytest.raises(NonexistentLocalTime):
        clinic_time_to_utc(datetime.fromisoformat("2027-03-14T02:30"), chicago)


class TestSecondEditorApproval:
    @pytest.fixture(autouse=True)
    def wanted(self, db: None) -> None:
        ArticleSettings.objects.create(pk=1, requires_approval=True)

    def test_an_editor_who_wrote_none_of_the_text_must_approve_it(
        self, editor: EditorSession
    ) -> None:
        article, other = make_draft(editor), make_editor("other@clinic.example")
        editor.step(article, "send")

        assert "Somebody who has not written any of this" in page_text(
            editor.step(article, "publish")
        )
        assert "You have written some of this." in page_text(editor.step(article, "approve"))
        assert other.step(article, "approve").status_code == 303
        assert editor.step(article, "publish").status_code == 303

    def test_the_approval_holds_for_one_revision_only(self, editor: EditorSession) -> None:
        article, other = make_draft(editor), make_editor("other@clinic.example")
        editor.step(article, "send")
        other.step(article, "approve")
        editor.save(reload_article(article), title="Rest, once more")

        assert editor.step(article, "publish").status_code == 409
        assert "You have written" in page_text(editor.step(article, "approve"))

    def test_a_change_of_a_published_article_needs_a_new_approval(
        self, editor: EditorSession
    ) -> None:
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


class TestClinicianReview:
    @pytest.fixture(autouse=True)
    def wanted(self, db: None) -> None:
        ArticleSettings.objects.create(pk=1, requires_clinician_signature=True)

    def clinician(self) -> EditorSession:
        who = make_editor("doctor@clinic.example")
        ContributorFactory(name="Dr Ada Wong", is_clinician=True, user=who.user)
        return who

    def test_a_clinician_must_sign_and_is_named_on_the_page(self, editor: EditorSession) -> None:
        article, doctor = make_draft(editor), self.clinician()
        editor.step(article, "send")

        assert "A clinician must sign" in page_text(editor.step(article, "publish"))
        assert "Only a clinician can sign." in page_text(editor.step(article, "sign"))
        doctor.step(article, "sign")
        editor.step(article, "publish")

        assert "Reviewed by Dr Ada Wong" in page_text(editor.client.get("/articles/rest-and-legs/"))

    def test_a_changed_text_shows_no_review(self, editor: EditorSession) -> None:
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

    def test_a_published_article_can_be_signed(self, editor: EditorSession) -> None:
        ArticleSettings.objects.update(requires_clinician_signature=False)
        article, doctor = make_published(editor), self.clinician()

        doctor.step(article, "sign")

        assert reload_article(article).reviewed_by is not None
        assert str(reload_article(article).reviewed_on) == "2026-11-23"


def test_a_step_is_refused_when_the_text_has_changed_meanwhile(
    editor: EditorSession,
) -> None:
    article = make_draft(editor)
    send_for_review(article, revision_number=1, by=editor.actor)
    editor.save(reload_article(article), title="Rest, once more")

    with pytest.raises(EditConflict):
        publish_article(article, revision_number=1, by=editor.actor)
    with pytest.raises(EditConflict):
        approve_article(article, revision_number=1, by=editor.actor)


def test_only_the_owner_can_change_the_approval_rules(editor: EditorSession) -> None:
    rules = "/admin/articles/articlesettings/"
    owner = make_editor("owner@clinic.example", Role.OWNER)

    assert editor.client.post(rules, {"requires_approval": "on"}).status_code == 403
    assert owner.client.post(rules, {"requires_approval": "on"}).status_code == 302

    found = ArticleSettings.objects.get()
    assert (found.requires_approval, found.requires_clinician_signature) == (True, False)


def test_an_unknown_step_is_refused(editor: EditorSession) -> None:
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
