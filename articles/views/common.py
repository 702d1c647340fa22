"""What several views of articles need."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from articles.models import Article
from articles.presentation.rendering import render_article
from articles.queries.booking_suggestions import booking_suggestions
from articles.queries.comments import build_threads
from articles.queries.published import (
    find_related_articles,
    find_similar_slugs,
    newest_articles,
    topics_with_articles,
)
from booking.models import ClinicProfile
from booking.models.current_clinic import clinic_date
from clinic.lib.dates import clock


def article_context(article: Article, clinic: ClinicProfile | None) -> dict[str, Any]:
    """What the page of an article shows: to readers, and to editors before readers see it."""
    now = clock.now()
    return {
        "article": article,
        "rendered": render_article(article, clinic_date(now, clinic)),
        "comments": build_threads(article.comments.all()),
        "related": find_related_articles(article, now),
        "booking_suggestions": booking_suggestions(article, clinic, now),
        "page_title": article.title,
        "page_description": article.description,
    }


def article_not_found(request: HttpRequest, slug: str = "") -> HttpResponse:
    """404, with the articles that were most likely meant."""
    now = clock.now()
    suggestions: Sequence[Article] = find_similar_slugs(slug, now) if slug else []
    context: dict[str, Any] = {
        "suggestions": suggestions,
        "articles": [] if suggestions else newest_articles(now),
        "topics": topics_with_articles(now),
    }
    return render(request, "articles/not_found.html", context, status=404)
