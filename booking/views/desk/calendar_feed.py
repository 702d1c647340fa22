"""A therapist's own calendar, to subscribe to."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.staff.calendar_feeds import create_feed, revoke_feeds
from booking.models import Therapist, User
from booking.notifications.links import feed_url, webcal_url
from booking.queries.staff.calendar_feeds import active_feed


@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: HttpRequest) -> HttpResponse:
    """GET says whether there is one; POST makes a new one, and shows its address this once."""
    therapist = _therapist(request)
    context: dict[str, object] = {}
    if request.method == "POST":
        address = feed_url(create_feed(therapist))
        context = {"address": address, "subscribe": webcal_url(address)}
    context["feed"] = active_feed(therapist)
    return render(request, "booking/desk/calendar_feed.html", context)


@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """End it at once."""
    revoke_feeds(_therapist(request))
    messages.success(request, _("The address has stopped working."))
    return HttpResponseRedirect(reverse("desk-calendar-feed"))


def _therapist(request: HttpRequest) -> Therapist:
    """404 for those who treat nobody."""
    found = Therapist.objects.filter(user=cast(User, request.user)).first()
    if found is None:
        raise Http404
    return found
