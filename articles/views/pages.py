"""Reading: an article, the glossary, how we work, and the feed."""

from datetime import UTC, datetime, time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article
from articles.models.dates import day_of
from articles.presentation.feeds import atom_feed
from articles.presentation.rendering import fell_due, present_line, present_text
from articles.queries.published import find_article, find_page, glossary, last_change, moved_to
from articles.views.common import not_found, page_of
from booking.models import ClinicProfile
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import open_to_all
from clinic.lib.http.anonymous_cache import same_for_everybody


@open_to_all
@require_safe
@same_for_everybody
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /articles/<slug>/: an article, with what can be booked if it offers that."""
    now, clinic = clock.now(), current_clinic(request)
    found = find_article(slug, now)
    if found is None:
        new = moved_to(slug, now)
        return redirect("article", new, permanent=True) if new else not_found(request, slug)
    response = render(request, "articles/article.html", page_of(found, clinic))
    if not found.offers_booking:
        response.changed_at = _changed(found, clinic, now)  # type: ignore[attr-defined]  # free times change by themselves
    return response


def _changed(article: Article, clinic: ClinicProfile | None, now: datetime) -> datetime:
    """When somebody changed it, or something in it became overdue."""
    due = fell_due(article, day_of(now, clinic))
    if due is None:
        return article.page_changed_at
    return max(
        article.page_changed_at, datetime.combine(due, time(), clinic.zone if clinic else UTC)
    )


@open_to_all
@require_safe
@same_for_everybody
def words(request: HttpRequest) -> HttpResponse:
    """GET /articles/glossary/: the words that articles use."""
    context = {
        "terms": [
            {"term": term, "meaning": present_line(term.meaning), "sources": sources}
            for term, sources in glossary()
        ],
        "page_title": _("Glossary"),
        "page_description": _("The words of our articles on restless legs, in plain English."),
    }
    return render(request, "articles/glossary.html", context)


@open_to_all
@require_safe
@same_for_everybody
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /articles/evidence-policy/ and /articles/comment-policy/: how we work."""
    page = find_page(slug)
    if page is None:
        return not_found(request)
    context = {
        "page": page,
        "shown": present_text(page.body),
        "page_title": page.title,
        "page_description": page.description,
    }
    return render(request, "articles/policy.html", context)


@open_to_all
@require_safe
@same_for_everybody
def feed(request: HttpRequest) -> HttpResponse:
    """GET /articles/feed/: what is new, as Atom."""
    response = HttpResponse(
        atom_feed(current_clinic(request)), content_type="application/atom+xml; charset=utf-8"
    )
    response.changed_at = last_change(clock.now())  # type: ignore[attr-defined]  # for If-Modified-Since
    return response
