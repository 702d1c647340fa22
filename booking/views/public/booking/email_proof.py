"""More guests book than usual: a link by mail proves the address, and the booking goes on.

GET changes nothing: programs that scan mails open every link in them.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds.extend_hold import extend_hold
from booking.actions.patients.verify_email import ask_for_proof
from booking.errors import EmailNotProven, HoldExpired, KeptLongEnough, NotFit, Refusal
from booking.forms.public.about_you import AboutYouForm
from booking.lifecycle import Status
from booking.models import Appointment, Message
from booking.models.current_clinic import current_clinic
from booking.notifications.sanitizing import masked
from booking.queries.appointments.drafts import typed
from booking.queries.patients.email_verification import find_proof, hold_of, is_valid
from booking.views.public.booking.browser_cookies import browser_key
from booking.views.public.booking.expired_hold import lapsed_page, same_again, see_other, take_again
from booking.views.public.booking.hold_steps import with_hold
from booking.views.public.guest_actor import guest
from booking.views.public.health.screening_pages import refused_for_health
from booking.views.public.summary import booking_rows
from clinic.lib.dates import clock

OPEN = (Status.HOLD, Status.EXPIRED)
GONE = 410


@require_http_methods(["GET", "HEAD", "POST"])
@with_hold
def ask(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """POST mails the link, and keeps the time longer; GET says that it is on its way."""
    form = AboutYouForm(typed(hold))
    if not form.is_valid():
        return see_other("hold", hold.hold_token)
    email = form.details().email
    if request.method != "POST":
        return render(request, "booking/public/booking/email_proof_sent.html", _sent(hold, email))
    try:
        extend_hold(hold, by=guest(request))
    except HoldExpired:
        return take_again(request, hold)
    except KeptLongEnough:
        pass  # the link takes the time again, if it is free
    ask_for_proof(hold, email, by=guest(request))
    return see_other("hold-prove", hold.hold_token)


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail. GET asks for one press, POST books."""
    proof, clinic = find_proof(token), current_clinic(request)
    if proof is None or clinic is None:
        raise Http404
    hold = hold_of(proof)
    if hold.status not in OPEN:
        return _went_on(request, hold, proof)
    if not is_valid(proof, clock.now()):
        return render(
            request, "booking/public/booking/email_proof_expired.html", {"hold": hold}, status=GONE
        )
    form = AboutYouForm(typed(hold))
    if not form.is_valid():
        return lapsed_page(request, hold)
    if request.method == "POST":
        return _book(request, hold, form, token)
    context = {"hold": hold, "rows": booking_rows(hold, clinic)}
    return render(request, "booking/public/booking/email_proof.html", context)


def _book(request: HttpRequest, hold: Appointment, form: AboutYouForm, token: str) -> HttpResponse:
    """Book it, and take the time again first if it ran out while the mail was on its way."""
    by, details = guest(request), form.details()
    try:
        try:
            booked = book_appointment(hold, details, by=by, proof=token)
        except HoldExpired:
            fresh = same_again(request, hold, holder=browser_key(request))
            booked = book_appointment(fresh, details, by=by, proof=token)
    except EmailNotProven:  # the address was changed after the mail was sent
        return see_other("hold-review", hold.hold_token)
    except NotFit as refusal:
        return refused_for_health(request, hold, refusal)
    except Refusal as refusal:
        return lapsed_page(request, hold, refusal=refusal)
    return see_other("appointment", booked.link_token)


def _went_on(request: HttpRequest, hold: Appointment, proof: Message) -> HttpResponse:
    """Booked already: whoever has the mail of that address may see it, while the link is fresh."""
    patient = hold.patient
    theirs = patient is not None and patient.email.lower() == proof.to_email.lower()
    if theirs and is_valid(proof, clock.now()):
        return see_other("appointment", hold.link_token)
    return render(request, "booking/public/booking/hold_over.html", {"hold": hold}, status=GONE)


def _sent(hold: Appointment, email: str) -> dict[str, object]:
    return {"hold": hold, "email": masked(email), "held": hold.holds_at(clock.now())}
