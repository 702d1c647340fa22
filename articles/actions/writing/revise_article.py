"""An editor saves. What readers see already changes only when the change is published."""

from typing import Any

from django.db import transaction

from articles.actions.actor import Actor
from articles.actions.writing.autosave import forget_unsaved
from articles.actions.writing.create_revision import keep_revision, keep_what_was
from articles.actions.writing.write_article import cleaned, show_text
from articles.errors import AddressTaken, ChangedMeanwhile
from articles.inputs import ArticleText
from articles.models import Article, Contributor
from articles.queries.revisions import newest_text, text_of_revision
from articles.workflow import DATED
from clinic.lib.dates import clock


def begin_article(text: ArticleText, *, by: Actor, why: str = "") -> Article:
    """A new draft. Raises AddressTaken."""
    with transaction.atomic():
        article = Article()
        show_text(article, cleaned(text), by=by)
        keep_revision(article, cleaned(text), why=why, by=by)
        article.shown_version = article.version
        article.save(update_fields=["version", "shown_version"])
        forget_unsaved(None, by=by)
    return article


def revise_article(
    article: Article, text: ArticleText, *, base: int, by: Actor, why: str = ""
) -> Article:
    """Keep a new revision of an article that stood at revision `base` when it was opened.

    Raises ChangedMeanwhile where somebody has saved since, and AddressTaken."""
    text = cleaned(text)
    with transaction.atomic():
        locked = Article.objects.select_for_update().get(pk=article.pk)
        if locked.version != base:
            raise ChangedMeanwhile()
        if locked.version == 0:
            keep_what_was(locked)
        if newest_text(locked) != text:
            _keep(locked, text, why=why, by=by)
        locked.save(update_fields=["version", "shown_version"])
        forget_unsaved(locked, by=by)
    return locked


def restore_revision(article: Article, number: int, *, base: int, by: Actor, why: str) -> Article:
    """An older revision is the newest again; none in between is lost. Raises ChangedMeanwhile."""
    return revise_article(article, text_of_revision(article, number), base=base, by=by, why=why)


def choose_how_shown(
    article: Article, *, author: Contributor | None, comments_open: bool, by: Actor
) -> None:
    """Who is named as its author, and whether readers may answer. No part of the text."""
    wanted: dict[str, Any] = {"author": author, "comments_open": comments_open}
    if any(getattr(article, name) != value for name, value in wanted.items()):
        wanted |= {"changed_at": clock.now(), "changed_by": by.user}
        Article.objects.filter(pk=article.pk).update(**wanted)


def _keep(article: Article, text: ArticleText, *, why: str, by: Actor) -> None:
    if article.status in DATED:
        if Article.objects.filter(slug=text.slug).exclude(pk=article.pk).exists():
            raise AddressTaken()
        keep_revision(article, text, why=why, by=by)
        return
    show_text(article, text, by=by)
    keep_revision(article, text, why=why, by=by)
    article.shown_version = article.version
