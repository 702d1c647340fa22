"""The navigation of the patient's account."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from booking.access.acting import Acting, current_acting, may_open
from booking.access.landing import landing_page
from booking.access.patients import own_patient
from booking.access.roles import is_staff_account
from booking.registries import account_pages
from booking.registries.account_pages import AccountPage

register = template.Library()


@register.simple_tag(takes_context=True)
def account_links(context: Context) -> list[dict[str, Any]]:
    """Return the pages of the account: href, label, icon, and whether it is the present one.

    A proxy gets the pages that are open to them.
    """
    path, acting = context["request"].path, current_acting(context["request"])
    return [
        {
            "href": (href := reverse(page.url_name)),
            "label": _label(page, acting),
            "icon": page.icon,
            "is_current": path == href or (href != reverse("me") and path.startswith(href)),
        }
        for page in account_pages.pages()
        if acting is None or may_open(acting, resolve(reverse(page.url_name)))
    ]


def _label(page: AccountPage, acting: Acting | None) -> str | Promise:
    if acting is None or page.url_name != "me":
        return page.label
    return _("Appointments of %(name)s") % {"name": acting.patient.name}


@register.simple_tag(takes_context=True)
def account_name(context: Context) -> str:
    """Return the name of the signed-in user, or their e-mail address if they have none."""
    request: HttpRequest = context["request"]
    patient = own_patient(request.user)
    return patient.name if patient is not None else str(request.user)


@register.simple_tag(takes_context=True)
def desk_of_account(context: Context) -> str:
    """Return the address of a staff member's desk or back office, or "" for patients."""
    user = context["request"].user
    return landing_page(user) if is_staff_account(user) else ""


@register.simple_tag(takes_context=True)
def acting_for(context: Context) -> Acting | None:
    """Return the patient for whom a proxy acts, with the permissions, or None."""
    return current_acting(context["request"])
