"""The pages around the questions before a massage: the form, and what stands in the way."""

import logging
from dataclasses import dataclass
from typing import Any, Self

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from booking.actions.health.read_health import read_own_answers
from booking.errors import OnlineBookingClosed, Refusal
from booking.forms.public.health_questions import QuestionsForm, known_from
from booking.models import Appointment, CallBack, ClinicProfile, Patient
from booking.models.current_clinic import current_clinic
from booking.queries.appointments.drafts import typed
from booking.queries.availability.gentler_options import gentler_treatments
from booking.queries.health.accommodations import extra_minutes, offered_comforts
from booking.queries.health.status import Live, Standing, latest_long, live_version, long_is_fresh
from booking.screening.outcomes import Care, Outcome, Touch
from booking.views.public.booking.hold_steps import hold_context
from booking.views.public.guest_actor import guest
from clinic.lib.dates import clock

log = logging.getLogger(__name__)
STEP = "questions"


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is asked what: the hold, the questions of now, and somebody signed in who has answered
    the long set within three months. A guest is never known, or strangers would learn that
    somebody has answered before."""

    request: HttpRequest
    hold: Appointment
    clinic: ClinicProfile
    live: Live
    patient: Patient | None

    @classmethod
    def of(cls, request: HttpRequest, hold: Appointment) -> Self:
        """Raises OnlineBookingClosed when there are no signed questions."""
        clinic, live = current_clinic(request), live_version()
        if clinic is None:
            raise Http404
        if live is None:
            raise OnlineBookingClosed(clinic.phone)
        return cls(request, hold, clinic, live, _known_patient(request, live))

    def standing(self) -> Standing:
        """What was answered for this hold; read, so written down."""
        return read_own_answers(self.hold, by=guest(self.request))

    def form(self, data: Any = None, standing: Standing | None = None) -> QuestionsForm:
        record = standing.record if standing is not None else None
        version = self.live.version
        return QuestionsForm(
            data,
            version=version,
            country=self.clinic.country,
            comforts=offered_comforts(),
            short=self.patient is not None,
            known=known_from(record.sheet, record.wishes, version) if record else None,
        )


def _known_patient(request: HttpRequest, live: Live) -> Patient | None:
    patient = getattr(request.user, "patient", None) if request.user.is_authenticated else None
    last = latest_long(patient) if patient is not None else None
    fresh = last is not None and last.version == live.version.code
    return patient if fresh and long_is_fresh(last, clock.now()) else None


def closed_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Online booking is closed: why, and whom to call."""
    context = {"sentence": str(refusal)}
    return render(request, "booking/public/booking/closed.html", context, status=refusal.status)


def refused_for_health(request: HttpRequest, hold: Appointment, refusal: Refusal) -> HttpResponse:
    """A booking was sent past the questions, or against them: back to them, with a sentence."""
    log.warning("Appointment %s: %s at the questions.", hold.pk, type(refusal).__name__)
    try:
        asking = Asking.of(request, hold)
    except OnlineBookingClosed as closed:
        return closed_page(request, closed)
    return what_stands(asking, refusal=refusal)


def what_stands(asking: Asking, *, refusal: Refusal | None = None) -> HttpResponse:
    """Whatever the answers so far lead to: where to turn, a gentler treatment, or the form."""
    standing = asking.standing()
    if standing.outcome.blocks:
        return outcome_page(asking, standing, refusal=refusal)
    if standing.asked and not standing.still_open(asking.hold.option.treatment.touch):
        return gentler_page(asking, standing, refusal=refusal)
    return form_page(asking, asking.form(standing=standing), refusal=refusal)


def form_page(
    asking: Asking, form: QuestionsForm, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """The questions."""
    last = latest_long(asking.patient) if asking.patient is not None else None
    context = hold_context(asking.request, asking.hold, step=STEP) | {
        "form": form,
        "live": asking.live,
        "sentence": str(refusal) if refusal else "",
        "answered_at": last.long_answered_at if last else None,
    }
    status = refusal.status if refusal else status
    return render(asking.request, "booking/public/health/questions.html", context, status=status)


def outcome_page(
    asking: Asking, standing: Standing, *, refusal: Refusal | None = None
) -> HttpResponse:
    """STOP or DOCTOR: why, and where to turn."""
    version, care = asking.live.version, standing.judgement.care
    blocking = standing.judgement.blocking()
    said = [
        version.said(version.question(one.question).answer(one.code), asking.clinic.country)
        for one in blocking
        if one.outcome == standing.outcome
    ]
    context = {
        "hold": asking.hold,
        "live": asking.live,
        "said": list(dict.fromkeys(said)),
        "findings": blocking,
        "contacts": version.contacts(asking.clinic.country),
        "is_stop": standing.outcome == Outcome.STOP,
        "is_emergency": care == Care.EMERGENCY,
        "is_urgent": care == Care.URGENT,
        "talk_first": care == Care.CALL,
        "asks_a_doctor": standing.judgement.asks_a_doctor,
        "call_back": CallBack.objects.filter(screening=standing.screening).exists(),
        "phone": typed(asking.hold).get("phone", ""),
        "page_class": "page-book",
    }
    status = refusal.status if refusal else 200
    return render(
        asking.request, "booking/public/health/questions_outcome.html", context, status=status
    )


def gentler_page(
    asking: Asking, standing: Standing, *, refusal: Refusal | None = None
) -> HttpResponse:
    """ADAPT, with this treatment closed: the others that fit into the same time."""
    extra = extra_minutes(standing.record.wishes.comforts) if standing.record else 0
    found = gentler_treatments(
        asking.hold,
        _suitable(standing),
        extra=extra,
        clinic=asking.clinic,
        now=clock.now(),
    )
    context = hold_context(asking.request, asking.hold, step=STEP) | {
        "found": found,
        "sentence": str(refusal) if refusal else "",
        "live": asking.live,
    }
    status = refusal.status if refusal else 200
    return render(asking.request, "booking/public/health/gentler.html", context, status=status)


def _suitable(standing: Standing) -> frozenset[Touch]:
    """What to offer instead: gentle treatments; those for pregnancy where only they are open."""
    still = standing.judgement.open_touches
    return still & {Touch.GENTLE} or still
