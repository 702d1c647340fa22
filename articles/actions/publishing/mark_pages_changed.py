"""Something beside an article's own words has changed on its page."""

from collections.abc import Iterable
from datetime import datetime

from articles.models import Article


def mark_pages_changed(articles: Iterable[int], now: datetime) -> None:
    """So that whoever asks whether these pages have changed is told so."""
    Article.objects.filter(pk__in=set(articles)).update(page_changed_at=now)
