"""The page of an article, the glossary, the policy pages, and the feed."""

from datetime import UTC, datetime, time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article
from articles.presentation.feeds import build_atom_feed
from articles.presentation.rendering import latest_overdue_date, render_inline, render_page_body
from articles.queries.published import (
    find_article_for_page,
    find_current_slug,
    find_page,
    last_changed_at,
    list_glossary_terms,
)
from articles.views.common import article_context, article_not_found
from booking.models import ClinicProfile
from booking.models.current_clinic import clinic_date, current_clinic
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import open_to_all
from clinic.lib.http.anonymous_cache import cache_anonymously


@open_to_all
@require_safe
@cache_anonymously
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /articles/<slug>/: an article, with treatments to book if it offers them."""
    now, clinic = clock.now(), current_clinic(request)
    visible_article = find_article_for_page(slug, now)
    if visible_article is None:
        current_slug = find_current_slug(slug, now)
        return (
            redirect("article", current_slug, permanent=True)
            if current_slug
            else article_not_found(request, slug)
        )
    response = render(request, "articles/article.html", article_context(visible_article, clinic))
    if not visible_article.offers_booking:
        response.last_modified = _last_modified(visible_article, clinic, now)  # type: ignore[attr-defined]  # free times change without an edit
    return response


def _last_modified(article: Article, clinic: ClinicProfile | None, now: datetime) -> datetime:
    """Return when the page last changed: by an editor, or since something became overdue."""
    due = latest_overdue_date(article, clinic_date(now, clinic))
    if due is None:
        return article.last_modified_at
    return max(
        article.last_modified_at, datetime.combine(due, time(), clinic.zone if clinic else UTC)
    )


@open_to_all
@require_safe
@cache_anonymously
def glossary_page(request: HttpRequest) -> HttpResponse:
    """GET /articles/glossary/: the terms that articles use."""
    context = {
        "terms": [
            {"term": term, "meaning": render_inline(term.meaning), "sources": sources}
            for term, sources in list_glossary_terms()
        ],
        "page_title": _("Glossary"),
        "page_description": _("The words of our articles on restless legs, in plain English."),
    }
    return render(request, "articles/glossary.html", context)


@open_to_all
@require_safe
@cache_anonymously
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /articles/evidence-policy/ and /articles/comment-policy/: a policy page."""
    page = find_page(slug)
    if page is None:
        return article_not_found(request)
    context = {
        "page": page,
        "rendered": render_page_body(page.body),
        "page_title": page.title,
        "page_description": page.description,
    }
    return render(request, "articles/policy.html", context)


@open_to_all
@require_safe
@cache_anonymously
def feed(request: HttpRequest) -> HttpResponse:
    """GET /articles/feed/: the newest articles, as Atom."""
    response = HttpResponse(
        build_atom_feed(current_clinic(request)), content_type="application/atom+xml; charset=utf-8"
    )
    response.last_modified = last_changed_at(clock.now())  # type: ignore[attr-defined]  # for If-Modified-Since
    return response
