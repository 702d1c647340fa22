"""Invented health answers of the demo's patients."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from booking.lifecycle import Status
from booking.models import (
    Accommodation,
    Appointment,
    AppointmentEvent,
    Screening,
)
from booking.screening.outcomes import Pressure
from booking.screening.questionnaires import newest_questionnaire
from booking.screening.records import ScreeningRecord, SessionPreferences
from booking.screening.rules import AnswerSet, evaluate

ANSWERED_WINDOW = timedelta(days=4)
MAX_APPOINTMENTS = 120
RETURNING_SHARE, UNANSWERED_SHARE = 0.5, 0.15
WEIGHTED_ANSWERS: tuple[tuple[int, AnswerSet], ...] = (
    (9, AnswerSet()),
    (3, AnswerSet({"q24": ["diagnosed"]})),
    (2, AnswerSet({"q24": ["not-diagnosed"], "q25": ["sleep"]})),
    (2, AnswerSet({"q12": ["controlled"]})),
    (2, AnswerSet({"q22": ["scents", "nuts"]})),
    (1, AnswerSet({"q18": ["varicose"]})),
    (1, AnswerSet({"q16": ["normal"]}, {"q26": "Please tell me before you touch my feet."})),
    (1, AnswerSet({"q19": ["older"]}, {"q19": "new hip, left"})),
)
"""Weight and answers. None of them excludes a treatment."""
ASPIRIN_ANSWERS = AnswerSet({"q9": ["aspirin"]})
SAMPLE_PREFERENCES = (
    SessionPreferences(),
    SessionPreferences("light", "", (Accommodation.BREAKS, Accommodation.QUIET)),
    SessionPreferences("medium", "left shoulder", (Accommodation.LEGS_FIRST,)),
    SessionPreferences("", "", (Accommodation.ON_THE_SIDE, Accommodation.WARM)),
    SessionPreferences("medium", "", (Accommodation.OUTSIDE,)),
)


def create_screenings(now: datetime, rng: Random) -> None:
    """Create answers for the appointments around `now`, at most MAX_APPOINTMENTS.

    Some patients have not answered yet, and some have answered before.
    """
    rows = (
        Appointment.objects.filter(
            starts_at__gt=now - timedelta(hours=12),
            starts_at__lt=now + ANSWERED_WINDOW,
            status__in=[Status.BOOKED, Status.ARRIVED, Status.COMPLETED],
        )
        .select_related("option__treatment")
        .order_by("starts_at")[:MAX_APPOINTMENTS]
    )
    Screening.objects.bulk_create(
        screening for row in rows for screening in _screenings_for(row, rng)
    )


def _screenings_for(row: Appointment, rng: Random) -> Iterator[Screening]:
    if rng.random() < UNANSWERED_SHARE:
        return
    if rng.random() < RETURNING_SHARE:
        earlier = (
            Appointment.objects.filter(patient=row.patient_id, starts_at__lt=row.starts_at)
            .filter(status=Status.COMPLETED)
            .last()
        )
        if earlier is not None and not earlier.screenings.exists():
            yield _build_screening(earlier, AnswerSet(), SessionPreferences())
    weights, answer_sets = zip(*WEIGHTED_ANSWERS, strict=True)
    answer_set = rng.choices(answer_sets, weights)[0]
    if row.option.treatment.pressure != Pressure.FIRM and rng.random() < 0.1:
        answer_set = ASPIRIN_ANSWERS
    if row.option.treatment.pressure == Pressure.PREGNANCY:
        answer_set = AnswerSet({"q13": ["12-weeks"]})
    yield _build_screening(row, answer_set, rng.choice(SAMPLE_PREFERENCES))


def _build_screening(
    row: Appointment, answer_set: AnswerSet, preferences: SessionPreferences
) -> Screening:
    version = newest_questionnaire()
    answered = row.booked_at or row.created_at
    screening = Screening(
        appointment=row,
        patient_id=row.patient_id,
        question_set=Screening.QuestionSet.FULL,
        version=version.code,
        long_answered_at=answered,
        answered_at=answered,
        actor_type=AppointmentEvent.ActorType.GUEST,
    )
    screening_result = evaluate(version, answer_set)
    record = ScreeningRecord(
        str(row.public_id), version.code, answer_set, screening_result, preferences
    )
    screening.record_json = record.to_json()
    return screening
