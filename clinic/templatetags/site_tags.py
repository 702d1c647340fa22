"""Template tags for structured data, price ranges, country names, icons and drawings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale

from booking.models import Option
from booking.queries.availability.opening_hours import weekly_opening_hours
from booking.queries.catalogue import BookableTreatment
from booking.queries.staff.team import TeamMember
from clinic import structured_data
from clinic.lib.text.json_ld import breadcrumbs, to_script_tag

register = template.Library()

DRAWINGS_DIR = Path(settings.BASE_DIR) / "templates" / "components" / "drawings"
DRAWINGS = frozenset(file.stem for file in DRAWINGS_DIR.glob("*.svg"))
"""The names of drawings. For any other name the moon is shown."""
DRAWINGS_WITHOUT_SKY = frozenset({"cushions", "room", "talk"})
HEIGHTS: Mapping[str, tuple[int, int]] = {"arch": (460, 0), "round": (400, 50), "wide": (340, 110)}
"""By shape: the height in units of the drawing, and how much of its top is cut off."""


@dataclass(frozen=True, slots=True)
class Illustration:
    """A drawing in its frame (templates/components/illustration.html)."""

    shape: str
    height: int
    cut_off: int
    has_sky: bool
    content: SafeString


@register.simple_tag(takes_context=True)
def business_data(context: Context, treatments: Sequence[BookableTreatment]) -> SafeString | str:
    """Return the clinic as JSON-LD, or "" before it is set up."""
    if not context["clinic"]:
        return ""
    data = structured_data.business_json_ld(
        context["clinic"], weekly_opening_hours(context["request"]), treatments, context["base_url"]
    )
    return to_script_tag(data)


@register.simple_tag(takes_context=True)
def service_data(context: Context, bookable: BookableTreatment) -> SafeString | str:
    """Return a treatment as JSON-LD."""
    if not context["clinic"]:
        return ""
    data = structured_data.service_json_ld(context["clinic"], bookable, context["base_url"])
    return to_script_tag(data)


@register.simple_tag(takes_context=True)
def person_data(context: Context, member: TeamMember) -> SafeString | str:
    """Return a therapist as JSON-LD."""
    if not context["clinic"]:
        return ""
    data = structured_data.person_json_ld(context["clinic"], member, context["base_url"])
    return to_script_tag(data)


@register.simple_tag(takes_context=True)
def breadcrumb_data(context: Context, name: str, parent: str) -> SafeString:
    """Return the breadcrumbs of a page below one other as JSON-LD.

    `name` and `parent` are the other page's title and URL name.
    """
    trail = [(name, reverse(parent)), (context["page_title"], context["request"].path)]
    return to_script_tag(breadcrumbs(trail, context["base_url"]))


@register.simple_tag(takes_context=True)
def price_range(context: Context, treatments: Sequence[BookableTreatment]) -> str:
    """Return the range of all prices."""
    clinic: Any = context["clinic"]
    return structured_data.price_range(treatments, clinic.currency) if clinic else ""


@register.filter
def price_span(option: Option, currency: str) -> str:
    """Return the price, or the range of prices, of an option across therapists."""
    return structured_data.price_span(option.lowest_price, option.highest_price, currency)  # type: ignore[attr-defined]


@register.filter
def country_name(code: str) -> str:
    """Return the name of a country in the active language: United States for US."""
    locale = Locale.parse(to_locale(get_language() or "en"))
    return str(locale.territories.get(code, code))


@register.simple_tag
@lru_cache(maxsize=128)
def icon_drawing(name: str) -> SafeString:
    """Return the SVG of an icon, a file of templates/components/icons.

    Cached for good: a page shows dozens of icons.
    """
    return render_to_string(f"components/icons/{name}.html")


@register.simple_tag
@lru_cache(maxsize=128)
def illustration(name: str, shape: str = "") -> Illustration:
    """Return a drawing of templates/components/drawings in a shape: arch (the default), round or
    wide."""
    drawing = name if name in DRAWINGS else "moon"
    shape = shape if shape in HEIGHTS else "arch"
    height, cut_off = HEIGHTS[shape]
    content = render_to_string(f"components/drawings/{drawing}.svg")
    return Illustration(shape, height, cut_off, drawing not in DRAWINGS_WITHOUT_SKY, content)
