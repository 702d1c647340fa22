"""The page for a link that opens no appointment: it has ended, or was never one of ours."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from booking.forms.public.lost_link import LostLinkForm
from booking.models.current_clinic import current_clinic


@require_safe
def cut_link(request: HttpRequest, rest: str) -> HttpResponse:
    """GET of an address below /appointments/ that is no page, as of a link that was cut off.

    If only its final slash is missing, redirect to the appointment.
    """
    if "/" not in rest:
        return redirect("appointment", rest)
    return ended_link_page(request)


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
