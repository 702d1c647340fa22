"""The form for a question to the clinic. The contact page has no form, so that it can be cached."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking.actions.notifications.contact_clinic import contact_clinic
from booking.forms.public.contact import ContactForm
from booking.views.form_pages import get_clinic_or_404
from booking.views.public.guest_actor import guest_actor
from clinic.lib.http.access_marks import open_to_all
from clinic.lib.http.form_pages import form_status
from clinic.lib.http.help_notice import see_other_with_help


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_message(request: HttpRequest) -> HttpResponse:
    """GET /contact/message/ shows the form; POST queues the question as a mail."""
    get_clinic_or_404(request)
    if request.method != "POST":
        return _page(request, ContactForm())
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    data = form.cleaned_data
    contact_clinic(
        name=data["name"], email=data["email"], message=data["message"], by=guest_actor(request)
    )
    return see_other_with_help(request, reverse("contact-sent"), data["message"])


@open_to_all
@never_cache
@require_safe
def message_sent(request: HttpRequest) -> HttpResponse:
    """GET /contact/message/sent/: says thanks and what happens next."""
    context = {"page_title": _("Thank you for your question")}
    return render(request, "booking/public/contact_sent.html", context)


def _page(request: HttpRequest, form: ContactForm) -> HttpResponse:
    context = {
        "form": form,
        "page_title": _("Write to us"),
        "page_description": _("Ask us anything before you book. A person answers."),
    }
    return render(request, "booking/public/contact_form.html", context, status=form_status(form))
