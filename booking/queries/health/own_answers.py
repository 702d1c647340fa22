"""A patient's own health answers, as their account shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from booking.lifecycle import Status
from booking.models import Appointment, CallbackRequest, Patient, Screening
from booking.queries.health.renewal import RenewableAnswers, renewable_answers
from booking.queries.health.shown_answers import ShownAnswers
from booking.queries.health.status import (
    ActiveQuestionnaire,
    HealthStatus,
    are_long_answers_valid,
    health_status_of_patient,
    latest_long_screening,
    readable_record,
)
from booking.screening.records import ScreeningRecord

RENEWAL_OFFERED_AFTER = timedelta(days=1)
MAX_UPCOMING = 20
"""Answers are saved for at most so many upcoming appointments."""


@dataclass(frozen=True, slots=True)
class OwnAnswers:
    """A patient's latest answers, and whether they are still valid.

    Attributes:
        status: What the answers mean for a booking now.
        screening, record: The latest answers to all questions, given or renewed; None if none.
        renewable: The same, if the patient may renew them without answering again.
        are_valid: Whether `screening` is still valid.
        seen: The public id of the latest answers, short or long. The forms send it back, so that
            answers given meanwhile in another tab are noticed.
        hides_some: Whether there are answers in the record that the reader is not shown.
    """

    status: HealthStatus
    screening: Screening | None
    record: ScreeningRecord | None
    renewable: RenewableAnswers | None
    are_valid: bool
    seen: UUID | None
    hides_some: bool

    def asks_to_renew(self, now: datetime) -> bool:
        """Return whether to offer renewing: not for answers that are less than a day old."""
        renewable = self.renewable
        return renewable is not None and renewable.answered_at <= now - RENEWAL_OFFERED_AFTER

    def decrypted_screenings(self) -> Sequence[Screening]:
        """Return the answers that were decrypted, for the audit trail."""
        rows = [self.screening, self.status.screening, self.status.previous_screening]
        return list({row.pk: row for row in rows if row is not None}.values())


def load_own_answers(
    patient: Patient, active: ActiveQuestionnaire | None, now: datetime, shown: ShownAnswers
) -> OwnAnswers:
    """Return a patient's latest answers, as far as shown, and what they mean now.

    At most eight queries.
    """
    last = latest_long_screening(patient, shown)
    questionnaire = active.questionnaire if active is not None else None
    return OwnAnswers(
        status=health_status_of_patient(patient, now, shown=shown),
        screening=last,
        record=readable_record(last),
        renewable=renewable_answers(patient, questionnaire, now, shown) if questionnaire else None,
        are_valid=are_long_answers_valid(last, now),
        seen=latest_screening_id(patient),
        hides_some=not shown.shows_all and _hides_some(patient, shown),
    )


def _hides_some(patient: Patient, shown: ShownAnswers) -> bool:
    return any(
        not shown.includes(row)
        for row in Screening.objects.filter(patient=patient).defer("record_json")
    )


def latest_screening_id(patient: Patient) -> UUID | None:
    """Return the public id of the answers that were given last, or None. One query."""
    rows = Screening.objects.filter(patient=patient).order_by("answered_at", "pk")
    return rows.values_list("public_id", flat=True).last()


def appointments_to_save_answers_for(patient: Patient, now: datetime) -> list[Appointment]:
    """Return the appointments to which new answers are attached.

    These are the upcoming ones, or if there are none the last one; empty without any booking.
    """
    booked = Appointment.objects.filter(patient=patient, booked_at__isnull=False)
    upcoming = booked.filter(status__in=[Status.BOOKED, Status.ARRIVED], ends_at__gt=now)
    rows = list(upcoming.order_by("starts_at", "pk")[:MAX_UPCOMING])
    return rows or list(booked.order_by("-starts_at", "-pk")[:1])


def waiting_callback(patient: Patient) -> CallbackRequest | None:
    """Return the patient's request to be called that nobody has dealt with, or None. One query."""
    return CallbackRequest.objects.filter(screening__patient=patient, done_at=None).first()
