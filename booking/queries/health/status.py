"""What somebody's answers come to now. The only place that opens what is sealed.

Nothing here is shown to anybody: pages ask booking.actions.health.read_health, which writes down
that
they did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from booking.models import Appointment, MedicalClearance, Patient, Screening, ScreeningSignature
from booking.screening.outcomes import Outcome, Pressure, most_severe, most_urgent
from booking.screening.questionnaires import find_questionnaire, newest_questionnaire
from booking.screening.questions import Questionnaire
from booking.screening.records import ClearanceDetails, ScreeningRecord
from booking.screening.rules import ScreeningResult, with_clearance
from clinic.lib.crypto.cipher import DecryptionError
from clinic.lib.dates import clock

ANSWERS_VALID_FOR = timedelta(days=90)
"""Three months: then everything is asked again, and a doctor's word is needed again."""
ACUTE_ANSWER_VALID_FOR = timedelta(hours=48)
"""Nobody who was ill this morning is booked again before they can be well."""


@dataclass(frozen=True, slots=True)
class ActiveQuestionnaire:
    """The questions that are asked now, and who signed them. Nobody has signed a sample."""

    version: Questionnaire
    signature: ScreeningSignature | None = None

    @property
    def is_sample(self) -> bool:
        return self.signature is None


def get_active_questionnaire() -> ActiveQuestionnaire | None:
    """What was signed last, if it still reads as it was signed; outside production the newest
    version, as a sample. One query."""
    signature = ScreeningSignature.objects.first()
    if signature is not None:
        version = find_questionnaire(signature.version)
        if version is not None and version.digest == signature.digest:
            return ActiveQuestionnaire(version, signature)
    return None if settings.PRODUCTION else ActiveQuestionnaire(newest_questionnaire())


def decrypt_record(screening: Screening) -> ScreeningRecord:
    """What the row holds. Raises DecryptionError for a row that was sealed for something else."""
    record = ScreeningRecord.from_json(screening.sealed)
    if record.appointment != str(screening.appointment.public_id):
        raise DecryptionError("These answers were given for another appointment.")
    return record


@dataclass(frozen=True, slots=True)
class HealthStatus:
    """What holds for an appointment at this moment.

    `screening` is its own, if there is one; `judgement` counts the patient's other long answers
    too, and the doctors' words. Without any answers it is OK, and `asked` says so. `before` is
    what the patient answered for an earlier appointment.
    """

    screening_result: ScreeningResult
    screening: Screening | None = None
    record: ScreeningRecord | None = None
    words: Sequence[tuple[MedicalClearance, ClearanceDetails]] = ()
    before: Screening | None = None
    are_long_answers_valid: bool = False

    @property
    def asked(self) -> bool:
        return self.screening is not None

    @property
    def outcome(self) -> Outcome:
        return self.screening_result.outcome

    def allows_pressure(self, pressure: str) -> bool:
        """Whether a treatment of that touch may be given."""
        return Pressure(pressure) in self.screening_result.allowed_pressures

    def fits(self, pressure: str) -> bool:
        """Whether a time may be taken for such a treatment; the health gate says why not."""
        return not self.outcome.blocks and self.allows_pressure(pressure)


def health_statuses(appointments: Iterable[Appointment], now: datetime) -> dict[int, HealthStatus]:
    """By the appointments' keys. Three queries, however many there are."""
    rows = list(appointments)
    known = _Known.of([row.pk for row in rows], [row.patient_id for row in rows], now)
    return {row.pk: known.health_status(row.pk, row.patient_id, now) for row in rows}


def health_status_of(appointment: Appointment, now: datetime) -> HealthStatus:
    """What holds for one appointment. Three queries."""
    return health_statuses([appointment], now)[appointment.pk]


def health_status_of_patient(patient: Patient, now: datetime) -> HealthStatus:
    """What holds for somebody about to get another appointment. Three queries."""
    return _Known.of([], [patient.pk], now).health_status(None, patient.pk, now)


@dataclass(frozen=True, slots=True)
class _Known:
    """Screenings and lifts, as read."""

    own: dict[int, Screening]
    of_patient: dict[int, list[Screening]]
    clearances: Sequence[MedicalClearance]

    @classmethod
    def of(
        cls, appointments: Sequence[int], patients: Sequence[int | None], now: datetime
    ) -> "_Known":
        rows = Screening.objects.select_related("appointment", "patient")
        rows = rows.order_by("answered_at", "pk")
        own = {row.appointment_id: row for row in rows.filter(appointment__in=appointments)}
        of_patient: dict[int, list[Screening]] = {}
        people = [pk for pk in patients if pk is not None]
        for row in rows.filter(patient__in=people, long_answered_at__isnull=False):
            of_patient.setdefault(row.patient_id or 0, []).append(row)
        clearances = MedicalClearance.objects.select_related("screening", "by").filter(
            Q(screening__appointment__in=appointments) | Q(screening__patient__in=people),
            at__gt=now - ANSWERS_VALID_FOR,
        )
        return cls(own, of_patient, list(clearances))

    def health_status(
        self, appointment: int | None, patient: int | None, now: datetime
    ) -> HealthStatus:
        own = self.own.get(appointment or 0)
        theirs = self.of_patient.get(patient or 0, [])
        others = [row for row in theirs if row.appointment_id != appointment]
        words = [
            (lift, ClearanceDetails.from_json(lift.sealed))
            for lift in self.clearances
            if appointment == lift.screening.appointment_id
            or (patient is not None and patient == lift.screening.patient_id)
        ]
        record = decrypt_record(own) if own is not None else None
        screening_results = [record.screening_result] if record is not None else []
        if others and (own is None or others[-1].answered_at > own.answered_at):
            screening_results.append(result_for_new_appointment(others[-1], now))
        screening_result = combine_results(screening_results)
        for _lift, word in words:
            screening_result = with_clearance(
                screening_result, word.covers, only_gentle=word.only_gentle
            )
        earlier = [row for row in others if own is None or row.answered_at < own.answered_at]
        return HealthStatus(
            screening_result=screening_result,
            screening=own,
            record=record,
            words=words,
            before=earlier[-1] if earlier else None,
            are_long_answers_valid=are_long_answers_valid(own, now),
        )


def screening_allows_booking(hold: Appointment) -> bool:
    """Whether the answers for a held time are there, whole, and let it be booked."""
    now = clock.now()
    health_status = health_status_of(hold, now)
    return health_status.are_long_answers_valid and health_status.fits(
        hold.option.treatment.pressure
    )


def latest_long_screening(patient: Patient) -> Screening | None:
    """The last time that the patient answered the long set."""
    rows = Screening.objects.filter(patient=patient, long_answered_at__isnull=False)
    return rows.select_related("appointment").order_by("answered_at", "pk").last()


def are_long_answers_valid(screening: Screening | None, now: datetime) -> bool:
    """Whether the long set was answered within three months."""
    answered = screening.long_answered_at if screening is not None else None
    return answered is not None and answered > now - ANSWERS_VALID_FOR


def result_for_new_appointment(screening: Screening, now: datetime) -> ScreeningResult:
    """What answers for another appointment say about a new one. What was asked about the day
    itself counts for two days, and is then asked anew."""
    record = decrypt_record(screening)
    if screening.answered_at > now - ACUTE_ANSWER_VALID_FOR:
        return record.screening_result
    return without_same_day_findings(record)


def without_same_day_findings(record: ScreeningRecord) -> ScreeningResult:
    """Without what was only asked about the day."""
    version = find_questionnaire(record.version) or newest_questionnaire()
    of_the_day = {question.id for question in version.short_questions()}
    return combine_results(
        [
            ScreeningResult(finding.outcome, finding.care, [finding])
            for finding in record.screening_result.findings
            if finding.question not in of_the_day
        ]
    )


def combine_results(screening_results: Sequence[ScreeningResult]) -> ScreeningResult:
    """All findings, the worst outcome, the most pressing care."""
    outcome = most_severe(one.outcome for one in screening_results)
    return ScreeningResult(
        outcome=outcome,
        care=most_urgent(one.care for one in screening_results if one.outcome == outcome),
        findings=list(
            {finding.key: finding for one in screening_results for finding in one.findings}.values()
        ),
    )
