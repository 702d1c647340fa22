"""Full-text search with PostgreSQL, and spelling correction with pg_trgm."""

from collections.abc import Iterable, Sequence

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchRank,
    SearchVector,
)
from django.db import connection
from django.db.models import QuerySet

from articles.models import SearchEntry
from articles.queries.search.words import (
    HIGHLIGHT_END,
    HIGHLIGHT_START,
    MIN_PREFIX_LENGTH,
    MIN_SIMILARITY,
    MIN_WORD_LENGTH,
)

SEARCH_CONFIG = "english"
SEARCH_VECTOR = (
    SearchVector("title", weight="A", config=SEARCH_CONFIG)
    + SearchVector("lead", weight="B", config=SEARCH_CONFIG)
    + SearchVector("body", weight="C", config=SEARCH_CONFIG)
)
"""The expression of the index that migration 0002 creates; both must be equal."""
NEAREST_WORD_SQL = """
SELECT word FROM (
    SELECT DISTINCT lower(regexp_split_to_table(
        title || ' ' || lead || ' ' || body, '[^[:alnum:]]+')) AS word
    FROM articles_searchentry WHERE article_id = ANY(%s)
) AS words
WHERE length(word) >= %s AND similarity(word, %s) >= %s
ORDER BY similarity(word, %s) DESC, length(word), word DESC LIMIT 1
"""


def match_entries(words: Sequence[str], match_all: bool, limit: int) -> Iterable[tuple[int, str]]:
    """See MatchFunction. One query. Words are quoted, so that none is read as an operator."""
    terms = [f"'{word}'" for word in words]
    if len(words[-1]) >= MIN_PREFIX_LENGTH:
        terms[-1] += ":*"
    search_query = SearchQuery(
        (" & " if match_all else " | ").join(terms), config=SEARCH_CONFIG, search_type="raw"
    )
    passage = SearchHeadline(
        "body",
        search_query,
        config=SEARCH_CONFIG,
        start_sel=HIGHLIGHT_START,
        stop_sel=HIGHLIGHT_END,
        min_words=18,
        max_words=34,
    )
    rows = SearchEntry.objects.annotate(vector=SEARCH_VECTOR).filter(vector=search_query)
    ranked = rows.annotate(rank=SearchRank(SEARCH_VECTOR, search_query), passage=passage)
    return ranked.order_by("-rank", "pk").values_list("pk", "passage")[:limit]


def most_similar_word(word: str, entries: "QuerySet[SearchEntry]") -> str:
    """Return the word in these entries that is most similar to `word`, or an empty string."""
    ids = list(entries.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(NEAREST_WORD_SQL, [ids, MIN_WORD_LENGTH, word, MIN_SIMILARITY, word])
        row: tuple[str] | None = cursor.fetchone()
    return row[0] if row else ""
