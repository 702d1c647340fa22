"""The calendar feed of the signed-in therapist."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.staff.calendar_feeds import create_feed, revoke_feeds
from booking.models import Therapist
from booking.notifications.links import feed_url, webcal_url
from booking.queries.staff.calendar_feeds import active_feed
from booking.views.form_pages import signed_in_user
from clinic.lib.http.form_pages import see_other


@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: HttpRequest) -> HttpResponse:
    """GET shows whether there is a feed; POST creates one and shows its address this once."""
    therapist = _therapist(request)
    context: dict[str, object] = {}
    if request.method == "POST":
        address = feed_url(create_feed(therapist))
        context = {"address": address, "subscribe_url": webcal_url(address)}
    context["feed"] = active_feed(therapist)
    return render(request, "booking/desk/calendar_feed.html", context)


@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Revoke the feed at once."""
    revoke_feeds(_therapist(request))
    messages.success(request, _("The address has stopped working."))
    return see_other("desk-calendar-feed")


def _therapist(request: HttpRequest) -> Therapist:
    """Return the user's therapist profile. Raises Http404 if there is none."""
    therapist = Therapist.objects.filter(user=signed_in_user(request)).first()
    if therapist is None:
        raise Http404
    return therapist
