"""The navigation of the patient's account."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import reverse

from booking.access.landing import landing_page
from booking.access.patients import find_current_patient
from booking.access.roles import is_staff_account
from booking.registries import account_pages

register = template.Library()


@register.simple_tag(takes_context=True)
def account_links(context: Context) -> list[dict[str, Any]]:
    """Return the pages of the account: href, label, icon, and whether it is the current one."""
    path = context["request"].path
    return [
        {
            "href": (href := reverse(page.url_name)),
            "label": page.label,
            "icon": page.icon,
            "is_current": path == href or (href != reverse("me") and path.startswith(href)),
        }
        for page in account_pages.pages()
    ]


@register.simple_tag(takes_context=True)
def account_name(context: Context) -> str:
    """Return the name of whoever is signed in, or else the e-mail address."""
    request: HttpRequest = context["request"]
    patient = find_current_patient(request)
    return patient.name if patient is not None else str(request.user)


@register.simple_tag(takes_context=True)
def desk_of_account(context: Context) -> str:
    """Return where a member of staff works, or "" for patients."""
    user = context["request"].user
    return landing_page(user) if is_staff_account(user) else ""
