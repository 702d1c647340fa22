"""The command load_articles: drafts, samples in the demo, and articles that editors changed."""

from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from articles.actions.actor import Actor
from articles.actions.writing import load_articles as loading
from articles.actions.writing.load_articles import load_articles
from articles.inputs import ArticleText
from articles.models import Article, Comment, GlossaryTerm, Page, SearchEntry, Topic
from articles.text import content_files
from articles.text.content_files import read_articles, read_terms, read_topics
from articles.workflow import ArticleStatus
from tests.factories import ArticleFactory, TreatmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
ALL = len(read_articles())


def load(*, publish: bool = False) -> Counter[str]:
    return load_articles(publish=publish, by=Actor.system())


def changed(monkeypatch: pytest.MonkeyPatch, **values: object) -> str:
    """Change the title in the first content file, and return its slug."""
    first, *others = read_articles()
    said = {name: getattr(first, name) for name in ArticleText.__slots__} | values
    fresh = [ArticleText(**said), *others]
    monkeypatch.setattr(loading, "read_articles", lambda: fresh)
    return first.slug


def test_outside_the_demo_articles_are_loaded_as_drafts(client: Client) -> None:
    load()

    assert set(Article.objects.values_list("status", "published_at")) == {
        (ArticleStatus.DRAFT, None)
    }
    assert Article.objects.count() == SearchEntry.objects.count() == ALL >= 12
    assert Topic.objects.count() == len(read_topics())
    assert GlossaryTerm.objects.count() == len(read_terms())
    assert set(Page.objects.values_list("slug", flat=True)) == {"evidence-policy", "comment-policy"}
    assert not Comment.objects.exists()
    for slug in Article.objects.values_list("slug", flat=True):
        assert client.get(f"/articles/{slug}/").status_code == 404


def test_in_the_demo_articles_are_published_as_samples(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    call_command("load_articles", verbosity=0)

    assert set(Article.objects.values_list("status", flat=True)) == {ArticleStatus.PUBLISHED}
    assert not Article.objects.exclude(reviewed_by=None, reviewed_on=None).exists()
    first = Article.objects.newest_first()[0]
    assert first.slug == read_articles()[0].slug
    text = client.get(f"/articles/{first.slug}/").content.decode()
    assert "Sample, not medical advice" in text
    assert "Not yet reviewed by a clinician" in text
    assert all(c.text.startswith("Sample comment") for c in Comment.objects.approved())


def test_loading_twice_changes_nothing() -> None:
    load()
    before = list(Article.objects.values_list("slug", "changed_at", "loaded_digest"))

    assert set(load()) == {"unchanged"}
    assert list(Article.objects.values_list("slug", "changed_at", "loaded_digest")) == before


def test_a_newer_file_replaces_an_unedited_draft(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load()
    slug = changed(monkeypatch, title="A better title")

    assert load()["updated"] == 1
    assert Article.objects.get(slug=slug).title == "A better title"


@pytest.mark.parametrize("edit", ["title", "faq", "source", "slug", "topics"])
def test_a_draft_that_an_editor_changed_is_not_replaced(
    monkeypatch: pytest.MonkeyPatch, edit: str
) -> None:
    load()
    slug = changed(monkeypatch, excerpt="A better excerpt")
    article = Article.objects.get(slug=slug)
    match edit:
        case "faq":
            article.faqs.first().delete()  # type: ignore[union-attr]
        case "source":
            article.sources.update(citation="Somebody. 2026.")
        case "topics":
            article.topics.clear()
        case field:
            Article.objects.filter(pk=article.pk).update(**{field: "edited"})

    assert load()["kept as edited here"] == 1
    assert Article.objects.get(pk=article.pk).excerpt != "A better excerpt"
    assert Article.objects.count() == ALL


def test_a_published_article_is_not_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load(publish=True)
    changed(monkeypatch, excerpt="A better excerpt")

    assert load(publish=False)["kept as edited here"] == 1
    assert load(publish=True)["updated"] == 1


def test_the_clinics_own_article_with_the_same_slug_is_kept() -> None:
    own = ArticleFactory(slug=read_articles()[0].slug, title="Our own")

    assert load()["kept as edited here"] == 1
    own.refresh_from_db()
    assert own.title == "Our own"


def test_treatments_that_the_clinic_does_not_offer_are_left_out() -> None:
    TreatmentFactory(slug="swedish-massage")
    load()
    linked = set(Article.objects.values_list("treatments__slug", flat=True))

    assert linked == {None, "swedish-massage"}


def test_a_faulty_file_is_named_and_nothing_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "topics.toml").write_text('[[topic]]\nslug = "a"\nname = "A"\n')
    (tmp_path / "broken.md").write_text("+++\ntitle = \n+++\nText")
    monkeypatch.setattr(loading, "read_articles", lambda: content_files.read_articles(tmp_path))

    with pytest.raises(CommandError, match=r"broken\.md"):
        call_command("load_articles")
    assert not Topic.objects.exists()


@pytest.mark.parametrize(("front", "why"), [
    ('title = "x"', "topics"), ('topics = ["lost"]', "no topic 'lost'"), ("", "topics"),
])  # fmt: skip
def test_missing_fields_of_a_file_are_named(tmp_path: Path, front: str, why: str) -> None:
    (tmp_path / "a.md").write_text(f"+++\n{front}\n+++\nText")

    with pytest.raises(content_files.ContentError, match=why):
        content_files.read_articles(tmp_path)


def test_the_command_prints_the_number_of_articles(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_articles")

    assert " new." in capsys.readouterr().out
