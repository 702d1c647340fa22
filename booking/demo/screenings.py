"""What the demo's patients of these days have answered before their massage. All invented."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from booking.lifecycle import Status
from booking.models import (
    Appointment,
    AppointmentEvent,
    Comfort,
    Screening,
)
from booking.screening.outcomes import Touch
from booking.screening.questionnaires import newest_version
from booking.screening.records import Record, Wishes
from booking.screening.rules import Sheet, judge

DAYS = timedelta(days=4)
MOST = 120
ASKED_BEFORE, UNASKED = 0.5, 0.15
SHEETS: tuple[tuple[int, Sheet], ...] = (
    (9, Sheet()),
    (3, Sheet({"q24": ["diagnosed"]})),
    (2, Sheet({"q24": ["not-diagnosed"], "q25": ["sleep"]})),
    (2, Sheet({"q12": ["controlled"]})),
    (2, Sheet({"q22": ["scents", "nuts"]})),
    (1, Sheet({"q18": ["varicose"]})),
    (1, Sheet({"q16": ["normal"]}, {"q26": "Please tell me before you touch my feet."})),
    (1, Sheet({"q19": ["older"]}, {"q19": "new hip, left"})),
)
"""How often, and what. Nothing that closes the treatment somebody has booked."""
FIRMLESS = Sheet({"q9": ["aspirin"]})
WISHES = (
    Wishes(),
    Wishes("light", "", (Comfort.BREAKS, Comfort.QUIET)),
    Wishes("medium", "left shoulder", (Comfort.LEGS_FIRST,)),
    Wishes("", "", (Comfort.ON_THE_SIDE, Comfort.WARM)),
    Wishes("medium", "", (Comfort.OUTSIDE,)),
)


def answer_for_these_days(now: datetime, rng: Random) -> None:
    """Answers for today's appointments and the next ones; a few have not been asked. Some have
    answered before, something else."""
    rows = (
        Appointment.objects.filter(
            starts_at__gt=now - timedelta(hours=12),
            starts_at__lt=now + DAYS,
            status__in=[Status.BOOKED, Status.ARRIVED, Status.COMPLETED],
        )
        .select_related("option__treatment")
        .order_by("starts_at")[:MOST]
    )
    Screening.objects.bulk_create(screening for row in rows for screening in _answers(row, rng))


def _answers(row: Appointment, rng: Random) -> Iterator[Screening]:
    if rng.random() < UNASKED:
        return
    if rng.random() < ASKED_BEFORE:
        earlier = (
            Appointment.objects.filter(patient=row.patient_id, starts_at__lt=row.starts_at)
            .filter(status=Status.COMPLETED)
            .last()
        )
        if earlier is not None and not earlier.screenings.exists():
            yield _screening(earlier, Sheet(), Wishes())
    weights, sheets = zip(*SHEETS, strict=True)
    sheet = rng.choices(sheets, weights)[0]
    if row.option.treatment.touch != Touch.FIRM and rng.random() < 0.1:
        sheet = FIRMLESS
    if row.option.treatment.touch == Touch.PREGNANCY:
        sheet = Sheet({"q13": ["12-weeks"]})
    yield _screening(row, sheet, rng.choice(WISHES))


def _screening(row: Appointment, sheet: Sheet, wishes: Wishes) -> Screening:
    version = newest_version()
    answered = row.booked_at or row.created_at
    screening = Screening(
        appointment=row,
        patient_id=row.patient_id,
        asked=Screening.Asked.FULL,
        version=version.code,
        long_answered_at=answered,
        answered_at=answered,
        door=AppointmentEvent.Door.GUEST,
    )
    judgement = judge(version, sheet)
    record = Record(str(row.public_id), version.code, sheet, judgement, wishes)
    screening.sealed = record.to_json()
    return screening
