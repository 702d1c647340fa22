"""The pages about the clinic itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.models.current_clinic import current_clinic
from booking.notifications.calendar_files.web_calendars import direction_links
from booking.queries.availability.opening_hours import upcoming_closed_days, weekly_opening_hours
from booking.queries.catalogue import bookable_treatments
from booking.queries.staff.team import load_team
from booking.registries import privacy_statements
from booking.views.kept_pages import keep_for_visitors
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import open_to_all
from clinic.privacy_statement import cookies, stored_kinds


@open_to_all
@require_safe
@keep_for_visitors
def home(request: HttpRequest) -> HttpResponse:
    """GET /: the home page."""
    clinic = current_clinic(request)
    title = _("Calm massage")
    if clinic is not None and clinic.city:
        title = _("Calm massage in %(city)s") % {"city": clinic.city}
    context = {
        "treatments": bookable_treatments(),
        "members": load_team(),
        "page_title": title,
        "page_description": _(
            "An hour of quiet for tired legs. See treatments and prices, meet the therapists, "
            "and book a time online in about a minute."
        ),
    }
    return render(request, "pages/home.html", context)


@open_to_all
@require_safe
@keep_for_visitors
def about(request: HttpRequest) -> HttpResponse:
    """GET /about/: what the clinic is, and what it does not claim."""
    return _render_page(
        request, "about", _("About us"), _("Who we are, how we work, and what we do not promise.")
    )


@open_to_all
@require_safe
@keep_for_visitors
def contact(request: HttpRequest) -> HttpResponse:
    """GET /contact/: how to reach the clinic, and how to get in."""
    clinic = current_clinic(request)
    context: dict[str, Any] = {
        "treatments": bookable_treatments(),
        "week": weekly_opening_hours(request),
    }
    if clinic is not None:
        context["direction_links"] = direction_links(clinic)
        today = clinic.today(clock.now())
        context |= {"today": today.weekday(), "closures": upcoming_closed_days(today)}
    return _render_page(
        request,
        "contact",
        _("Contact and opening hours"),
        _("Phone, e-mail, address and opening hours, how to get in, and wheelchair access."),
        **context,
    )


@open_to_all
@require_safe
@keep_for_visitors
def privacy(request: HttpRequest) -> HttpResponse:
    """GET /privacy/: what is stored about whom, and why."""
    return _render_page(
        request,
        "privacy",
        _("Privacy"),
        _("What we store when you book, who can see it, and which cookies we use."),
        cookies=cookies(),
        stored_kinds=stored_kinds(),
        retention=privacy_statements.statements(),
    )


@open_to_all
@require_safe
@keep_for_visitors
def accessibility(request: HttpRequest) -> HttpResponse:
    """GET /accessibility/: the aims, how they were tested, and what is known not to work."""
    return _render_page(
        request,
        "accessibility",
        _("Accessibility"),
        _("How we make this site work for everybody, and how to tell us when it does not."),
    )


def _render_page(
    request: HttpRequest, name: str, title: str, description: str, **context: Any
) -> HttpResponse:
    context = {"page_title": title, "page_description": description, **context}
    return render(request, f"pages/{name}.html", context)
