"""E-mail verification of guests, which is asked when more guests book than usual.

GET changes nothing: programs that scan mails open every link in them.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds.extend_hold import extend_hold
from booking.actions.patients.verify_email import request_email_verification
from booking.errors import (
    EmailNotVerified,
    ExtensionLimitReached,
    HoldExpired,
    Refusal,
    ScreeningBlocked,
    SlotWithdrawn,
)
from booking.forms.public.about_you import PersonalDetailsForm
from booking.lifecycle import OPEN_HOLD_STATUSES
from booking.models import Appointment, Notification
from booking.models.current_clinic import current_clinic
from booking.notifications.sanitizing import mask_email
from booking.queries.appointments.drafts import load_draft
from booking.queries.appointments.withdrawn_holds import is_withdrawn
from booking.queries.patients.email_verification import (
    find_verification,
    hold_of_verification,
    is_verification_valid,
)
from booking.views.public.booking.browser_cookies import browser_key
from booking.views.public.booking.expired_hold import expired_hold_page, hold_same_slot, retake_hold
from booking.views.public.booking.open_hold import with_hold
from booking.views.public.guest_actor import guest_actor
from booking.views.public.health.screening_pages import health_refusal_page
from booking.views.public.summary import booking_rows
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import see_other

HTTP_GONE = 410


@require_http_methods(["GET", "HEAD", "POST"])
@with_hold
def request_verification(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """POST mails the link and extends the hold; GET says that it was sent."""
    form = PersonalDetailsForm(load_draft(hold))
    if not form.is_valid():
        return see_other("hold", hold.hold_token)
    email = form.details().email
    if request.method != "POST":
        return render(
            request, "booking/public/booking/email_proof_sent.html", _sent_context(hold, email)
        )
    try:
        extend_hold(hold, by=guest_actor(request))
    except HoldExpired:
        return retake_hold(request, hold)
    except ExtensionLimitReached:
        pass  # the link takes the time again, if it is free
    request_email_verification(hold, email, by=guest_actor(request))
    return see_other("hold-verify-email", hold.hold_token)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_verification(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail. GET asks for confirmation, POST books."""
    proof, clinic = find_verification(token), current_clinic(request)
    if proof is None or clinic is None:
        raise Http404
    hold = hold_of_verification(proof)
    if hold.status not in OPEN_HOLD_STATUSES:
        return _closed_hold_page(request, hold, proof)
    if not is_verification_valid(proof, clock.now()):
        return render(
            request,
            "booking/public/booking/email_proof_expired.html",
            {"hold": hold},
            status=HTTP_GONE,
        )
    form = PersonalDetailsForm(load_draft(hold))
    if not form.is_valid():
        return expired_hold_page(request, hold)
    if request.method == "POST":
        return _book(request, hold, form, token)
    context = {"hold": hold, "rows": booking_rows(hold, clinic)}
    return render(request, "booking/public/booking/email_proof.html", context)


def _book(
    request: HttpRequest, hold: Appointment, form: PersonalDetailsForm, token: str
) -> HttpResponse:
    """Book the hold. If it expired while the mail was on its way, hold the time again first."""
    by, details = guest_actor(request), form.details()
    try:
        try:
            booked = book_appointment(hold, details, by=by, verification_token=token)
        except HoldExpired:
            new_hold = hold_same_slot(request, hold, browser_key=browser_key(request))
            booked = book_appointment(new_hold, details, by=by, verification_token=token)
    except EmailNotVerified:  # the address was changed after the mail was sent
        return see_other("hold-review", hold.hold_token)
    except ScreeningBlocked as refusal:
        return health_refusal_page(request, hold, refusal)
    except Refusal as refusal:
        return expired_hold_page(request, hold, refusal=refusal)
    return see_other("appointment", booked.link_token)


def _closed_hold_page(request: HttpRequest, hold: Appointment, proof: Notification) -> HttpResponse:
    """Redirect to the booked appointment, if the link is valid and of the same address.

    If the clinic has withdrawn the time, offer others.
    """
    patient, is_valid = hold.patient, is_verification_valid(proof, clock.now())
    has_same_email = patient is not None and patient.email.lower() == proof.to_email.lower()
    if has_same_email and is_valid:
        return see_other("appointment", hold.link_token)
    if is_valid and is_withdrawn(hold):
        return expired_hold_page(request, hold, refusal=SlotWithdrawn())
    return render(
        request, "booking/public/booking/hold_over.html", {"hold": hold}, status=HTTP_GONE
    )


def _sent_context(hold: Appointment, email: str) -> dict[str, object]:
    return {"hold": hold, "email": mask_email(email), "is_held": hold.is_active_hold(clock.now())}
