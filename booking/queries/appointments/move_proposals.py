"""Questions to patients about another time: how long they can answer, and which are open."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from booking.access.roles import AnyUser
from booking.access.scope import visible_appointments
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, MoveProposal, Patient
from booking.queries.availability.slots import booking_policy_for

MIN_TIME_TO_ANSWER = timedelta(hours=1)
"""With less time than this the patient cannot be asked by mail: staff must call."""


def answer_deadline(
    appointment: Appointment, proposed_start: datetime, clinic: ClinicProfile, now: datetime
) -> datetime:
    """Return until when the patient can answer: `answer_hours` from now, and at the latest the
    shortest notice before both the booked and the proposed start."""
    notice = timedelta(minutes=booking_policy_for(clinic, appointment.option).notice)
    first_start = min(appointment.starts_at, proposed_start)
    return min(now + timedelta(hours=clinic.answer_hours), first_start - notice)


def has_time_to_answer(
    appointment: Appointment, proposed_start: datetime, clinic: ClinicProfile, now: datetime
) -> bool:
    """Whether enough time is left for the patient to read a mail and answer."""
    return answer_deadline(appointment, proposed_start, clinic, now) - now >= MIN_TIME_TO_ANSWER


def is_reached_by_mail(patient: Patient | None) -> bool:
    """Whether the patient has an address at which mails arrive, as far as is known."""
    return patient is not None and bool(patient.email) and patient.undeliverable_since is None


def find_open_proposal(appointment: Appointment) -> MoveProposal | None:
    """Return the open proposal of an appointment with its held place, or None. One query."""
    proposals = MoveProposal.objects.open().filter(appointment=appointment)
    return proposals.select_related(*HELD_PLACE).first()


def open_proposals(user: AnyUser, now: datetime) -> "QuerySet[MoveProposal]":
    """Return the open proposals of upcoming appointments that the user may see.

    Those that ran out come first, then those that run out next.
    """
    proposals = MoveProposal.objects.open().filter(
        appointment__in=visible_appointments(user, now),
        appointment__status=Status.BOOKED,
        appointment__ends_at__gt=now,
    )
    related = ("appointment__patient", "appointment__therapist", "appointment__option__treatment")
    return proposals.select_related(*related, *HELD_PLACE).order_by("hold__hold_expires_at", "pk")


def unanswered_proposals(user: AnyUser, now: datetime) -> "QuerySet[MoveProposal]":
    """Return those of `open_proposals` whose place is held no longer."""
    return open_proposals(user, now).exclude(
        hold__status=Status.HOLD, hold__hold_expires_at__gt=now
    )


def count_waiting_proposals(user: AnyUser, now: datetime) -> int:
    """Return how many patients can still answer. One query."""
    waiting = open_proposals(user, now).filter(
        hold__status=Status.HOLD, hold__hold_expires_at__gt=now
    )
    return waiting.count()


HELD_PLACE = ("hold__therapist", "hold__room", "hold__option__treatment")
