"""Marks on the appointments of the calendar: what the desk must know before it opens one."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.lifecycle import Status
from booking.models import Appointment, AppointmentEvent, Screening
from booking.models.appointments import AppointmentQuerySet
from booking.registries import ledger


@dataclass(frozen=True, slots=True)
class CalendarMark:
    """A mark: its icon (templates/components/icon.html), and what it means."""

    icon: str
    text: str | Promise
    needs_attention: bool = False


COMPLETED = CalendarMark("check", _("Completed"))
FIRST_VISIT = CalendarMark("star", _("First visit on file"))
TO_BE_ASKED = CalendarMark("heart", _("Health questions to be asked"), needs_attention=True)
UNPAID = CalendarMark("receipt", _("Not paid"), needs_attention=True)
ONLINE = CalendarMark("device", _("Booked online"))
BY_STAFF = CalendarMark("phone", _("Booked by the clinic"))
ALL_MARKS = (COMPLETED, FIRST_VISIT, TO_BE_ASKED, UNPAID, ONLINE, BY_STAFF)
"""For the legend, in the order in which they stand on an appointment."""


def with_calendar_marks(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    """Annotate appointments with what `calendar_marks` reads."""
    earlier = Appointment.objects.filter(
        patient=OuterRef("patient"), status=Status.COMPLETED, starts_at__lt=OuterRef("starts_at")
    )
    booked_by_staff = AppointmentEvent.objects.filter(
        appointment=OuterRef("pk"),
        kind=AppointmentEvent.Kind.BOOKED,
        actor_type=AppointmentEvent.ActorType.STAFF,
    )
    return ledger.with_balance(rows).annotate(
        came_before=Exists(earlier),
        has_answers=Exists(Screening.objects.filter(appointment=OuterRef("pk"))),
        booked_by_staff=Exists(booked_by_staff),
    )


def calendar_marks(row: Appointment) -> list[CalendarMark]:
    """Return the marks of an appointment that was annotated; none of a hold. No query."""
    if row.status == Status.HOLD:
        return []
    marks = {
        COMPLETED: row.status == Status.COMPLETED,
        FIRST_VISIT: not getattr(row, "came_before", True),
        TO_BE_ASKED: row.status in (Status.BOOKED, Status.ARRIVED)
        and not getattr(row, "has_answers", True),
        UNPAID: ledger.is_unpaid(row),
        BY_STAFF: getattr(row, "booked_by_staff", False),
        ONLINE: not getattr(row, "booked_by_staff", True),
    }
    return [mark for mark, applies in marks.items() if applies]
