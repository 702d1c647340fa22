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
from articles.errors import ChangedMeanwhile, NoSuchTime
from articles.forms.article_step import instant
from articles.models import Article, ArticleEvent, ArticleSettings
from booking.models import Role
from clinic.lib.dates import clock
from tests.articles.editing.scene import Editor, again, draft, editor, page
from tests.articles.editing.scene import published as make_published
from tests.factories import ContributorFactory

CLAIM = "<h2>Does it help?</h2><p>Massage cures RLS.</p>"


def events(article: Article) -> list[tuple[str, int]]:
    return [(one.step, one.number) for one in article.events.order_by("pk")]


def test_from_draft_to_readers_and_to_the_archive(ed: Editor) -> None:
    article = draft(ed)

    for step in ("send", "publish"):
        assert ed.step(article, step, why="Because").status_code == 303
    assert ed.client.get("/articles/rest-and-legs/").status_code == 200
    assert again(article).published_at == clock.now()
    ed.step(article, "archive")
    assert ed.client.get("/articles/rest-and-legs/").status_code == 404
    ed.step(article, "reopen")

    assert again(article).status == "draft"
    assert events(article) == [("send", 1), ("publish", 1), ("archive", 1), ("reopen", 1)]
    first = article.events.earliest("pk")
    assert (first.by, first.at, first.why) == (ed.user, clock.now(), "Because")


@pytest.mark.parametrize("step", ["publish", "schedule", "approve", "sign", "return", "reopen"])
def test_a_draft_goes_nowhere_but_to_review(ed: Editor, step: str) -> None:
    article = draft(ed)

    response = ed.step(article, step, day="2026-12-01", time="09:00")

    assert response.status_code == 409
    assert "does not fit any more" in page(response)
    assert again(article).status == "draft"


def test_a_text_that_says_too_much_is_saved_but_not_published(ed: Editor) -> None:
    ed.save(body=CLAIM)
    article = Article.objects.get()
    ed.step(article, "send")

    response = ed.step(article, "publish")

    assert response.status_code == 409
    assert "Something must be put right before readers see this text." in page(response)
    assert "Massage is not a treatment or a cure." in page(response)
    assert again(article).status == "in_review"


def test_a_scheduled_article_appears_by_the_clock_alone(ed: Editor, settings: Settings) -> None:
    article = draft(ed)
    ed.step(article, "send")

    ed.step(article, "schedule", day="2026-11-30", time="09:00")

    due = datetime(2026, 11, 30, 15, tzinfo=UTC)  # nine in Chicago
    assert again(article).published_at == due
    assert article.events.latest("pk").due == due
    settings.CLINIC_CLOCK = due - timedelta(seconds=1)
    assert ed.client.get("/articles/rest-and-legs/").status_code == 404
    settings.CLINIC_CLOCK = due
    assert ed.client.get("/articles/rest-and-legs/").status_code == 200


def test_what_is_scheduled_can_be_taken_back(ed: Editor) -> None:
    article = draft(ed)
    ed.step(article, "send")
    ed.step(article, "schedule", day="2026-11-30", time="09:00")

    assert ed.step(article, "return").status_code == 303

    assert (again(article).status, again(article).published_at) == ("draft", None)


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
    ed: Editor, day: str, time: str, sentence: str
) -> None:
    article = draft(ed)
    ed.step(article, "send")

    response = ed.step(article, "schedule", day=day, time=time, why="Typed")

    assert response.status_code == 422
    assert sentence in page(response)
    assert 'value="Typed"' in response.content.decode()
    assert again(article).status == "in_review"


def test_a_reading_that_the_clock_shows_twice_is_the_first() -> None:
    chicago = ZoneInfo("America/Chicago")

    first = instant(datetime.fromisoformat("2026-11-01T01:30"), chicago)

    assert first == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    with pytest.raises(NoSuchTime):
        instant(datetime.fromisoformat("2027-03-14T02:30"), chicago)


class TestASecondPerson:
    @pytest.fixture(autouse=True)
    def wanted(self, db: None) -> None:
        ArticleSettings.objects.create(pk=1, second_person=True)

    def test_must_approve_and_may_not_have_written_any_of_it(self, ed: Editor) -> None:
        article, other = draft(ed), editor("other@clinic.example")
        ed.step(article, "send")

        assert "Somebody who has not written any of this" in page(ed.step(article, "publish"))
        assert "You have written some of this." in page(ed.step(article, "approve"))
        assert other.step(article, "approve").status_code == 303
        assert ed.step(article, "publish").status_code == 303

    def test_approves_this_text_and_no_later_one(self, ed: Editor) -> None:
        article, other = draft(ed), editor("other@clinic.example")
        ed.step(article, "send")
        other.step(article, "approve")
        ed.save(again(article), title="Rest, once more")

        assert ed.step(article, "publish").status_code == 409
        assert "You have written" in page(ed.step(article, "approve"))

    def test_is_asked_again_for_a_change_of_what_readers_see(self, ed: Editor) -> None:
        other = editor("other@clinic.example")
        article = draft(ed)
        ed.step(article, "send")
        other.step(article, "approve")
        ed.step(article, "publish")
        other.save(again(article), title="Rest, once more")

        assert other.step(article, "publish").status_code == 409
        ed.step(article, "approve")
        assert ed.step(article, "publish").status_code == 303
        assert again(article).title == "Rest, once more"


class TestAClinician:
    @pytest.fixture(autouse=True)
    def wanted(self, db: None) -> None:
        ArticleSettings.objects.create(pk=1, clinician_signs=True)

    def clinician(self) -> Editor:
        who = editor("doctor@clinic.example")
        ContributorFactory(name="Dr Ada Wong", is_clinician=True, user=who.user)
        return who

    def test_must_sign_and_is_named_to_readers(self, ed: Editor) -> None:
        article, doctor = draft(ed), self.clinician()
        ed.step(article, "send")

        assert "A clinician must sign" in page(ed.step(article, "publish"))
        assert "Only a clinician can sign." in page(ed.step(article, "sign"))
        doctor.step(article, "sign")
        ed.step(article, "publish")

        assert "Reviewed by Dr Ada Wong" in page(ed.client.get("/articles/rest-and-legs/"))

    def test_signs_this_text_so_that_another_says_nothing_of_a_review(self, ed: Editor) -> None:
        article, doctor = draft(ed), self.clinician()
        ed.step(article, "send")
        doctor.step(article, "sign")
        ed.step(article, "publish")
        ed.save(again(article), title="Rest, once more")
        assert ed.step(article, "publish").status_code == 409
        assert "Dr Ada Wong" in page(ed.client.get("/articles/rest-and-legs/"))

        ArticleSettings.objects.update(clinician_signs=False)
        ed.step(article, "publish")

        assert "Not yet reviewed by a clinician" in page(ed.client.get("/articles/rest-and-legs/"))
        assert again(article).reviewed_by is None

    def test_can_sign_what_readers_see_already(self, ed: Editor) -> None:
        ArticleSettings.objects.update(clinician_signs=False)
        article, doctor = make_published(ed), self.clinician()

        doctor.step(article, "sign")

        assert again(article).reviewed_by is not None
        assert str(again(article).reviewed_on) == "2026-11-23"


def test_a_step_is_not_done_to_a_text_that_somebody_has_changed_meanwhile(ed: Editor) -> None:
    article = draft(ed)
    send_for_review(article, number=1, by=ed.actor)
    ed.save(again(article), title="Rest, once more")

    with pytest.raises(ChangedMeanwhile):
        publish_article(article, number=1, by=ed.actor)
    with pytest.raises(ChangedMeanwhile):
        approve_article(article, number=1, by=ed.actor)


def test_the_rules_are_the_owners(ed: Editor) -> None:
    rules = "/admin/articles/articlesettings/"
    owner = editor("owner@clinic.example", Role.OWNER)

    assert ed.client.post(rules, {"second_person": "on"}).status_code == 403
    assert owner.client.post(rules, {"second_person": "on"}).status_code == 302

    found = ArticleSettings.objects.get()
    assert (found.second_person, found.clinician_signs) == (True, False)


def test_only_what_exists_is_a_step(ed: Editor) -> None:
    article = draft(ed)

    for values in (
        {"step": "explode"},
        {"step": ""},
        {"step": "send", "number": "x\0"},
        {"step": "send", "number": str(10**40)},
        {"step": "send", "why": "x" * 100_000},
    ):
        number = values.pop("number", "1")
        assert ed.client.post(
            f"/admin/articles/article/{article.pk}/steps/", values | {"number": number}
        ).status_code == 422  # fmt: skip
    assert not ArticleEvent.objects.exists()
