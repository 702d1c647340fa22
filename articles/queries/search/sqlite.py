"""Full-text search with SQLite FTS5, in the table that actions/writing/search_index.py fills."""

from collections.abc import Iterable, Sequence

from django.db import connection

from articles.queries.search.words import HIGHLIGHT_END, HIGHLIGHT_START, MIN_PREFIX_LENGTH

MATCH_SQL = """
SELECT rowid, snippet(articles_search, 2, %s, %s, '…', 32)
FROM articles_search WHERE articles_search MATCH %s
ORDER BY bm25(articles_search, 10, 4, 1), rowid LIMIT %s
"""


def match_entries(words: Sequence[str], match_all: bool, limit: int) -> Iterable[tuple[int, str]]:
    """See MatchFunction. One query. Words are quoted, so that none is read as an operator."""
    terms = [f'"{word}"' for word in words]
    if len(words[-1]) >= MIN_PREFIX_LENGTH:
        terms[-1] += " *"
    search_query = (" " if match_all else " OR ").join(terms)
    with connection.cursor() as cursor:
        cursor.execute(MATCH_SQL, [HIGHLIGHT_START, HIGHLIGHT_END, search_query, limit])
        rows: list[tuple[int, str]] = cursor.fetchall()
    return rows
