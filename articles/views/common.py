"""What several views of articles need."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from articles.models import Article
from articles.models.dates import day_of
from articles.presentation.rendering import present
from articles.queries.booking_suggestions import to_book
from articles.queries.comments import conversation
from articles.queries.published import nearest_to, newest, related_to, topics_with_articles
from booking.models import ClinicProfile
from clinic.lib.dates import clock


def page_of(article: Article, clinic: ClinicProfile | None) -> dict[str, Any]:
    """What the page of an article shows: to readers, and to editors before readers see it."""
    now = clock.now()
    return {
        "article": article,
        "shown": present(article, day_of(now, clinic)),
        "comments": conversation(article.comments.all()),
        "related": related_to(article, now),
        "to_book": to_book(article, clinic, now),
        "page_title": article.title,
        "page_description": article.description,
    }


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
