"""What a clinic still needs before patients can book, and what would be good to have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from booking.engine.hours import dates, local
from booking.models import ClinicProfile, Offer, Option, Room, Therapist, Treatment, WeeklyHours
from booking.queries.availability.offers import bookable
from booking.queries.availability.schedule_spans import open_spans
from booking.queries.health.status import live_version
from booking.queries.notifications.heartbeats import worker_seen_lately
from clinic.lib.dates.epoch import to_minutes

Address = tuple[str, tuple[object, ...]]
"""The name of a page, and what stands in its address."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is missing, in a sentence, with the page that mends it."""

    sentence: str | Promise
    address: Address
    action: str | Promise


@dataclass(frozen=True, slots=True)
class Step:
    """A part of setting up; done when nothing is needed."""

    name: str
    title: str | Promise
    address: Address
    needs: Sequence[Need] = ()
    done: bool = True


@dataclass(frozen=True, slots=True)
class Setup:
    """All steps in order. `is_open`: at least one treatment can be booked."""

    steps: Sequence[Step]
    is_open: bool

    @property
    def open_steps(self) -> int:
        return sum(not step.done for step in self.steps)

    @property
    def next_step(self) -> Step | None:
        """The first that is not done."""
        return next((step for step in self.steps if not step.done), None)


@dataclass(frozen=True)
class State:
    """What there is, read once. Nine queries, whatever the size of the clinic."""

    clinic: ClinicProfile | None
    treatments: Sequence[Treatment]
    rooms: Sequence[Room]
    therapists: Sequence[Therapist]
    given: Mapping[int, Sequence[Offer]] = field(default_factory=dict)
    working: frozenset[int] = frozenset()
    """Therapists with an open minute between now and the horizon."""
    has_questions: bool = False
    """Whether the questions before a massage may be asked: without them nobody books online."""

    @classmethod
    def read(cls, now: datetime) -> "State":
        clinic = ClinicProfile.current()
        options = Option.objects.filter(is_active=True)
        treatments = Treatment.objects.filter(is_active=True).prefetch_related(
            Prefetch("options", options, to_attr="on_offer")
        )
        weeks = WeeklyHours.objects.filter(therapist=OuterRef("pk"))
        active = Therapist.objects.filter(is_active=True)
        therapists = list(active.annotate(has_week=Exists(weeks)))
        given: dict[int, list[Offer]] = {}
        for offer in Offer.objects.filter(bookable()).select_related("option"):
            given.setdefault(offer.therapist_id, []).append(offer)
        rooms = list(Room.objects.filter(is_active=True))
        working = _working(clinic, [one.pk for one in therapists], now) if clinic else frozenset()
        asked = live_version() is not None
        return cls(clinic, list(treatments), rooms, therapists, given, working, asked)

    def has_room(self, treatment: Treatment) -> bool:
        kind = treatment.room_kind_id
        return any(kind in (None, room.kind_id) for room in self.rooms)

    def givers(self, treatment: Treatment) -> set[int]:
        """The therapists who give at least one of its options."""
        return {
            therapist
            for therapist, offers in self.given.items()
            if any(offer.option.treatment_id == treatment.pk for offer in offers)
        }

    def can_be_booked(self, treatment: Treatment) -> bool:
        if not self.has_questions:
            return False
        return self.has_room(treatment) and not self.working.isdisjoint(self.givers(treatment))


def read_setup(now: datetime) -> Setup:
    """How far it is, and what is missing."""
    state = State.read(now)
    steps = [
        _clinic(state), _rooms(state), _treatments(state), _therapists(state), _hours(state),
        _rules(state), _questions(state), _mail(state, now),
    ]  # fmt: skip
    is_open = state.clinic is not None and any(map(state.can_be_booked, state.treatments))
    return Setup(steps, is_open)


def _clinic(state: State) -> Step:
    address = ("desk-setup-step", ("clinic",))
    if state.clinic is None:
        return _missing("clinic", _("Name, phone and time zone"), address)
    page = ("admin:booking_clinicprofile_change", (state.clinic.pk,))
    return Step("clinic", _("Name, phone and time zone"), page)


def _rooms(state: State) -> Step:
    title, address = _("Rooms"), ("desk-setup-step", ("rooms",))
    if not state.rooms:
        return _missing("rooms", title, address)
    needs = [
        Need(
            _("%(treatment)s needs a room of the kind “%(kind)s”, and none is in use.")
            % {"treatment": treatment.name, "kind": treatment.room_kind},
            ("admin:booking_room_add", ()),
            _("Add a room"),
        )
        for treatment in state.treatments
        if not state.has_room(treatment)
    ]
    return _step("rooms", title, ("admin:booking_room_changelist", ()), needs)


def _treatments(state: State) -> Step:
    title = _("Treatments and prices")
    if not state.treatments:
        return _missing("treatments", title, ("desk-setup-step", ("treatments",)))
    needs = [
        Need(
            _("%(treatment)s has no length and price that can be booked.")
            % {"treatment": treatment.name},
            ("admin:booking_treatment_change", (treatment.pk,)),
            _("Add one"),
        )
        for treatment in state.treatments
        if not treatment.on_offer  # type: ignore[attr-defined]
    ]
    return _step("treatments", title, ("admin:booking_treatment_changelist", ()), needs)


def _therapists(state: State) -> Step:
    title = _("Therapists and what they give")
    if not state.therapists:
        return _missing("therapists", title, ("desk-setup-step", ("therapists",)))
    needs = [
        Need(
            _("%(name)s gives nothing yet.") % {"name": one.name},
            ("admin:booking_therapist_change", (one.pk,)),
            _("Choose what"),
        )
        for one in state.therapists
        if one.pk not in state.given
    ]
    needs += [
        Need(
            _("Nobody gives %(treatment)s.") % {"treatment": treatment.name},
            ("admin:booking_therapist_changelist", ()),
            _("Choose who"),
        )
        for treatment in state.treatments
        if treatment.on_offer and not state.givers(treatment)  # type: ignore[attr-defined]
    ]
    return _step("therapists", title, ("admin:booking_therapist_changelist", ()), needs)


def _hours(state: State) -> Step:
    """A first week is given to many at once; what differs, to each."""
    title, first = _("Working hours"), ("desk-setup-step", ("hours",))
    if not state.therapists:
        return _missing("hours", title, first)
    needs = [
        Need(
            _("%(name)s has no working hours in the next weeks.") % {"name": one.name},
            ("desk-schedule-of", (one.slug,)) if one.has_week else first,  # type: ignore[attr-defined]
            _("Enter hours"),
        )
        for one in state.therapists
        if one.pk not in state.working
    ]
    return _step("hours", title, first if needs else ("desk-schedule", ()), needs)


def _rules(state: State) -> Step:
    """Never missing: they begin with the usual values."""
    address = ("desk-setup-step", ("rules",))
    return Step("rules", _("Rules for booking"), address, done=state.clinic is not None)


def _questions(state: State) -> Step:
    """A clinician signs for what is asked about health."""
    title = _("Questions before a massage")
    address = ("admin:booking_screeningsignature_changelist", ())
    needs = []
    if not state.has_questions:
        sentence = _("A clinician must sign the health questions before patients can book online.")
        add = ("admin:booking_screeningsignature_add", ())
        needs.append(Need(sentence, add, _("Read and sign them")))
    return _step("questions", title, address, needs)


def _mail(state: State, now: datetime) -> Step:
    """Without it patients can book, but hear of nothing."""
    words = ("admin:booking_messagetext_changelist", ())
    needs = []
    if not settings.EMAIL_URL and not settings.DEMO:
        sentence = _(
            "No mail server is set (EMAIL_URL), so no mail leaves: it is kept on the desk."
        )
        needs.append(Need(sentence, ("desk-mail", ()), _("Look at the mails")))
    if not worker_seen_lately(now):
        sentence = _("The message worker is not running (manage.py deliver_messages --loop).")
        needs.append(Need(sentence, ("desk-mail", ()), _("Look at the mails")))
    return _step("mail", _("Mail"), words if state.clinic else ("desk-mail", ()), needs)


def _missing(name: str, title: str | Promise, address: Address) -> Step:
    return Step(name, title, address, done=False)


def _step(name: str, title: str | Promise, address: Address, needs: Sequence[Need]) -> Step:
    return Step(name, title, address, needs, done=not needs)


def _working(clinic: ClinicProfile, therapists: Sequence[int], now: datetime) -> frozenset[int]:
    today = local(to_minutes(now), clinic.zone).date()
    days = dates(today, today + timedelta(days=clinic.horizon_days))
    return frozenset(pk for pk, spans in open_spans(therapists, days, clinic.zone).items() if spans)
