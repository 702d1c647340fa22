"""The list of articles, topics, and the search."""

from functools import partial

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.forms.search import SearchForm, normalize_query
from articles.models import Topic
from articles.queries.published import last_changed_at, list_articles, topics_with_articles
from articles.queries.search.search import search_articles
from articles.views.common import article_not_found
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import open_to_all
from clinic.lib.http.anonymous_cache import cache_anonymously
from clinic.lib.http.proxies import network_of, rate_limit_address
from clinic.lib.rate_limit import RateLimit, count_in_cache, count_use

PAGE_SIZE = 24
CORRECTION_LIMIT = RateLimit("search", most=40)
CORRECTION_PER_NETWORK_LIMIT = RateLimit("search-network", most=200)
"""Limits searches for words that no article has: each costs as much as several pages."""


@open_to_all
@require_safe
@cache_anonymously
def article_list(request: HttpRequest) -> HttpResponse:
    """GET /articles/: all articles; ?q= searches, ?page= selects a page."""
    query = request.GET.get("q")
    return _list_page(request) if query is None else _search_page(request, query)


@open_to_all
@require_safe
@cache_anonymously
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /articles/topics/<slug>/: the articles on one topic."""
    now = clock.now()
    topics = list(topics_with_articles(now))
    selected_topic = next((topic_row for topic_row in topics if topic_row.slug == slug), None)
    if selected_topic is None:
        return article_not_found(request, slug)
    context = {
        "topic": selected_topic,
        "topics": topics,
        "articles": list_articles(now).filter(topics=selected_topic),
        "page_title": selected_topic.name,
        "page_description": selected_topic.description or selected_topic.name,
    }
    return render(request, "articles/topic.html", context)


def _list_page(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    pages = Paginator(list_articles(now), PAGE_SIZE)
    try:
        page = pages.page(request.GET.get("page", "1"))
    except (EmptyPage, PageNotAnInteger):
        return article_not_found(request)
    context = {
        "articles": page,
        "topics": topics_with_articles(now),
        "page_title": _("Articles on restless legs"),
        "page_description": _(
            "Restless legs syndrome in plain words: causes, iron, triggers, sleep, treatment, and "
            "what is known about massage. With sources."
        ),
    }
    response = render(request, "articles/list.html", context)
    response.last_modified = last_changed_at(now)  # type: ignore[attr-defined]  # for If-Modified-Since
    return response


def _search_page(request: HttpRequest, query: str) -> HttpResponse:
    now = clock.now()
    query = normalize_query(query)
    form = SearchForm({"q": query})
    topics: list[Topic] = list(topics_with_articles(now))
    context = {
        "form": form,
        "query": query,
        "topics": topics,
        "page_title": _("Search: %(words)s") % {"words": query} if query else _("Search"),
    }
    if not form.is_valid():
        return render(request, "articles/search.html", context, status=422)
    results = search_articles(query, now, before_correcting=partial(_count_correction, request))
    return render(request, "articles/search.html", context | {"results": results})


def _count_correction(request: HttpRequest) -> None:
    """Count a search that needs corrections. Raises RateLimitExceeded."""
    address = rate_limit_address(request)
    count_use(CORRECTION_LIMIT, address, count=count_in_cache)
    count_use(CORRECTION_PER_NETWORK_LIMIT, network_of(address), count=count_in_cache)
