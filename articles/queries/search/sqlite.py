"""Full-text search by SQLite's FTS5, over the table that actions/search_index.py keeps."""

from collections.abc import Iterable, Sequence

from django.db import connection

from articles.queries.search.words import HIGHLIGHT_END, HIGHLIGHT_START, MIN_PREFIX_LENGTH

MATCH_SQL = """
SELECT rowid, snippet(articles_search, 2, %s, %s, '…', 32)
FROM articles_search WHERE articles_search MATCH %s
ORDER BY bm25(articles_search, 10, 4, 1), rowid LIMIT %s
"""


def match_entries(words: Sequence[str], match_all: bool, limit: int) -> Iterable[tuple[int, str]]:
    """One query. Each word is quoted, so it is a word and no operator; the last may be begun."""
    terms = [f'"{word}"' for word in words]
    if len(words[-1]) >= MIN_PREFIX_LENGTH:
        terms[-1] += " *"
    question = (" " if match_all else " OR ").join(terms)
    with connection.cursor() as cursor:
        cursor.execute(MATCH_SQL, [HIGHLIGHT_START, HIGHLIGHT_END, question, limit])
        rows: list[tuple[int, str]] = cursor.fetchall()
    return rows
