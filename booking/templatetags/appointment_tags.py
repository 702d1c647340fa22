"""Addresses of the pages of an appointment."""

from django import template
from django.template.context import Context

from booking.access.appointment_pages import appointment_page_url, is_in_account

register = template.Library()


@register.simple_tag(takes_context=True)
def appointment_url(context: Context, page: str = "") -> str:
    """Return the address of a page of the context's appointment, such as "cancel"."""
    return appointment_page_url(context["request"], context["appointment"], page)


@register.simple_tag(takes_context=True)
def came_by_account(context: Context) -> bool:
    """Whether the page was opened from the account, and not by a secret link."""
    return is_in_account(context["request"])
