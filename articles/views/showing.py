"""What several views of articles need."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from articles.models import Article
from articles.queries.reading import nearest_to, newest, topics_with_articles
from clinic.lib import clock


def not_found(request: HttpRequest, slug: str = "") -> HttpResponse:
    """404, with the articles that were most likely meant."""
    now = clock.now()
    nearest: Sequence[Article] = nearest_to(slug, now) if slug else []
    context: dict[str, Any] = {
        "nearest": nearest,
        "articles": [] if nearest else newest(now),
        "topics": topics_with_articles(now),
    }
    return render(request, "articles/not_found.html", context, status=404)
