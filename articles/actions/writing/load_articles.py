"""Load articles/content/ into the database without touching what an editor has changed.

A row stores the digest of what was loaded. While its contents still have that digest, no editor
has changed it and a newer file may replace it. Published articles are replaced only in the demo.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model

from articles.actions.actor import Actor
from articles.actions.comments.sample_comments import add_sample_comments
from articles.actions.writing.write_article import write_article
from articles.inputs import ArticleText, ContentText, PageText, text_digest
from articles.models import Article, GlossaryTerm, Page, Topic
from articles.models.topic import ContentFileModel
from articles.queries.row_texts import text_from_row
from articles.text.content_files import read_articles, read_pages, read_terms, read_topics
from articles.workflow import ArticleStatus
from booking.models import Treatment
from clinic.lib.dates import clock

M = TypeVar("M", bound=ContentFileModel)
T = TypeVar("T", bound=ContentText)
NEW, UPDATED, UNCHANGED, KEPT_EDITED = "new", "updated", "unchanged", "kept as edited here"


def load_articles(*, publish: bool, by: Actor) -> Counter[str]:
    """Load all content as drafts, or published at once with `publish` (the demo).

    Returns the number of rows by outcome: new, updated, unchanged, kept as edited here.
    """
    done: Counter[str] = Counter()
    with transaction.atomic():
        _load_rows(Topic, read_topics(), _copy_fields, done)
        _load_rows(GlossaryTerm, read_terms(), _copy_fields, done)
        _load_rows(Page, read_pages(), _write_page, done)

        def write(article: Article, text: ArticleText) -> None:
            is_new = article.pk is None
            if publish and is_new:
                article.status, article.published_at = ArticleStatus.PUBLISHED, clock.now()
            write_article(article, text, by=by)
            if publish and is_new:
                add_sample_comments(article)

        # Lists show the newest first, so the article to be read first is written last.
        texts = [_drop_unknown_treatments(text) for text in reversed(read_articles())]
        _load_rows(Article, texts, write, done, may_replace=publish)
    return done


def _drop_unknown_treatments(text: ArticleText) -> ArticleText:
    """Return the text without treatments that this clinic does not offer."""
    offered = Treatment.objects.filter(slug__in=text.treatments)
    return replace(text, treatments=sorted(offered.values_list("slug", flat=True)))


def _load_rows(
    model: type[M],
    texts: Iterable[T],
    write: Callable[[M, T], None],
    done: Counter[str],
    *,
    may_replace: bool = True,
) -> None:
    rows = {row.loaded_from: row for row in model._default_manager.all()}
    slugs = set(model._default_manager.values_list("slug", flat=True))
    for text in texts:
        digest, row = text_digest(text), rows.get(text.slug)
        if row is None and text.slug in slugs:  # written by an editor
            outcome = KEPT_EDITED
        elif row is None:
            row, outcome = model(loaded_from=text.slug), NEW
        elif row.loaded_digest == digest:
            outcome = UNCHANGED
        elif _is_unedited(row) and (may_replace or _is_draft(row)):
            outcome = UPDATED
        else:
            outcome = KEPT_EDITED
        if row is not None and outcome in (NEW, UPDATED):
            row.loaded_digest = digest
            write(row, text)
        done[outcome] += 1


def _is_unedited(row: ContentFileModel) -> bool:
    has_changes = isinstance(row, Article) and row.has_unpublished_changes
    return not has_changes and text_digest(text_from_row(row)) == row.loaded_digest


def _is_draft(row: ContentFileModel) -> bool:
    return not isinstance(row, Article) or row.status == ArticleStatus.DRAFT


def _copy_fields(row: Model, text: Any) -> None:
    """Copy the fields of the text to the fields of the same names, and save the row."""
    for name in text.__slots__:
        setattr(row, name, getattr(text, name))
    row.save()


def _write_page(page: Page, text: PageText) -> None:
    page.changed_at = clock.now()
    _copy_fields(page, text)
