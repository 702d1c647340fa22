"""Full-text search by PostgreSQL, and the nearest word by pg_trgm."""

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
from articles.queries.search.words import ALIKE, BEGIN, BEGUN, END, SHORTEST

CONFIG = "english"
VECTOR = (
    SearchVector("title", weight="A", config=CONFIG)
    + SearchVector("lead", weight="B", config=CONFIG)
    + SearchVector("body", weight="C", config=CONFIG)
)
"""As the index of the migration has it."""
NEAREST = """
SELECT word FROM (
    SELECT DISTINCT lower(regexp_split_to_table(
        title || ' ' || lead || ' ' || body, '[^[:alnum:]]+')) AS word
    FROM articles_searchentry WHERE article_id = ANY(%s)
) AS words
WHERE length(word) >= %s AND similarity(word, %s) >= %s
ORDER BY similarity(word, %s) DESC, length(word), word DESC LIMIT 1
"""


def match(words: Sequence[str], all_of_them: bool, most: int) -> Iterable[tuple[int, str]]:
    """One query. Each word is quoted, so it is a word and no operator; the last may be begun."""
    terms = [f"'{word}'" for word in words]
    if len(words[-1]) >= BEGUN:
        terms[-1] += ":*"
    question = SearchQuery(
        (" & " if all_of_them else " | ").join(terms), config=CONFIG, search_type="raw"
    )
    passage = SearchHeadline(
        "body", question, config=CONFIG, start_sel=BEGIN, stop_sel=END, min_words=18, max_words=34
    )
    rows = SearchEntry.objects.annotate(found=VECTOR).filter(found=question)
    ranked = rows.annotate(rank=SearchRank(VECTOR, question), passage=passage)
    return ranked.order_by("-rank", "pk").values_list("pk", "passage")[:most]


def nearest_word(word: str, entries: "QuerySet[SearchEntry]") -> str:
    """The word of these entries that is most like another; empty if none is."""
    ids = list(entries.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, [ids, SHORTEST, word, ALIKE, word])
        row: tuple[str] | None = cursor.fetchone()
    return row[0] if row else ""
