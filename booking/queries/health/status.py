"""The health status of appointments and patients. The only module that decrypts screenings.

Views do not call it: they call booking.actions.health.read_health, which logs each access.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from booking.models import Appointment, MedicalClearance, Patient, Screening, ScreeningSignature
from booking.queries.health.shown_answers import ALL_ANSWERS, ShownAnswers
from booking.queries.health.used_answers import LIMITS, is_used, used_answers_q
from booking.screening.outcomes import Outcome, Pressure, most_severe, most_urgent
from booking.screening.questionnaires import find_questionnaire, newest_questionnaire
from booking.screening.questions import Questionnaire
from booking.screening.records import ClearanceDetails, ScreeningRecord
from booking.screening.rules import ScreeningResult, with_clearance
from clinic.lib.compiled_queries import compiled_query
from clinic.lib.crypto.cipher import DecryptionError
from clinic.lib.dates import clock

ANSWERS_VALID_FOR = timedelta(days=90)
"""After three months all questions are asked again, and clearances have expired."""
ACUTE_ANSWER_VALID_FOR = timedelta(hours=48)
"""Answers about the day itself count for 48 hours."""
SCREENING_COLUMNS = (
    *(field.name for field in Screening._meta.concrete_fields),
    "appointment__public_id", "appointment__draft", "patient__email",
    *(f"patient__{name}" for name in LIMITS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ActiveQuestionnaire:
    """The questions that are asked now, and their signature; None for a sample."""

    questionnaire: Questionnaire
    signature: ScreeningSignature | None = None

    @property
    def is_sample(self) -> bool:
        """Whether no clinician has signed the questions."""
        return self.signature is None


def get_active_questionnaire() -> ActiveQuestionnaire | None:
    """Return the questionnaire that was signed last; outside production the newest as a sample.

    None if nothing is signed or the file has changed since it was signed (then nobody can book
    online in production). One query.
    """
    for signature in _last_signature():
        questionnaire = find_questionnaire(signature.version)
        if questionnaire is not None and questionnaire.digest == signature.digest:
            return ActiveQuestionnaire(questionnaire, signature)
    return None if settings.PRODUCTION else ActiveQuestionnaire(newest_questionnaire())


@compiled_query
def _last_signature() -> "QuerySet[ScreeningSignature, ScreeningSignature]":
    return ScreeningSignature.objects.all()[:1]


def decrypt_record(screening: Screening) -> ScreeningRecord:
    """Decrypt a screening. Raises DecryptionError if it was encrypted for another appointment."""
    record = ScreeningRecord.from_json(screening.record_json)
    if record.appointment != str(screening.appointment.public_id):
        raise DecryptionError("These answers were given for another appointment.")
    return record


def readable_record(screening: Screening | None) -> ScreeningRecord | None:
    """Return the decrypted record of a screening; None without a screening, or if it is
    unreadable."""
    try:
        return decrypt_record(screening) if screening is not None else None
    except DecryptionError:
        return None


@dataclass(frozen=True, slots=True)
class HealthStatus:
    """What a patient's answers mean for an appointment at one instant.

    `screening_result` combines the appointment's own answers with the patient's other long
    answers and with clearances; without any answers its outcome is OK. `screening` and `record`
    are the appointment's own answers, `previous_screening` those for an earlier appointment.
    `are_long_answers_valid`: all questions were answered within ANSWERS_VALID_FOR.
    `is_unreadable`: answers that would decide cannot be decrypted (their key is lost, or rows were
    swapped), so the questions must be asked again.
    """

    screening_result: ScreeningResult
    screening: Screening | None = None
    record: ScreeningRecord | None = None
    clearances: Sequence[tuple[MedicalClearance, ClearanceDetails]] = ()
    previous_screening: Screening | None = None
    are_long_answers_valid: bool = False
    is_unreadable: bool = False

    @property
    def has_answers(self) -> bool:
        """Whether questions were answered for this appointment."""
        return self.screening is not None

    @property
    def outcome(self) -> Outcome:
        """The outcome of `screening_result`."""
        return self.screening_result.outcome

    def allows_pressure(self, pressure: str) -> bool:
        """Whether a treatment with this pressure may be given."""
        return Pressure(pressure) in self.screening_result.allowed_pressures

    def allows_booking(self, pressure: str) -> bool:
        """Whether a treatment with this pressure can be booked.

        booking.actions.health.screening_requirements raises the reason if not.
        """
        blocked = self.is_unreadable or self.outcome.blocks_booking
        return not blocked and self.allows_pressure(pressure)


def health_statuses(appointments: Iterable[Appointment], now: datetime) -> dict[int, HealthStatus]:
    """Return the health status of each appointment by its primary key. At most two queries."""
    rows = list(appointments)
    health_rows = _HealthRows.of([row.pk for row in rows], [row.patient_id for row in rows], now)
    return {row.pk: health_rows.health_status(row.pk, row.patient_id, now) for row in rows}


def health_status_of(
    appointment: Appointment, now: datetime, *, shown: ShownAnswers = ALL_ANSWERS
) -> HealthStatus:
    """Return the health status of one appointment, by the answers that are shown to a reader.

    At most two queries.
    """
    health_rows = _HealthRows.of([appointment.pk], [appointment.patient_id], now, shown)
    return health_rows.health_status(appointment.pk, appointment.patient_id, now)


def health_status_of_patient(
    patient: Patient, now: datetime, *, shown: ShownAnswers = ALL_ANSWERS
) -> HealthStatus:
    """Return the health status of a patient for a new appointment. At most two queries."""
    health_rows = _HealthRows.of([], [patient.pk], now, shown)
    return health_rows.health_status(None, patient.pk, now)


@dataclass(frozen=True, slots=True)
class _HealthRows:
    """Screenings and clearances, as read from the database.

    `own` by appointment; `of_patient`: long answers by patient, oldest first.
    """

    own: dict[int, Screening]
    of_patient: dict[int, list[Screening]]
    clearances: Sequence[MedicalClearance]

    @classmethod
    def of(
        cls,
        appointments: Sequence[int],
        patients: Sequence[int | None],
        now: datetime,
        shown: ShownAnswers = ALL_ANSWERS,
    ) -> "_HealthRows":
        people = {pk for pk in patients if pk is not None}
        loaded = _load_screenings(appointments, people)
        screenings = {pk: row for pk, row in loaded.items() if shown.includes(row) and is_used(row)}
        by_appointment = {row.appointment_id: row for row in screenings.values()}
        of_patient: dict[int, list[Screening]] = {}
        for row in screenings.values():
            if row.patient_id in people and row.long_answered_at is not None:
                of_patient.setdefault(row.patient_id, []).append(row)
        return cls(by_appointment, of_patient, _load_clearances(screenings, now))

    def health_status(
        self, appointment: int | None, patient: int | None, now: datetime
    ) -> HealthStatus:
        own_screening = self.own.get(appointment or 0)
        patient_screenings = self.of_patient.get(patient or 0, [])
        other_screenings = [row for row in patient_screenings if row.appointment_id != appointment]
        clearances = self._clearances_of(appointment, patient)
        record = readable_record(own_screening)
        is_unreadable = own_screening is not None and record is None
        screening_results = [record.screening_result] if record is not None else []
        if other_screenings and (
            own_screening is None or other_screenings[-1].answered_at > own_screening.answered_at
        ):
            try:
                screening_results.append(result_for_new_appointment(other_screenings[-1], now))
            except DecryptionError:
                is_unreadable = True
        screening_result = combine_results(screening_results)
        for _clearance, details in clearances:
            screening_result = with_clearance(
                screening_result, details.covered_answers, gentle_only=details.gentle_only
            )
        earlier = [
            row
            for row in other_screenings
            if own_screening is None or row.answered_at < own_screening.answered_at
        ]
        return HealthStatus(
            screening_result=screening_result,
            screening=own_screening,
            record=record,
            clearances=clearances,
            previous_screening=earlier[-1] if earlier else None,
            are_long_answers_valid=not is_unreadable and are_long_answers_valid(own_screening, now),
            is_unreadable=is_unreadable,
        )

    def _clearances_of(
        self, appointment: int | None, patient: int | None
    ) -> list[tuple[MedicalClearance, ClearanceDetails]]:
        """Return the clearances of these answers without those that cannot be decrypted."""
        found = []
        for clearance in self.clearances:
            screening = clearance.screening
            is_patients = patient is not None and patient == screening.patient_id
            if appointment == screening.appointment_id or is_patients:
                with suppress(DecryptionError):
                    details = ClearanceDetails.from_json(clearance.details_json)
                    found.append((clearance, details))
        return found


def _load_screenings(
    appointments: Sequence[int], patients: Collection[int]
) -> dict[int, Screening]:
    """Return the screenings of appointments and of patients by primary key, oldest first.

    Of appointment and patient only the columns are read that say whose answers they are. At most
    one query.
    """
    if not appointments and not patients:
        return {}
    return {row.pk: row for row in _screening_rows(appointments, tuple(patients))}


@compiled_query
def _screening_rows(
    appointments: Sequence[int], patients: Sequence[int]
) -> "QuerySet[Screening, Screening]":
    rows = Screening.objects.filter(
        Q(appointment__pk__in=appointments) | Q(patient__pk__in=patients)
    )
    rows = rows.select_related("appointment", "patient").only(*SCREENING_COLUMNS)
    return rows.order_by("answered_at", "pk")


def _load_clearances(
    screenings: Mapping[int, Screening], now: datetime
) -> Sequence[MedicalClearance]:
    """Return the clearances of screenings that have not expired. At most one query."""
    if not screenings:
        return ()
    clearances = _clearance_rows(tuple(screenings), now - ANSWERS_VALID_FOR)
    for clearance in clearances:
        clearance.screening = screenings[clearance.screening_id]
    return clearances


@compiled_query
def _clearance_rows(
    screenings: Sequence[int], since: datetime
) -> "QuerySet[MedicalClearance, MedicalClearance]":
    return MedicalClearance.objects.filter(screening__pk__in=screenings, at__gt=since)


def screening_allows_booking(hold: Appointment) -> bool:
    """Whether all questions are answered for a hold, and the answers allow booking it."""
    now = clock.now()
    health_status = health_status_of(hold, now)
    return health_status.are_long_answers_valid and health_status.allows_booking(
        hold.option.treatment.pressure
    )


def latest_long_screening(patient: Patient, shown: ShownAnswers) -> Screening | None:
    """Return the last answers to all questions that are shown to a reader, or None."""
    rows = Screening.objects.filter(shown.as_q(), used_answers_q(), patient=patient)
    rows = rows.filter(long_answered_at__isnull=False)
    return rows.select_related("appointment").order_by("answered_at", "pk").last()


def latest_answers_to_renew(patient: Patient, shown: ShownAnswers) -> Screening | None:
    """Return the last answers to all questions, on which the reader can build new ones.

    None if there are newer ones that the reader is not shown: then all questions are asked again.
    Those given on arrival repeat earlier answers, except for the six of every visit.
    """
    rows = Screening.objects.filter(used_answers_q(), patient=patient)
    rows = rows.filter(long_answered_at__isnull=False)
    rows = rows.filter(shown.as_q() | ~Q(question_set=Screening.QuestionSet.ARRIVAL))
    last = rows.select_related("appointment").order_by("answered_at", "pk").last()
    return last if last is not None and shown.includes(last) else None


def are_long_answers_valid(screening: Screening | None, now: datetime) -> bool:
    """Whether all questions were answered within ANSWERS_VALID_FOR."""
    answered = screening.long_answered_at if screening is not None else None
    return answered is not None and answered > now - ANSWERS_VALID_FOR


def result_for_new_appointment(screening: Screening, now: datetime) -> ScreeningResult:
    """Return what the answers for one appointment mean for a new one.

    Answers about the day itself count for ACUTE_ANSWER_VALID_FOR only.
    """
    record = decrypt_record(screening)
    if screening.answered_at > now - ACUTE_ANSWER_VALID_FOR:
        return record.screening_result
    return without_same_day_findings(record)


def without_same_day_findings(record: ScreeningRecord) -> ScreeningResult:
    """Return the result without the questions that are asked at every visit."""
    version = find_questionnaire(record.version) or newest_questionnaire()
    same_day = {question.id for question in version.short_questions()}
    return combine_results(
        [
            ScreeningResult(finding.outcome, finding.care, [finding])
            for finding in record.screening_result.findings
            if finding.question not in same_day
        ]
    )


def combine_results(screening_results: Sequence[ScreeningResult]) -> ScreeningResult:
    """Return all findings with the most severe outcome and its most urgent advice.

    Of several findings for the same answer the last counts.
    """
    outcome = most_severe(result.outcome for result in screening_results)
    return ScreeningResult(
        outcome=outcome,
        care=most_urgent(result.care for result in screening_results if result.outcome == outcome),
        findings=list(
            {
                finding.key: finding for result in screening_results for finding in result.findings
            }.values()
        ),
    )
