"""Addresses of the pages of an appointment."""

from django import template
from django.template.context import Context

from booking.access.appointment_pages import appointment_page_url, is_in_account

register = template.Library()


@register.simple_tag(takes_context=True)
def appointment_url(context: Context, page: str = "") -> str:
    """Return the address of a page of the context's appointment, as `appointment_page_url` does."""
    return appointment_page_url(context["request"], context["appointment"], page)


@register.simple_tag(takes_context=True)
def opened_from_account(context: Context) -> bool:
    """Return whether the page was opened in the account, not by a secret link."""
    return is_in_account(context["request"])
