"""Prove an e-mail address with a code, when a network has reached its limit without one.

The chosen time is carried in hidden fields, so that nothing has to be chosen or typed again.
"""

from collections.abc import Mapping

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.actions.patients.proof_of_email import enter_email_code, request_email_code
from booking.errors import ProofOfEmailNeeded, Refusal, WrongEmailCode
from booking.forms.public.email_code import EmailCodeForm, EmailForCodeForm
from booking.models import Appointment
from booking.notifications.sanitizing import mask_email
from booking.queries.catalogue import find_bookable_treatment
from booking.views.form_pages import get_clinic_or_404
from booking.views.public.guest_actor import guest_actor, remember_proof
from booking.views.public.summary import BOOKING_STEPS
from clinic.lib.http.access_marks import open_to_all
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other

TEMPLATE = "booking/public/booking/email_code.html"
SLOT_FIELDS = ("option", "therapist", "start", "after")
MAX_FIELD_LENGTH = 200


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest, slug: str) -> HttpResponse:
    """POST mails a code, or checks the typed one; GET redirects to the free times."""
    if find_bookable_treatment(slug) is None:
        raise Http404
    if request.method != "POST":
        return see_other("choose", slug)
    if "token" in request.POST:
        return _check_code(request, slug)
    form = EmailForCodeForm(request.POST)
    if not form.is_valid():
        return _page(request, slug, _slot_fields(request), form, status=HTTP_UNPROCESSABLE)
    email = form.cleaned_data["email"]
    token = request_email_code(email, by=guest_actor(request))
    code_form = EmailCodeForm(initial={"token": token})
    return _page(request, slug, _slot_fields(request), code_form, email=mask_email(email))


def email_code_page(
    request: HttpRequest, slug: str, *, refusal: ProofOfEmailNeeded
) -> HttpResponse:
    """Render the page that asks for an e-mail address, after a time could not be held."""
    return _first_page(request, slug, _slot_fields(request), refusal)


def email_code_page_of_hold(
    request: HttpRequest, hold: Appointment, *, refusal: ProofOfEmailNeeded
) -> HttpResponse:
    """Render the same page for an expired hold that could not be held again.

    What was typed stays stored with the hold.
    """
    slot = {
        "option": str(hold.option_id),
        "therapist": "" if hold.any_therapist else hold.therapist.slug,
        "start": hold.starts_at.isoformat(),
        "after": hold.hold_token,
    }
    return _first_page(request, hold.option.treatment.slug, slot, refusal)


def _first_page(
    request: HttpRequest, slug: str, slot: Mapping[str, str], refusal: Refusal
) -> HttpResponse:
    form = EmailForCodeForm()
    return _page(request, slug, slot, form, status=refusal.status, message=str(refusal))


def _check_code(request: HttpRequest, slug: str) -> HttpResponse:
    """Check the code, and redirect the form with the chosen time to the page of free times."""
    form = EmailCodeForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            mailbox = enter_email_code(data["token"], data["code"], by=guest_actor(request))
        except WrongEmailCode as refusal:
            form.add_error("code", str(refusal))
        else:
            response = HttpResponseRedirect(reverse("choose", args=[slug]), preserve_request=True)
            remember_proof(response, mailbox)
            return response
    return _page(request, slug, _slot_fields(request), form, status=HTTP_UNPROCESSABLE)


def _slot_fields(request: HttpRequest) -> Mapping[str, str]:
    """Return the fields of the chosen time as they were sent; they are checked by the hold."""
    return {name: request.POST.get(name, "")[:MAX_FIELD_LENGTH] for name in SLOT_FIELDS}


def _page(
    request: HttpRequest,
    slug: str,
    slot: Mapping[str, str],
    form: Form,
    *,
    status: int = 200,
    **extra: str,
) -> HttpResponse:
    """Render the page that asks for the address, or for the code."""
    context = {
        "slug": slug,
        "slot": slot,
        "form": form,
        "steps": BOOKING_STEPS,
        "clinic": get_clinic_or_404(request),
    }
    return render(request, TEMPLATE, context | extra, status=status)
