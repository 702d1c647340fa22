"""Template tags of articles: dates, structured data, and related reading."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString

from articles.forms.search import SearchForm
from articles.models import Article
from articles.presentation import structured_data
from articles.queries.published import articles_about_treatment, newest_articles
from booking.models import ClinicProfile, Treatment
from booking.models.current_clinic import clinic_date
from clinic.lib.dates import clock, date_format
from clinic.lib.text.json_ld import breadcrumbs, to_script_tag

register = template.Library()


@register.filter
def long_date(instant: datetime, clinic: ClinicProfile | None) -> str:
    """Format an instant as "1 December 2026", in the clinic's time zone."""
    return date_format.date_without_weekday(clinic_date(instant, clinic))


@register.filter
def plain_day(day: date) -> str:
    """Format a date as "1 December 2026"."""
    return date_format.date_without_weekday(day)


@register.filter
def iso_date(instant: datetime, clinic: ClinicProfile | None) -> str:
    """Format an instant as "2026-12-01", in the clinic's time zone."""
    return clinic_date(instant, clinic).isoformat()


@register.simple_tag
def search_field(form: SearchForm | None) -> BoundField:
    """Return the field for searching the articles: of a form with what was typed, or empty."""
    return (form or SearchForm())["q"]


@register.simple_tag
def share_image(article: Article) -> str:
    """Return the path of the picture for shared links: the article's drawing."""
    name = f"share-{article.image}" if article.image else "share"
    return static(f"clinic/img/{name}.png")


@register.simple_tag(takes_context=True)
def article_json_ld(context: Context, article: Article) -> SafeString:
    """Render the article as a JSON-LD script element."""
    data = structured_data.build_medical_web_page(
        article, context["clinic"], base_url=context["base_url"], image=share_image(article)
    )
    return to_script_tag(data)


@register.simple_tag(takes_context=True)
def breadcrumbs_json_ld(context: Context, parent: str) -> SafeString:
    """Render the breadcrumbs of a page as JSON-LD. `parent` is the title of the list."""
    trail = [(parent, reverse("articles")), (context["page_title"], context["request"].path)]
    return to_script_tag(breadcrumbs(trail, context["base_url"]))


@register.inclusion_tag("articles/_related_reading.html", takes_context=True)
def related_reading(context: Context, treatment: Treatment | None = None) -> Mapping[str, Any]:
    """Render links to articles about a treatment, or to the newest ones without a treatment."""
    now = clock.now()
    articles: Sequence[Article] = (
        articles_about_treatment(treatment, now) if treatment else newest_articles(now)
    )
    return {"articles": articles, "treatment": treatment, "clinic": context["clinic"]}
