"""Keeping what searching looks through. Always in the transaction of what changed it."""

from django.db import connection, transaction

from articles.models import Article, SearchEntry
from clinic.lib.text.rich_text import plain_text

INSERT_SQL = "INSERT INTO articles_search (rowid, title, lead, body) VALUES (%s, %s, %s, %s)"


def index_article(article: Article) -> None:
    """Let it be found by what it says now."""
    questions = list(article.faqs.all())
    headings = [question.question for question in questions]
    entry, _ = SearchEntry.objects.update_or_create(
        article=article,
        defaults={
            "title": article.title,
            "lead": plain_text(" ".join([article.excerpt, *article.summary, *headings])),
            "body": plain_text(" ".join([article.body, *(one.answer for one in questions)])),
        },
    )
    if connection.vendor == "sqlite":
        _update_sqlite_index(entry)


def rebuild_search_index() -> int:
    """Begin again from the articles, for whoever has brought rows in by another way."""
    with transaction.atomic():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM articles_search")
        articles = Article.objects.prefetch_related("faqs")
        for article in articles:
            index_article(article)
    return len(articles)


def _update_sqlite_index(entry: SearchEntry) -> None:
    """Into SQLite's full-text table, which Django does not know."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_search WHERE rowid = %s", [entry.pk])
        cursor.execute(INSERT_SQL, [entry.pk, entry.title, entry.lead, entry.body])
