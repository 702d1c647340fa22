"""Lost links: mail the links of all appointments to an address. The answer is always the same."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking.actions.notifications.resend_links import resend_links
from booking.forms.public.lost_link import LostLinkForm
from booking.views.public.guest_actor import guest_actor
from clinic.lib.http.access_marks import open_to_all
from clinic.lib.http.form_pages import form_status, see_other


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_links(request: HttpRequest) -> HttpResponse:
    """GET /appointments/lost-link/ shows the form; POST mails the links, if there are any."""
    if request.method != "POST":
        return _page(request, LostLinkForm())
    form = LostLinkForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    resend_links(form.cleaned_data["email"], by=guest_actor(request))
    return see_other("lost-link-sent")


@open_to_all
@require_safe
def find_appointment(request: HttpRequest) -> HttpResponse:
    """GET /appointments/, as of a link that was cut off: redirect to the form for lost links."""
    return redirect("lost-link")


@open_to_all
@never_cache
@require_safe
def links_sent(request: HttpRequest) -> HttpResponse:
    """GET /appointments/lost-link/sent/: the answer to every address."""
    context = {"page_title": _("Please look into your mail")}
    return render(request, "booking/public/appointments/lost_link_sent.html", context)


def _page(request: HttpRequest, form: LostLinkForm) -> HttpResponse:
    context = {"form": form, "page_title": _("Find your appointment")}
    return render(
        request, "booking/public/appointments/lost_link.html", context, status=form_status(form)
    )
