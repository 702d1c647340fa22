"""Find what a clinic still needs before patients can book online."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from booking.engine.hours import dates_between
from booking.models import ClinicProfile, Offer, Option, Room, Therapist, Treatment, WeeklyHours
from booking.notifications.mail_alarm import load_mail_alarm
from booking.queries.availability.offers import bookable_offers_q
from booking.queries.availability.schedule_spans import load_open_spans
from booking.queries.health.status import get_active_questionnaire
from booking.queries.notifications.heartbeats import is_worker_alive

PageAddress = tuple[str, tuple[object, ...]]
"""The URL name of a page, and its arguments."""


@dataclass(frozen=True, slots=True)
class SetupNeed:
    """A thing that is missing, and the page where it can be added."""

    message: str | Promise
    address: PageAddress
    action: str | Promise


@dataclass(frozen=True, slots=True)
class SetupStep:
    """A step of the set-up guide, and what it still needs."""

    name: str
    title: str | Promise
    address: PageAddress
    needs: Sequence[SetupNeed] = ()
    is_done: bool = True


@dataclass(frozen=True, slots=True)
class SetupProgress:
    """All steps in order. `is_bookable`: patients can book at least one treatment."""

    steps: Sequence[SetupStep]
    is_bookable: bool

    @property
    def remaining_steps(self) -> int:
        return sum(not step.is_done for step in self.steps)

    @property
    def next_step(self) -> SetupStep | None:
        """The first step that is not done, or None."""
        return next((step for step in self.steps if not step.is_done), None)


@dataclass(frozen=True)
class SetupState:
    """The set-up of a clinic, loaded in nine queries regardless of its size."""

    clinic: ClinicProfile | None
    treatments: Sequence[Treatment]
    rooms: Sequence[Room]
    therapists: Sequence[Therapist]
    offers_by_therapist: Mapping[int, Sequence[Offer]] = field(default_factory=dict)
    therapists_with_hours: frozenset[int] = frozenset()
    """Therapists with an open minute between now and the horizon."""
    has_active_questionnaire: bool = False
    """Whether there are signed health questions, without which nobody can book online."""

    @classmethod
    def load(cls, now: datetime) -> "SetupState":
        clinic = ClinicProfile.current()
        options = Option.objects.filter(is_active=True)
        treatments = Treatment.objects.filter(is_active=True).prefetch_related(
            Prefetch("options", options, to_attr="active_options")
        )
        weeks = WeeklyHours.objects.filter(therapist=OuterRef("pk"))
        active = Therapist.objects.filter(is_active=True)
        therapists = list(active.annotate(has_week=Exists(weeks)))
        offers_by_therapist: dict[int, list[Offer]] = {}
        for offer in Offer.objects.filter(bookable_offers_q()).select_related("option"):
            offers_by_therapist.setdefault(offer.therapist_id, []).append(offer)
        rooms = list(Room.objects.filter(is_active=True))
        working = (
            _working(clinic, [therapist.pk for therapist in therapists], now)
            if clinic
            else frozenset()
        )
        has_active_questionnaire = get_active_questionnaire() is not None
        return cls(
            clinic,
            list(treatments),
            rooms,
            therapists,
            offers_by_therapist,
            working,
            has_active_questionnaire,
        )

    def has_room(self, treatment: Treatment) -> bool:
        kind = treatment.room_kind_id
        return any(kind in (None, room.kind_id) for room in self.rooms)

    def therapists_offering(self, treatment: Treatment) -> set[int]:
        """Return the keys of the therapists who offer an option of a treatment."""
        return {
            therapist
            for therapist, offers in self.offers_by_therapist.items()
            if any(offer.option.treatment_id == treatment.pk for offer in offers)
        }

    def can_be_booked(self, treatment: Treatment) -> bool:
        if not self.has_active_questionnaire:
            return False
        return self.has_room(treatment) and not self.therapists_with_hours.isdisjoint(
            self.therapists_offering(treatment)
        )


def load_setup_progress(now: datetime) -> SetupProgress:
    """Return the steps of the guide, and what each still needs."""
    state = SetupState.load(now)
    steps = [
        _clinic(state), _rooms(state), _treatments(state), _therapists(state), _hours(state),
        _rules(state), _questions(state), _mail(state, now),
    ]  # fmt: skip
    is_bookable = state.clinic is not None and any(map(state.can_be_booked, state.treatments))
    return SetupProgress(steps, is_bookable)


def _clinic(state: SetupState) -> SetupStep:
    address = ("desk-setup-step", ("clinic",))
    if state.clinic is None:
        return _missing("clinic", _("Name, phone and time zone"), address)
    page = ("admin:booking_clinicprofile_change", (state.clinic.pk,))
    return SetupStep("clinic", _("Name, phone and time zone"), page)


def _rooms(state: SetupState) -> SetupStep:
    title, address = _("Rooms"), ("desk-setup-step", ("rooms",))
    if not state.rooms:
        return _missing("rooms", title, address)
    needs = [
        SetupNeed(
            _("%(treatment)s needs a room of the kind “%(kind)s”, and none is in use.")
            % {"treatment": treatment.name, "kind": treatment.room_kind},
            ("admin:booking_room_add", ()),
            _("Add a room"),
        )
        for treatment in state.treatments
        if not state.has_room(treatment)
    ]
    return _step("rooms", title, ("admin:booking_room_changelist", ()), needs)


def _treatments(state: SetupState) -> SetupStep:
    title = _("Treatments and prices")
    if not state.treatments:
        return _missing("treatments", title, ("desk-setup-step", ("treatments",)))
    needs = [
        SetupNeed(
            _("%(treatment)s has no length and price that can be booked.")
            % {"treatment": treatment.name},
            ("admin:booking_treatment_change", (treatment.pk,)),
            _("Add one"),
        )
        for treatment in state.treatments
        if not treatment.active_options  # type: ignore[attr-defined]
    ]
    return _step("treatments", title, ("admin:booking_treatment_changelist", ()), needs)


def _therapists(state: SetupState) -> SetupStep:
    title = _("Therapists and what they give")
    if not state.therapists:
        return _missing("therapists", title, ("desk-setup-step", ("therapists",)))
    needs = [
        SetupNeed(
            _("%(name)s gives nothing yet.") % {"name": therapist.name},
            ("admin:booking_therapist_change", (therapist.pk,)),
            _("Choose what"),
        )
        for therapist in state.therapists
        if therapist.pk not in state.offers_by_therapist
    ]
    needs += [
        SetupNeed(
            _("Nobody gives %(treatment)s.") % {"treatment": treatment.name},
            ("admin:booking_therapist_changelist", ()),
            _("Choose who"),
        )
        for treatment in state.treatments
        if treatment.active_options and not state.therapists_offering(treatment)  # type: ignore[attr-defined]
    ]
    return _step("therapists", title, ("admin:booking_therapist_changelist", ()), needs)


def _hours(state: SetupState) -> SetupStep:
    """Link to the form for all therapists, or to the schedule of one who has weekly hours."""
    title, form_address = _("Working hours"), ("desk-setup-step", ("hours",))
    if not state.therapists:
        return _missing("hours", title, form_address)
    needs = [
        SetupNeed(
            _("%(name)s has no working hours in the next weeks.") % {"name": therapist.name},
            ("desk-therapist-schedule", (therapist.slug,)) if therapist.has_week else form_address,  # type: ignore[attr-defined]
            _("Enter hours"),
        )
        for therapist in state.therapists
        if therapist.pk not in state.therapists_with_hours
    ]
    return _step("hours", title, form_address if needs else ("desk-schedule", ()), needs)


def _rules(state: SetupState) -> SetupStep:
    """Return the step of the booking rules, which have defaults and need nothing."""
    address = ("desk-setup-step", ("rules",))
    return SetupStep("rules", _("Rules for booking"), address, is_done=state.clinic is not None)


def _questions(state: SetupState) -> SetupStep:
    """Return the step of the health questions, which a clinician must sign."""
    title = _("Questions before a massage")
    address = ("admin:booking_screeningsignature_changelist", ())
    needs = []
    if not state.has_active_questionnaire:
        message = _("A clinician must sign the health questions before patients can book online.")
        add = ("admin:booking_screeningsignature_add", ())
        needs.append(SetupNeed(message, add, _("Read and sign them")))
    return _step("questions", title, address, needs)


def _mail(state: SetupState, now: datetime) -> SetupStep:
    """Return the step of the mail: without it patients can book, but get no confirmation."""
    texts_address = ("admin:booking_notificationtext_changelist", ())
    needs = []
    if not settings.EMAIL_URL and not settings.DEMO:
        message = _("No mail server is set (EMAIL_URL), so no mail leaves: it is kept on the desk.")
        needs.append(SetupNeed(message, ("desk-mail", ()), _("Look at the mails")))
    if (alarm := load_mail_alarm(now)) is not None:
        message = _("No mails are sent now. %(meaning)s %(advice)s") % {
            "meaning": alarm.meaning,
            "advice": alarm.advice,
        }
        needs.append(SetupNeed(message, ("desk-mail", ()), _("Look at the mails")))
    if not is_worker_alive(now):
        message = _("The message worker is not running (manage.py deliver_messages --loop).")
        needs.append(SetupNeed(message, ("desk-mail", ()), _("Look at the mails")))
    return _step("mail", _("Mail"), texts_address if state.clinic else ("desk-mail", ()), needs)


def _missing(name: str, title: str | Promise, address: PageAddress) -> SetupStep:
    return SetupStep(name, title, address, is_done=False)


def _step(
    name: str, title: str | Promise, address: PageAddress, needs: Sequence[SetupNeed]
) -> SetupStep:
    return SetupStep(name, title, address, needs, is_done=not needs)


def _working(clinic: ClinicProfile, therapists: Sequence[int], now: datetime) -> frozenset[int]:
    today = clinic.today(now)
    days = dates_between(today, today + timedelta(days=clinic.horizon_days))
    return frozenset(
        pk for pk, spans in load_open_spans(therapists, days, clinic.zone).items() if spans
    )
