"""The questions before a massage: the step of a booking between "about you" and the review.

GET changes nothing but the audit trail. What is answered decides what comes next: the review, a
gentler treatment in the same time, or where to turn first. Nothing about health is in an address
or a title.
"""

import logging
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.actions.health.callback_requests import ask_call_back
from booking.actions.health.hold_answers import keep_nothing
from booking.actions.health.submit_answers import answer_questions
from booking.actions.holds.change_hold_treatment import take_gentler
from booking.errors import (
    AnswersNotOurs,
    HoldExpired,
    NoTimeForMore,
    NotPossibleNow,
    OnlineBookingClosed,
    QuestionsChanged,
    Refusal,
)
from booking.forms.public.health_questions import QuestionsForm
from booking.models import Appointment
from booking.queries.appointments.drafts import typed
from booking.queries.health.status import standing_of
from booking.views.public.booking.expired_hold import lapsed_page, see_other, take_again
from booking.views.public.booking.hold_steps import with_hold
from booking.views.public.guest_actor import guest
from booking.views.public.health.screening_pages import (
    Asking,
    closed_page,
    form_page,
    refused_for_health,
    what_stands,
)
from clinic.lib.dates import clock

log = logging.getLogger(__name__)
LONGEST_KEY = 9


def asks(view: Callable[[Asking], HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view its hold and the questions of now, or say that booking is closed."""

    @wraps(view)
    def asked(request: HttpRequest, hold: Appointment) -> HttpResponse:
        try:
            asking = Asking.of(request, hold)
        except OnlineBookingClosed as refusal:
            return closed_page(request, refusal)
        return view(asking)

    return with_hold(asked)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@asks
def questions(asking: Asking) -> HttpResponse:
    """GET asks, or says what stands in the way; POST keeps the answers and goes on."""
    if asking.request.method == "POST":
        return _answer(asking)
    hold, now = asking.hold, clock.now()
    if not typed(hold):
        return see_other("hold", hold.hold_token)
    if not hold.holds_at(now) and not standing_of(hold, now).outcome.blocks:
        return lapsed_page(asking.request, hold)
    return what_stands(asking)


@require_safe
@asks
def note(asking: Asking) -> HttpResponse:
    """A page to print and to take to the doctor."""
    standing = asking.standing()
    if not standing.judgement.asks_a_doctor:
        raise Http404
    context = {
        "hold": asking.hold,
        "live": asking.live,
        "findings": standing.judgement.findings,
        "person": typed(asking.hold),
        "now": clock.now(),
    }
    return render(asking.request, "booking/public/health/doctor_note.html", context)


@require_POST
@with_hold
def call_back(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Somebody wants to be called. Twice is once."""
    try:
        ask_call_back(hold, by=guest(request))
    except NotPossibleNow as refusal:
        messages.error(request, str(refusal))
    return see_other("hold-questions", hold.hold_token)


@require_POST
@with_hold
def gentler(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Take a gentler treatment in the time that is held."""
    option = request.POST.get("option", "")
    readable = option.isascii() and option.isdigit() and len(option) <= LONGEST_KEY
    try:
        take_gentler(hold, int(option) if readable else 0, by=guest(request))
    except HoldExpired:
        return take_again(request, hold)
    except Refusal as refusal:
        return refused_for_health(request, hold, refusal)
    return see_other("hold-review", hold.hold_token)


def _answer(asking: Asking) -> HttpResponse:
    form, refusal = _read(asking)
    if form.in_crisis:
        return _crisis(asking)
    if refusal is not None:
        return form_page(asking, form, refusal=refusal)
    if not form.is_valid():
        return form_page(asking, form, status=422)
    try:
        answer_questions(
            asking.hold, form.given(), by=guest(asking.request), patient=asking.patient
        )
    except NoTimeForMore as too_long:
        form.add_error("comfort", str(too_long))
        return form_page(asking, form, status=too_long.status)
    except Refusal as refused:
        return refused_for_health(asking.request, asking.hold, refused)
    if form.contradicts_itself:
        log.info("Appointment %s: contradicting ticks, read on the safer side.", asking.hold.pk)
        said = _("You ticked “None of these” and something else. We went by what you ticked.")
        messages.info(asking.request, said)
    return _on(asking)


def _crisis(asking: Asking) -> HttpResponse:
    """At once, whatever else the form lacks: whom to call. Nothing is stored and nothing logged."""
    keep_nothing(asking.hold)
    contacts = asking.live.version.contacts(asking.clinic.country)
    context = {"contacts": contacts, "live": asking.live, "hold": asking.hold}
    return render(asking.request, "booking/public/health/questions_crisis.html", context)


def _read(asking: Asking) -> tuple[QuestionsForm, Refusal | None]:
    """The form, and why it cannot be read at all: made by somebody else, or for other questions.
    What was ticked is shown again under the questions of now."""
    form = asking.form(asking.request.POST)
    if form.in_crisis:
        return form, None
    form.is_valid()
    refusal: Refusal | None = None
    if form.is_foreign:
        refusal = AnswersNotOurs()
    elif form.is_outdated:
        refusal = QuestionsChanged()
    if refusal is None:
        return form, None
    log.warning("Appointment %s: %s.", asking.hold.pk, type(refusal).__name__)
    return form, refusal


def _on(asking: Asking) -> HttpResponse:
    """To wherever the answers lead. A time that ran out meanwhile is taken again."""
    now = clock.now()
    hold = asking.hold
    hold.refresh_from_db()
    standing = standing_of(hold, now)
    if not standing.outcome.blocks and not hold.holds_at(now):
        return take_again(asking.request, hold)
    fits = standing.fits(hold.option.treatment.touch)
    return see_other("hold-review" if fits else "hold-questions", hold.hold_token)
