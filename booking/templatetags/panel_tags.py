"""Render the panels that features add to pages of the core."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from booking.registries import panels

register = template.Library()


@register.simple_tag(takes_context=True)
def panels_of(context: Context, page: str, subject: Any) -> SafeString:
    """Render the panels of a page, one after the other; nothing if none is registered.

    `page` is a value of `booking.registries.panels.Page`, `subject` what that page is about.

        {% panels_of "patient" patient %}
    """
    request: HttpRequest = context["request"]
    rendered = (
        render_to_string(panel.template, dict(values), request)
        for panel in panels.panels_of(panels.Page(page))
        if (values := panel.values(request, subject)) is not None
    )
    return format_html_join("\n", "{}", ((html,) for html in rendered))
