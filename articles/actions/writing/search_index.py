"""Keep the search index up to date, in the same transaction as the change of the article."""

from django.db import connection, transaction

from articles.models import Article, SearchEntry
from clinic.lib.text.rich_text import plain_text

INSERT_SQL = "INSERT INTO articles_search (rowid, title, lead, body) VALUES (%s, %s, %s, %s)"


def index_article(article: Article) -> None:
    """Update the index entry of an article from its current text."""
    questions = list(article.faqs.all())
    headings = [question.question for question in questions]
    entry, _ = SearchEntry.objects.update_or_create(
        article=article,
        defaults={
            "title": article.title,
            "lead": plain_text(" ".join([article.excerpt, *article.summary, *headings])),
            "body": plain_text(
                " ".join([article.body, *(question.answer for question in questions)])
            ),
        },
    )
    if connection.vendor == "sqlite":
        _update_sqlite_index(entry)


def rebuild_search_index() -> int:
    """Rebuild the whole index, for rows that were written in another way; return their number."""
    with transaction.atomic():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM articles_search")
        articles = Article.objects.prefetch_related("faqs")
        for article in articles:
            index_article(article)
    return len(articles)


def _update_sqlite_index(entry: SearchEntry) -> None:
    """Copy the entry into SQLite's FTS5 table, which is no Django model."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_search WHERE rowid = %s", [entry.pk])
        cursor.execute(INSERT_SQL, [entry.pk, entry.title, entry.lead, entry.body])
