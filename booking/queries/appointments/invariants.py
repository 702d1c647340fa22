"""Invariants of all appointments on file, checked by `verify_bookings`.

Each check yields a sentence for every violation. The database finds them (window functions and
anti-joins, no self-join), so a million valid appointments cost one pass over an index.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    RowRange,
    Value,
    Window,
)
from django.db.models.functions import Cast, Coalesce, Concat, Length
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.engine.hours import dates_between
from booking.engine.spans import EMPTY_SPANS
from booking.lifecycle import (
    ACTIVE_BOOKING_STATUSES,
    OCCUPYING_STATUSES,
    OUTSIDE_HOURS_OVERRIDES,
    Override,
    Status,
)
from booking.models import (
    Appointment,
    AppointmentEvent,
    ClinicProfile,
    MoveProposal,
    Notification,
    Patient,
    Screening,
    Therapist,
)
from booking.models.appointments import MAX_APPOINTMENT_LENGTH
from booking.queries.availability.schedule_spans import load_open_spans
from booking.registries import invariants
from clinic.lib.dates.epoch import EpochMinutes, from_minutes, to_minutes

HOLD_GRACE = timedelta(days=1)
BOOKING_GRACE = timedelta(days=1)
BATCH_DAYS = 28
MAX_LISTED_FAULTS = 50
"""So many violations of one invariant are described; the rest are counted."""

EventKind = AppointmentEvent.Kind
Faults = Iterator[str]
Check = Callable[[datetime], Faults]
"""Yields one sentence for each violation at a given time, computed lazily."""


@dataclass(frozen=True, slots=True)
class InvariantResult:
    """The result of one check: its first violations, a sentence for each, and the number of all."""

    title: str | Promise
    descriptions: Sequence[str]
    total: int


def check_invariants(now: datetime) -> Iterator[InvariantResult]:
    """Run every check and yield its result."""
    for title, check in (*CHECKS, *invariants.checks()):
        faults = check(now)
        descriptions = list(islice(faults, MAX_LISTED_FAULTS))
        yield InvariantResult(title, descriptions, len(descriptions) + sum(1 for _fault in faults))


def count_by_status() -> Mapping[Status, int]:
    """Count the appointments on file by status."""
    rows = Appointment.objects.order_by().values("status").annotate(number=Count("pk"))
    counts = dict(rows.values_list("status", "number"))
    return {status: counts.pop(status.value, 0) for status in Status}


def overlapping_therapists(_now: datetime) -> Faults:
    """No therapist has two appointments at once.

    A time that is held because a patient is asked may overlap their own appointment.
    """
    for pk, therapist, at in _overlaps("therapist"):
        yield _(
            "Appointment %(pk)s (%(at)s) begins before another one of therapist %(who)s is over."
        ) % {"pk": pk, "at": _utc(at), "who": therapist}


def overlapping_rooms(_now: datetime) -> Faults:
    """No room has two appointments at once."""
    for pk, room, at in _overlaps("room"):
        yield _(
            "Appointment %(pk)s (%(at)s) begins before another one in room %(room)s is over."
        ) % {"pk": pk, "at": _utc(at), "room": room}


def outside_hours(now: datetime) -> Faults:
    """Upcoming appointments lie within their therapist's hours, unless staff overrode that.

    Past appointments are not checked: former hours are not stored. As when booking, turnaround
    may run past closing time.
    """
    clinic = ClinicProfile.current()
    future = Appointment.objects.occupying(now).filter(starts_at__gt=now).order_by()
    future = future.exclude(override__in=OUTSIDE_HOURS_OVERRIDES)
    last_start: datetime | None = future.aggregate(last=Max("starts_at"))["last"]
    if clinic is None or last_start is None:
        return
    therapists = list(Therapist.objects.values_list("pk", flat=True))
    day = clinic.today(now)
    final = clinic.local_date(last_start)
    while day <= final:
        following = day + timedelta(days=BATCH_DAYS)
        yield from _outside_hours(future, therapists, dates_between(day, following), clinic)
        day = following


def switched_off(now: datetime) -> Faults:
    """No upcoming appointment has an inactive therapist or room, or a room of the wrong kind.

    Unless staff kept it so. Holds are not checked, since they expire. Appointments of a treatment
    that is not offered any more are correct.
    """
    upcoming = Appointment.objects.filter(
        status__in=[Status.BOOKED, Status.ARRIVED], ends_at__gt=now
    ).exclude(override__in=[Override.SWITCHED_OFF, Override.ASKED])
    rows = upcoming.order_by("starts_at", "pk")
    for pk, at, therapist in (
        rows.filter(therapist__is_active=False).values_list("pk", "starts_at", "therapist__name")
    ).iterator():
        yield _(
            "Appointment %(pk)s (%(at)s) is booked with %(who)s, who takes no appointments."
        ) % {"pk": pk, "at": _utc(at), "who": therapist}
    for pk, at, room in (
        rows.filter(room__is_active=False).values_list("pk", "starts_at", "room__name")
    ).iterator():
        yield _("Appointment %(pk)s (%(at)s) is booked in room %(room)s, which is not in use.") % {
            "pk": pk,
            "at": _utc(at),
            "room": room,
        }

    wrong_kind = ~Q(room__kind=F("option__treatment__room_kind"))
    needs_kind = rows.filter(wrong_kind, option__treatment__room_kind__isnull=False)
    for pk, at, room in needs_kind.values_list("pk", "starts_at", "room__name").iterator():
        yield _("Appointment %(pk)s (%(at)s) needs another kind of room than %(room)s.") % {
            "pk": pk,
            "at": _utc(at),
            "room": room,
        }


def incomplete_history(_now: datetime) -> Faults:
    """Every appointment has a first event, and every booked one an event of the booking."""
    lines = AppointmentEvent.objects.filter(appointment=OuterRef("pk"))
    booked = lines.filter(kind=AppointmentEvent.Kind.BOOKED)
    for pk in _keys(Appointment.objects.filter(~Exists(lines))):
        yield _("Appointment %(pk)s has no history at all.") % {"pk": pk}
    once_booked = Appointment.objects.filter(booked_at__isnull=False)
    for pk in _keys(once_booked.filter(Exists(lines) & ~Exists(booked))):
        yield _("Appointment %(pk)s was booked, but its history does not say so.") % {"pk": pk}


def missing_notifications(now: datetime) -> Faults:
    """Every change of an upcoming appointment has a notification, unless staff declined it.

    Past appointments are not checked."""
    key = Concat(F("kind"), Value(":"), Cast("pk", CharField()), output_field=CharField())
    events = (
        AppointmentEvent.objects.filter(
            kind__in=[EventKind.BOOKED, EventKind.MOVED, EventKind.CANCELLED, EventKind.RESTORED],
            appointment__starts_at__gt=now,
            appointment__patient__email__gt="",
        )
        # Written only where nobody was to be told. Older events have "told".
        .exclude(details__has_any_keys=["patient_notified", "told"])
        .annotate(message=key)
        .filter(~Exists(Notification.objects.filter(key=OuterRef("message"))))
        .order_by("appointment_id", "pk")
        .values_list("appointment_id", "kind")
    )
    for pk, kind in events.iterator():
        description = {"pk": pk, "what": EventKind(kind).label}
        yield _("Appointment %(pk)s: %(what)s, but nobody was told.") % description


def overdue_holds(now: datetime) -> Faults:
    """A hold that has run out is marked as expired within a day."""
    for pk in _keys(Appointment.objects.lapsed_holds(now - HOLD_GRACE)):
        yield _("Appointment %(pk)s is a hold that ran out more than a day ago.") % {"pk": pk}


def proposed_holds(_now: datetime) -> Faults:
    """A hold that may overlap an appointment is the one about which its patient is asked."""
    marked = Appointment.objects.filter(
        status__in=OCCUPYING_STATUSES, proposed_for__isnull=False
    ).order_by("pk")
    asked = MoveProposal.objects.open().filter(
        hold=OuterRef("pk"),
        appointment__public_id=OuterRef("proposed_for"),
        appointment__status=Status.BOOKED,
    )
    for pk in _keys(marked.filter(~Exists(asked))):
        yield _("Appointment %(pk)s is held for a patient who is not asked about it.") % {"pk": pk}


def missing_prices(_now: datetime) -> Faults:
    """Each appointment has a price and a currency."""
    wrong = Q(price__isnull=True) | Q(price__lt=0) | ~Q(letters=3)
    for pk in _keys(Appointment.objects.alias(letters=Length("currency")).filter(wrong)):
        yield _("Appointment %(pk)s has no proper price or currency.") % {"pk": pk}


def visits_entered_afterwards(_now: datetime) -> Faults:
    """An appointment is marked as entered afterwards if it was booked after it had begun.

    Online, a held time may begin before it is booked, so without the mark a day's delay is correct.
    """
    booked = Appointment.objects.filter(booked_at__isnull=False)
    marked, unmarked = (booked.filter(entered_afterwards=mark) for mark in (True, False))
    for pk in _keys(marked.filter(booked_at__lte=F("starts_at"))):
        yield _("Appointment %(pk)s is marked as entered afterwards, but was not.") % {"pk": pk}
    by_staff = AppointmentEvent.objects.filter(
        appointment=OuterRef("pk"),
        kind=EventKind.BOOKED,
        actor_type=AppointmentEvent.ActorType.STAFF,
    )
    late = unmarked.filter(booked_at__gt=F("starts_at") + BOOKING_GRACE)
    for pk in _keys(late.filter(Exists(by_staff))):
        yield _("Appointment %(pk)s was entered afterwards, but is not marked so.") % {"pk": pk}


def walk_ins(_now: datetime) -> Faults:
    """A patient without e-mail address and phone number has at least one appointment as a
    walk-in, unless the record was erased."""
    marked = Appointment.objects.filter(is_walk_in=True, patient__isnull=False)
    # Not with Exists: SQLite would look at every appointment of the patient of every appointment.
    unmarked = Patient.objects.filter(email="", phone="", erased_at=None).exclude(
        pk__in=marked.values("patient")
    )
    active = Appointment.objects.filter(status__in=ACTIVE_BOOKING_STATUSES, patient__in=unmarked)
    for pk in _keys(active):
        yield _("Appointment %(pk)s has no contact data, but is not a walk-in's.") % {"pk": pk}


def empty_answers(_now: datetime) -> Faults:
    """Health answers have content. They lose it when rows are copied without what is encrypted."""
    lost = Screening.objects.filter(record_json="").order_by("pk")
    for pk, appointment in lost.values_list("pk", "appointment_id").iterator():
        yield _("Health answers %(pk)s of appointment %(appointment)s are empty.") % {
            "pk": pk,
            "appointment": appointment,
        }


CHECKS: Sequence[tuple[str | Promise, Check]] = (
    (gettext_lazy("Therapists booked twice"), overlapping_therapists),
    (gettext_lazy("Rooms booked twice"), overlapping_rooms),
    (gettext_lazy("Outside opening hours (from now on)"), outside_hours),
    (gettext_lazy("Booked with somebody or in a room that is switched off"), switched_off),
    (gettext_lazy("Incomplete history"), incomplete_history),
    (gettext_lazy("Told to nobody (from now on)"), missing_notifications),
    (gettext_lazy("Holds that ran out and were not marked"), overdue_holds),
    (gettext_lazy("Held for a patient who is not asked"), proposed_holds),
    (gettext_lazy("Without price or currency"), missing_prices),
    (gettext_lazy("Entered afterwards"), visits_entered_afterwards),
    (gettext_lazy("Without contact data"), walk_ins),
    (gettext_lazy("Health answers without content"), empty_answers),
)


def _overlaps(resource: str) -> Iterator[tuple[int, str, datetime]]:
    """Key, name of the therapist or room, and start of each row that begins too early.

    First without the times about which patients are asked, then those against all other rows.
    Along one resource's rows by start, each must begin at or after the latest end so far
    (not only the previous row's end: that one may be short and lie within an earlier one).
    """
    latest = Window(
        Max("blocked_until"),
        partition_by=[F(resource)],
        order_by=[F("starts_at").asc(), F("pk").asc()],
        frame=RowRange(start=None, end=-1),
    )
    occupying = Appointment.objects.filter(status__in=OCCUPYING_STATUSES).order_by()
    values = ("pk", f"{resource}__name", "starts_at")
    rows = (
        occupying.filter(proposed_for=None)
        .annotate(latest=latest)
        .filter(starts_at__lt=F("latest"))
        .values_list(*values)
    )
    yield from rows.iterator()
    in_the_way = (
        occupying.filter(
            **{resource: OuterRef(resource)},
            starts_at__lt=OuterRef("blocked_until"),
            starts_at__gte=OuterRef("starts_at") - Value(MAX_APPOINTMENT_LENGTH),
            blocked_until__gt=OuterRef("starts_at"),
        )
        .alias(own=Coalesce("proposed_for", "public_id"))
        .exclude(own=OuterRef("proposed_for"))
    )
    proposed = occupying.filter(Exists(in_the_way), proposed_for__isnull=False)
    yield from proposed.order_by("pk").values_list(*values).iterator()


def _outside_hours(
    future: "QuerySet[Appointment]",
    therapists: Sequence[int],
    days: Sequence[date],
    clinic: ClinicProfile,
) -> Faults:
    """Faults among the appointments that start on these dates, but for the last one.

    The last date is read for its hours only: a session may begin before midnight and end after.
    """
    hours = load_open_spans(therapists, days, clinic.zone)
    rows = future.order_by("starts_at", "pk").values_list(
        "pk", "therapist_id", EpochMinutes("starts_at"), EpochMinutes("ends_at")
    )
    first, end = (from_minutes(_midnight(day, clinic)) for day in (days[0], days[-1]))
    for pk, therapist, starts, ends in rows.filter(starts_at__gte=first, starts_at__lt=end):
        if not hours.get(therapist, EMPTY_SPANS).covers(starts, ends):
            yield _("Appointment %(pk)s (%(at)s) lies outside its therapist's hours.") % {
                "pk": pk,
                "at": _utc(from_minutes(starts)),
            }


def _midnight(day: date, clinic: ClinicProfile) -> int:
    """The first minute of a date (or of the next one, where the zone skipped it)."""
    return to_minutes(datetime(day.year, day.month, day.day, tzinfo=clinic.zone))


def _keys(rows: "QuerySet[Appointment]") -> Iterator[int]:
    return rows.order_by("pk").values_list("pk", flat=True).iterator()


def _utc(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
