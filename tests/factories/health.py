"""Factories for the models of the health screening."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import factory

from booking.models import (
    AccommodationRule,
    AuditEntry,
    CallbackRequest,
    MedicalClearance,
    Screening,
    ScreeningSignature,
)
from booking.screening.questionnaires import newest_questionnaire
from booking.screening.records import ClearanceDetails, ScreeningRecord, SessionPreferences
from booking.screening.rules import AnswerSet, evaluate
from clinic.lib.dates import clock
from tests.factories.base import ModelFactory


class ScreeningSignatureFactory(ModelFactory[ScreeningSignature]):
    """The signature of a test clinician under the newest version; repeated calls return one row."""

    class Meta:
        model = ScreeningSignature
        django_get_or_create = ("version", "digest")

    version: Any = factory.LazyFunction(lambda: newest_questionnaire().code)
    digest: Any = factory.LazyFunction(lambda: newest_questionnaire().digest)
    clinician = "Dr. Test Only"
    registration = "TEST-1"
    signed_on = date(2026, 11, 1)


def record_json(
    row: Any, answer_set: AnswerSet | None = None, preferences: SessionPreferences | None = None
) -> str:
    """Return the record of an answer set; without one, "no" to everything."""
    answer_set, version = answer_set or AnswerSet(), newest_questionnaire()
    whose = str(row.appointment.public_id)
    screening_result = evaluate(version, answer_set)
    return ScreeningRecord(
        whose, version.code, answer_set, screening_result, preferences or SessionPreferences()
    ).to_json()


class ScreeningFactory(ModelFactory[Screening]):
    """ "No" to everything, for a booked appointment, unless `answer_set` says otherwise.

    A patient with an account has answered in it, anybody else as a guest.
    """

    class Meta:
        model = Screening
        exclude = ("answer_set", "preferences")

    answer_set: Any = None
    preferences: Any = None
    public_id: Any = factory.LazyFunction(uuid4)
    appointment: Any = factory.SubFactory("tests.factories.AppointmentFactory")
    patient: Any = factory.SelfAttribute("appointment.patient")
    question_set = "full"
    version: Any = factory.LazyFunction(lambda: newest_questionnaire().code)
    record_json: Any = factory.LazyAttribute(
        lambda row: record_json(row, row.answer_set, row.preferences)
    )
    answered_at: Any = factory.LazyFunction(clock.now)
    long_answered_at: Any = factory.SelfAttribute("answered_at")
    keep_until: Any = factory.LazyAttribute(
        lambda row: None if row.patient else row.answered_at + timedelta(hours=24)
    )
    actor_type: Any = factory.LazyAttribute(lambda row: "patient" if row.user else "guest")
    user: Any = factory.LazyAttribute(lambda row: row.patient and row.patient.user)


class MedicalClearanceFactory(ModelFactory[MedicalClearance]):
    """A clearance that covers no answers."""

    class Meta:
        model = MedicalClearance

    screening: Any = factory.SubFactory(ScreeningFactory)
    by: Any = factory.SubFactory("tests.factories.UserFactory")
    given_on = date(2026, 11, 20)
    details_json: Any = factory.LazyFunction(
        lambda: ClearanceDetails(
            "Dr. Who", "", gentle_only=True, covered_answers=frozenset()
        ).to_json()
    )


class CallbackRequestFactory(ModelFactory[CallbackRequest]):
    class Meta:
        model = CallbackRequest

    screening: Any = factory.SubFactory(ScreeningFactory)


class AuditEntryFactory(ModelFactory[AuditEntry]):
    """A log entry: staff have read answers."""

    class Meta:
        model = AuditEntry

    action = "read"
    object_type = "answers"
    record_id: Any = factory.LazyFunction(uuid4)
    actor_type = "staff"


class AccommodationRuleFactory(ModelFactory[AccommodationRule]):
    class Meta:
        model = AccommodationRule
        django_get_or_create = ("accommodation",)

    accommodation = "breaks"
