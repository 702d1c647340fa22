"""Editors save articles. Published text changes only when the new revision is published."""

from typing import Any

from django.db import transaction

from articles.actions.actor import Actor
from articles.actions.writing.autosave import delete_autosave
from articles.actions.writing.create_revision import create_initial_revision, create_revision
from articles.actions.writing.write_article import apply_text, clean_text
from articles.errors import EditConflict, SlugTaken
from articles.inputs import ArticleText
from articles.models import Article, Contributor
from articles.queries.revisions import get_revision_text, latest_text
from articles.workflow import DATED_STATUSES
from clinic.lib.dates import clock


def create_article(text: ArticleText, *, by: Actor, why: str = "") -> Article:
    """Create a draft with its first revision. Raises SlugTaken."""
    with transaction.atomic():
        article = Article()
        apply_text(article, clean_text(text), by=by)
        create_revision(article, clean_text(text), why=why, by=by)
        article.shown_version = article.version
        article.save(update_fields=["version", "shown_version"])
        delete_autosave(None, by=by)
    return article


def revise_article(
    article: Article, text: ArticleText, *, base_revision: int, by: Actor, why: str = ""
) -> Article:
    """Save a new revision of an article, if its text changed.

    `base_revision` is the number of the newest revision when the form was opened.
    Raises EditConflict if another one has been saved since, and SlugTaken.
    """
    text = clean_text(text)
    with transaction.atomic():
        locked = Article.objects.select_for_update().get(pk=article.pk)
        if locked.version != base_revision:
            raise EditConflict()
        if locked.version == 0:
            create_initial_revision(locked)
        if latest_text(locked) != text:
            _store_revision(locked, text, why=why, by=by)
        locked.save(update_fields=["version", "shown_version"])
        delete_autosave(locked, by=by)
    return locked


def restore_revision(
    article: Article, number: int, *, base_revision: int, by: Actor, why: str
) -> Article:
    """Save the text of revision `number` as the newest revision.

    Raises EditConflict, or Revision.DoesNotExist.
    """
    return revise_article(
        article, get_revision_text(article, number), base_revision=base_revision, by=by, why=why
    )


def update_display_options(
    article: Article, *, author: Contributor | None, comments_open: bool, by: Actor
) -> None:
    """Change the displayed author and whether readers may comment."""
    options: dict[str, Any] = {"author": author, "comments_open": comments_open}
    if any(getattr(article, name) != value for name, value in options.items()):
        options |= {"changed_at": clock.now(), "changed_by": by.user}
        Article.objects.filter(pk=article.pk).update(**options)


def _store_revision(article: Article, text: ArticleText, *, why: str, by: Actor) -> None:
    if article.status in DATED_STATUSES:
        if Article.objects.filter(slug=text.slug).exclude(pk=article.pk).exists():
            raise SlugTaken()
        create_revision(article, text, why=why, by=by)
        return
    apply_text(article, text, by=by)
    create_revision(article, text, why=why, by=by)
    article.shown_version = article.version
