"""The desk's page Today: the appointments of a day in groups, and gaps between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from booking.access.roles import AnyUser
from booking.access.scope import may_read_notes, visible_appointments, visible_notifications
from booking.engine.spans import Spans
from booking.lifecycle import OCCUPYING_STATUSES, Status
from booking.models import Appointment, ClinicProfile, Notification, Therapist
from booking.queries.appointments.patient_texts import has_urgent_appointment_text
from booking.queries.availability.schedule_spans import load_open_spans, span_of_days
from booking.registries import ledger
from clinic.lib.dates.epoch import from_minutes, to_minutes, to_next_minute

DUE_WITHIN = timedelta(minutes=10)
LATE_AFTER = timedelta(minutes=2)
MIN_GAP_MINUTES = 15
GAP_ROUNDING_MINUTES = 5
MAX_UNDELIVERED = 10
FAILED_MAIL_MAX_AGE = timedelta(days=60)
FINISHED_STATUSES = (Status.COMPLETED, Status.NO_SHOW, Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Flag:
    """A few words beside an appointment in a list."""

    text: str
    needs_attention: bool = False


@dataclass(frozen=True, slots=True)
class DayAppointment:
    """An appointment, and the details that the page Today shows with it.

    `amount_due` is what is still to be paid. `is_urgent`: the patient's note has to be read at
    once, by whoever `may_read_texts`.
    """

    appointment: Appointment
    minutes_late: int = 0
    minutes_overtime: int = 0
    is_first_visit: bool = False
    amount_due: Decimal = Decimal(0)
    patient_note: str = ""
    is_urgent: bool = False
    may_read_texts: bool = False

    @property
    def has_note(self) -> bool:
        """Whether there is a note that the user may read."""
        return bool(self.patient_note or self.team_note)

    @property
    def team_note(self) -> str:
        """The note for the team, if it may be shown."""
        return "" if self.appointment.are_notes_restricted else self.appointment.team_note

    @property
    def asks_for_payment(self) -> bool:
        """Whether the list shows the amount due: the patient is here or was."""
        here = (Status.ARRIVED, Status.COMPLETED)
        return bool(self.amount_due) and self.appointment.status in here

    @property
    def flags(self) -> list[Flag]:
        """What is unusual about the appointment, the most urgent first."""
        appointment, flags = self.appointment, []
        if self.minutes_late:
            text = ngettext("%(n)d minute late", "%(n)d minutes late", self.minutes_late)
            flags.append(Flag(text % {"n": self.minutes_late}, needs_attention=True))
        if self.minutes_overtime:
            text = ngettext("%(n)d minute over", "%(n)d minutes over", self.minutes_overtime)
            flags.append(Flag(text % {"n": self.minutes_overtime}, needs_attention=True))
        if self.is_first_visit:
            flags.append(Flag(gettext("First visit on file")))
        if appointment.attendance_confirmed_at:
            flags.append(Flag(gettext("Said they will come")))
        flags += [Flag(capfirst(label)) for label in booking_labels(appointment)]
        if appointment.patient and appointment.patient.undeliverable_since:
            flags.append(Flag(gettext("Mail does not arrive"), needs_attention=True))
        return flags


def booking_labels(appointment: Appointment) -> list[str]:
    """Return labels for how staff booked: overridden rule, entered afterwards, walk-in."""
    labels = {
        str(appointment.get_override_display()): bool(appointment.override),
        gettext("entered afterwards"): appointment.entered_afterwards,
        gettext("walk-in"): appointment.is_walk_in,
    }
    return [label for label, applies in labels.items() if applies]


@dataclass(frozen=True, slots=True)
class Gap:
    """Open time without an appointment."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class DeskDay:
    """The appointments of a date in four groups, each in order of time."""

    arrived: Sequence[DayAppointment]
    due_now: Sequence[DayAppointment]
    expected_later: Sequence[DayAppointment | Gap]
    finished: Sequence[DayAppointment]

    @property
    def expected_count(self) -> int:
        return len(self.due_now) + sum(
            isinstance(row, DayAppointment) for row in self.expected_later
        )


def load_day(
    user: AnyUser, clinic: ClinicProfile, day: date, now: datetime, *, therapist: Therapist | None
) -> DeskDay:
    """Return what the user may see of a date. Gaps are found only for a single therapist.

    One query, and four more for the gaps.
    """
    first, end = (from_minutes(minute) for minute in span_of_days([day], clinic.zone))
    rows = visible_appointments(user, now).with_related()
    rows = rows.exclude(status__in=[Status.HOLD, Status.EXPIRED])
    rows = ledger.with_balance(
        rows.filter(starts_at__gte=first, starts_at__lt=end, patient__isnull=False)
    )
    if therapist is not None:
        rows = rows.filter(therapist=therapist)
    earlier = Appointment.objects.filter(
        patient=OuterRef("patient"), status=Status.COMPLETED, starts_at__lt=OuterRef("starts_at")
    )
    day_rows = [
        _row(row, user, now)
        for row in rows.annotate(came_before=Exists(earlier)).order_by("starts_at", "pk")
    ]
    due_until = now + DUE_WITHIN
    booked = [row for row in day_rows if row.appointment.status == Status.BOOKED]
    later = [row for row in booked if row.appointment.starts_at > due_until]
    gaps = _gaps(therapist, clinic, day, now, day_rows) if therapist is not None else []
    return DeskDay(
        arrived=[row for row in day_rows if row.appointment.status == Status.ARRIVED],
        due_now=[row for row in booked if row.appointment.starts_at <= due_until],
        expected_later=sorted([*later, *gaps], key=_start),
        finished=[row for row in day_rows if row.appointment.status in FINISHED_STATUSES],
    )


def undelivered_notifications(user: AnyUser, now: datetime) -> list[Notification]:
    """Return failed notifications of upcoming appointments: the newest of each, at most ten.

    Those that were sent and came back are among them; mails to an address that the patient no
    longer has are not. One query.
    """
    failed = (
        visible_notifications(user, now)
        .undeliverable()
        .filter(
            next_try_at__gte=now - FAILED_MAIL_MAX_AGE,
            appointment__ends_at__gt=now,
            to_email=F("appointment__patient__email"),
        )
        .select_related("appointment__patient")
        .order_by("appointment__starts_at", "-pk")
    )
    newest: dict[int | None, Notification] = {}
    for message in failed[: MAX_UNDELIVERED * 4]:
        newest.setdefault(message.appointment_id, message)
    return list(newest.values())[:MAX_UNDELIVERED]


def _row(row: Any, user: AnyUser, now: datetime) -> DayAppointment:
    booked, arrived = row.status == Status.BOOKED, row.status == Status.ARRIVED
    is_finished, may_read = row.status in FINISHED_STATUSES, may_read_notes(user, row)
    return DayAppointment(
        appointment=row,
        minutes_late=_minutes(now - row.starts_at)
        if booked and now - row.starts_at > LATE_AFTER
        else 0,
        minutes_overtime=_minutes(now - row.ends_at) if arrived and now > row.ends_at else 0,
        is_first_visit=not row.came_before,
        amount_due=ledger.amount_due(row),
        patient_note=row.patient_note
        if may_read and not is_finished and not row.are_notes_restricted
        else "",
        is_urgent=not is_finished and has_urgent_appointment_text(row),
        may_read_texts=may_read,
    )


def _gaps(
    therapist: Therapist,
    clinic: ClinicProfile,
    day: date,
    now: datetime,
    rows: Sequence[DayAppointment],
) -> list[Gap]:
    """Return open time from now on without an appointment, of at least 15 minutes each."""
    if not therapist.is_active:
        return []
    hours = load_open_spans([therapist.pk], [day], clinic.zone)[therapist.pk]
    appointments = [row.appointment for row in rows if row.appointment.status in OCCUPYING_STATUSES]
    busy = Spans.of(
        (to_minutes(appointment.starts_at), to_minutes(appointment.blocked_until))
        for appointment in appointments
    )
    first_minute = -(-to_next_minute(now) // GAP_ROUNDING_MINUTES) * GAP_ROUNDING_MINUTES
    rest_of_day = Spans.of([(first_minute, max(first_minute, span_of_days([day], clinic.zone)[1]))])
    return [
        Gap(from_minutes(start), from_minutes(end))
        for start, end in (hours - busy) & rest_of_day
        if end - start >= MIN_GAP_MINUTES
    ]


def _start(row: DayAppointment | Gap) -> datetime:
    return row.starts_at if isinstance(row, Gap) else row.appointment.starts_at


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
