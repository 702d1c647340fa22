"""Record that the page of an article changed without a change of its text."""

from collections.abc import Iterable
from datetime import datetime

from articles.models import Article


def mark_pages_changed(articles: Iterable[int], now: datetime) -> None:
    """Set `page_changed_at` of the articles with these pks, so that caches fetch them again."""
    Article.objects.filter(pk__in=set(articles)).update(page_changed_at=now)
