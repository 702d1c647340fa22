"""Helpers of several views: find the article of a URL, its context, the page for 404."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from articles.models import Article
from articles.presentation.rendering import render_article
from articles.queries.booking_suggestions import booking_suggestions
from articles.queries.comments import build_threads
from articles.queries.published import (
    find_current_slug,
    find_related_articles,
    find_similar_slugs,
    find_visible_article,
    newest_articles,
    topics_with_articles,
)
from booking.models import ClinicProfile
from booking.models.current_clinic import clinic_date
from clinic.lib.dates import clock

ArticleView = Callable[[HttpRequest, Article], HttpResponse]


def article_context(article: Article, clinic: ClinicProfile | None) -> dict[str, Any]:
    """Return the context of an article's page, for readers and for the editors' preview."""
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
    """Render a page with status 404 that suggests articles with similar slugs, or the newest."""
    now = clock.now()
    suggestions: Sequence[Article] = find_similar_slugs(slug, now) if slug else []
    context: dict[str, Any] = {
        "suggestions": suggestions,
        "articles": [] if suggestions else newest_articles(now),
        "topics": topics_with_articles(now),
    }
    return render(request, "articles/not_found.html", context, status=404)


def with_article(view: ArticleView) -> Callable[..., HttpResponse]:
    """Pass the visible article with the slug of the URL to a view.

    An old slug redirects to the current one; an unknown one gets the page of `article_not_found`.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, slug: str) -> HttpResponse:
        now = clock.now()
        article = find_visible_article(slug, now)
        if article is not None:
            return view(request, article)
        current_slug = find_current_slug(slug, now)
        return (
            redirect("article", current_slug) if current_slug else article_not_found(request, slug)
        )

    return wrapper
