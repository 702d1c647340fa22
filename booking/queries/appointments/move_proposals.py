"""Proposals of another time: the deadline for the answer, and which are open."""

from datetime import datetime, timedelta

from django.db.models import Case, Count, Q, QuerySet, When, Window

from booking.access.roles import AnyUser
from booking.access.scope import visible_appointments
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, MoveProposal, Patient
from booking.queries.availability.slots import booking_policy_for

MIN_TIME_TO_ANSWER = timedelta(hours=1)
"""With less time the patient cannot be asked by mail, and staff must call."""


def answer_deadline(
    appointment: Appointment, proposed_start: datetime, clinic: ClinicProfile, now: datetime
) -> datetime:
    """Return the time until which the patient can answer.

    That is `answer_hours` from now, and at the latest the shortest notice before both starts.
    """
    notice = timedelta(minutes=booking_policy_for(clinic, appointment.option).notice)
    first_start = min(appointment.starts_at, proposed_start)
    return min(now + timedelta(hours=clinic.answer_hours), first_start - notice)


def has_time_to_answer(
    appointment: Appointment, proposed_start: datetime, clinic: ClinicProfile, now: datetime
) -> bool:
    """Return whether the deadline leaves the patient enough time to read a mail and answer."""
    return answer_deadline(appointment, proposed_start, clinic, now) - now >= MIN_TIME_TO_ANSWER


def concerns_patient(appointment: Appointment, start: datetime, therapist: str) -> bool:
    """Return whether another time or therapist (slug) is proposed, and not only another room."""
    return (start, therapist) != (appointment.starts_at, appointment.therapist.slug)


def is_reached_by_mail(patient: Patient | None) -> bool:
    """Return whether the patient has an address, and no mail to it has failed."""
    return patient is not None and bool(patient.email) and patient.undeliverable_since is None


def find_open_proposal(appointment: Appointment) -> MoveProposal | None:
    """Return the open proposal of an appointment, with its hold, or None. One query."""
    proposals = MoveProposal.objects.open().filter(appointment=appointment)
    return proposals.select_related(*HELD_PLACE).first()


def open_proposals(user: AnyUser, now: datetime) -> "QuerySet[MoveProposal]":
    """Return the open proposals of upcoming appointments that the user may see.

    Expired ones come first, then those that expire next.
    """
    proposals = MoveProposal.objects.open().filter(
        appointment__in=visible_appointments(user, now),
        appointment__status=Status.BOOKED,
        appointment__ends_at__gt=now,
    )
    related = ("appointment__patient", "appointment__therapist", "appointment__option__treatment")
    return proposals.select_related(*related, *HELD_PLACE).order_by("hold__hold_expires_at", "pk")


def unanswered_and_waiting(
    user: AnyUser, now: datetime, *, limit: int
) -> tuple[list[MoveProposal], int]:
    """Return the first of `open_proposals` that have expired, and how many have not.

    `limit` is how many are returned. One query.
    """
    waits = Q(hold__status=Status.HOLD, hold__hold_expires_at__gt=now)
    rows = open_proposals(user, now).annotate(
        can_be_answered=Case(When(waits, then=True), default=False),
        waiting=Window(Count("pk", filter=waits)),
    )
    found = list(rows.order_by("can_be_answered", "hold__hold_expires_at", "pk")[:limit])
    unanswered: list[MoveProposal] = [row for row in found if not row.can_be_answered]
    return unanswered, found[0].waiting if found else 0


HELD_PLACE = ("hold__therapist", "hold__room", "hold__option__treatment")
