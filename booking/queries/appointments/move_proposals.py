"""Proposals of another time: the deadline for the answer, and which are open."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

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


def unanswered_proposals(user: AnyUser, now: datetime) -> "QuerySet[MoveProposal]":
    """Return those of `open_proposals` that have expired."""
    return open_proposals(user, now).exclude(
        hold__status=Status.HOLD, hold__hold_expires_at__gt=now
    )


def count_waiting_proposals(user: AnyUser, now: datetime) -> int:
    """Return the number of proposals that patients can still answer. One query."""
    waiting = open_proposals(user, now).filter(
        hold__status=Status.HOLD, hold__hold_expires_at__gt=now
    )
    return waiting.count()


HELD_PLACE = ("hold__therapist", "hold__room", "hold__option__treatment")
