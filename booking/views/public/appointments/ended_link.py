"""The page for a link that opens no appointment: it has ended, or was never one of ours."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from booking.forms.public.lost_link import LostLinkForm
from booking.models.current_clinic import current_clinic


def ended_link_page(request: HttpRequest) -> HttpResponse:
    """Render how to get a new link. Links that have ended and unknown ones get the same answer.

    Raises Http404 before the clinic has been set up.
    """
    if current_clinic(request) is None:
        raise Http404
    form = LostLinkForm()
    form.helper.form_action = reverse("lost-link")
    return render(
        request, "booking/public/appointments/link_ended.html", {"form": form}, status=404
    )
