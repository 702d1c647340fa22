"""What somebody's answers come to now. The only place that opens what is sealed.

Nothing here is shown to anybody: pages ask booking.actions.health.read_health, which writes down that
they did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from booking.models import Appointment, OutcomeLift, Patient, Screening, ScreeningSignature
from booking.screening.outcomes import Outcome, Touch, most_pressing, worst
from booking.screening.questionnaires import find_version, newest_version
from booking.screening.questions import Version
from booking.screening.records import DoctorsWord, Record
from booking.screening.rules import Judgement, lifted
from clinic.lib.crypto.cipher import CannotDecrypt
from clinic.lib.dates import clock

ANSWERS_HOLD_FOR = timedelta(days=90)
"""Three months: then everything is asked again, and a doctor's word is needed again."""
THE_DAY_HOLDS_FOR = timedelta(hours=48)
"""Nobody who was ill this morning is booked again before they can be well."""


@dataclass(frozen=True, slots=True)
class Live:
    """The questions that are asked now, and who signed them. Nobody has signed a sample."""

    version: Version
    signature: ScreeningSignature | None = None

    @property
    def is_sample(self) -> bool:
        return self.signature is None


def live_version() -> Live | None:
    """What was signed last, if it still reads as it was signed; outside production the newest
    version, as a sample. One query."""
    signature = ScreeningSignature.objects.first()
    if signature is not None:
        version = find_version(signature.version)
        if version is not None and version.digest == signature.digest:
            return Live(version, signature)
    return None if settings.PRODUCTION else Live(newest_version())


def open_record(screening: Screening) -> Record:
    """What the row holds. Raises CannotDecrypt for a row that was sealed for something else."""
    record = Record.from_json(screening.sealed)
    if record.appointment != str(screening.appointment.public_id):
        raise CannotDecrypt("These answers were given for another appointment.")
    return record


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for an appointment at this moment.

    `screening` is its own, if there is one; `judgement` counts the patient's other long answers
    too, and the doctors' words. Without any answers it is OK, and `asked` says so. `before` is
    what the patient answered for an earlier appointment.
    """

    judgement: Judgement
    screening: Screening | None = None
    record: Record | None = None
    words: Sequence[tuple[OutcomeLift, DoctorsWord]] = ()
    before: Screening | None = None
    long_is_fresh: bool = False

    @property
    def asked(self) -> bool:
        return self.screening is not None

    @property
    def outcome(self) -> Outcome:
        return self.judgement.outcome

    def still_open(self, touch: str) -> bool:
        """Whether a treatment of that touch may be given."""
        return Touch(touch) in self.judgement.open_touches

    def fits(self, touch: str) -> bool:
        """Whether a time may be taken for such a treatment; the health gate says why not."""
        return not self.outcome.blocks and self.still_open(touch)


def standings(appointments: Iterable[Appointment], now: datetime) -> dict[int, Standing]:
    """By the appointments' keys. Three queries, however many there are."""
    rows = list(appointments)
    known = _Known.of([row.pk for row in rows], [row.patient_id for row in rows], now)
    return {row.pk: known.standing(row.pk, row.patient_id, now) for row in rows}


def standing_of(appointment: Appointment, now: datetime) -> Standing:
    """What holds for one appointment. Three queries."""
    return standings([appointment], now)[appointment.pk]


def standing_of_patient(patient: Patient, now: datetime) -> Standing:
    """What holds for somebody about to get another appointment. Three queries."""
    return _Known.of([], [patient.pk], now).standing(None, patient.pk, now)


@dataclass(frozen=True, slots=True)
class _Known:
    """Screenings and lifts, as read."""

    own: dict[int, Screening]
    of_patient: dict[int, list[Screening]]
    lifts: Sequence[OutcomeLift]

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
        lifts = OutcomeLift.objects.select_related("screening", "by").filter(
            Q(screening__appointment__in=appointments) | Q(screening__patient__in=people),
            at__gt=now - ANSWERS_HOLD_FOR,
        )
        return cls(own, of_patient, list(lifts))

    def standing(self, appointment: int | None, patient: int | None, now: datetime) -> Standing:
        own = self.own.get(appointment or 0)
        theirs = self.of_patient.get(patient or 0, [])
        others = [row for row in theirs if row.appointment_id != appointment]
        words = [
            (lift, DoctorsWord.from_json(lift.sealed))
            for lift in self.lifts
            if appointment == lift.screening.appointment_id
            or (patient is not None and patient == lift.screening.patient_id)
        ]
        record = open_record(own) if own is not None else None
        judgements = [record.judgement] if record is not None else []
        if others and (own is None or others[-1].answered_at > own.answered_at):
            judgements.append(what_still_holds(others[-1], now))
        judgement = together(judgements)
        for _lift, word in words:
            judgement = lifted(judgement, word.covers, only_gentle=word.only_gentle)
        earlier = [row for row in others if own is None or row.answered_at < own.answered_at]
        return Standing(
            judgement=judgement,
            screening=own,
            record=record,
            words=words,
            before=earlier[-1] if earlier else None,
            long_is_fresh=long_is_fresh(own, now),
        )


def may_be_reviewed(hold: Appointment) -> bool:
    """Whether the answers for a held time are there, whole, and let it be booked."""
    now = clock.now()
    standing = standing_of(hold, now)
    return standing.long_is_fresh and standing.fits(hold.option.treatment.touch)


def latest_long(patient: Patient) -> Screening | None:
    """The last time that the patient answered the long set."""
    rows = Screening.objects.filter(patient=patient, long_answered_at__isnull=False)
    return rows.select_related("appointment").order_by("answered_at", "pk").last()


def long_is_fresh(screening: Screening | None, now: datetime) -> bool:
    """Whether the long set was answered within three months."""
    answered = screening.long_answered_at if screening is not None else None
    return answered is not None and answered > now - ANSWERS_HOLD_FOR


def what_still_holds(screening: Screening, now: datetime) -> Judgement:
    """What answers for another appointment say about a new one. What was asked about the day
    itself counts for two days, and is then asked anew."""
    record = open_record(screening)
    if screening.answered_at > now - THE_DAY_HOLDS_FOR:
        return record.judgement
    return long_part(record)


def long_part(record: Record) -> Judgement:
    """Without what was only asked about the day."""
    version = find_version(record.version) or newest_version()
    of_the_day = {question.id for question in version.short_questions()}
    return together(
        [
            Judgement(finding.outcome, finding.care, [finding])
            for finding in record.judgement.findings
            if finding.question not in of_the_day
        ]
    )


def together(judgements: Sequence[Judgement]) -> Judgement:
    """All findings, the worst outcome, the most pressing care."""
    outcome = worst(one.outcome for one in judgements)
    return Judgement(
        outcome=outcome,
        care=most_pressing(one.care for one in judgements if one.outcome == outcome),
        findings=list(
            {finding.key: finding for one in judgements for finding in one.findings}.values()
        ),
    )
