"""A question to the clinic, by form. The contact page itself has no form, so caches may keep it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking.actions.notifications.contact_clinic import contact_clinic
from booking.forms.public.contact import ContactForm
from booking.models.current_clinic import current_clinic
from booking.views.public.guest_actor import guest_actor
from clinic.lib.http.access_marks import open_to_all


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_message(request: HttpRequest) -> HttpResponse:
    """GET /contact/message/ shows the form; POST puts the question into the outbox."""
    if current_clinic(request) is None:
        raise Http404
    if request.method != "POST":
        return _page(request, ContactForm())
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    asked = form.cleaned_data
    contact_clinic(
        name=asked["name"], email=asked["email"], message=asked["message"], by=guest_actor(request)
    )
    response = redirect("contact-sent")
    response.status_code = 303
    return response


@open_to_all
@never_cache
@require_safe
def message_sent(request: HttpRequest) -> HttpResponse:
    """GET /contact/message/sent/: thanks, and what happens next."""
    context = {"page_title": _("Thank you for your question")}
    return render(request, "booking/public/contact_sent.html", context)


def _page(request: HttpRequest, form: ContactForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "page_title": _("Write to us"),
        "page_description": _("Ask us anything before you book. A person answers."),
    }
    return render(request, "booking/public/contact_form.html", context, status=status)
