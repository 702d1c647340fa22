"""A patient answers the questions before a massage, for a time that is held."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.actions.actor import Actor, Kind, record
from booking.actions.appointments.lock_appointment import locked
from booking.actions.health.access_log import Did, What, note_access
from booking.actions.health.screening_requirements import insist_open
from booking.actions.holds.hold_slot import DOUBLE_BOOKINGS
from booking.actions.holds.resize_hold import fit_length
from booking.actions.locks import lock_rooms, lock_therapists, one_at_a_time
from booking.actions.rate_limit import DETAILS, spend_by
from booking.constraints import refusing
from booking.errors import NotPossibleNow, QuestionsChanged, QuestionsNotAnswered
from booking.lifecycle import Status, check_step
from booking.models import Appointment, ClinicProfile, Patient, Screening
from booking.queries.availability.schedule_spans import room_ids
from booking.queries.health.accommodations import extra_minutes
from booking.queries.health.status import latest_long, long_is_fresh, open_record, standing_of
from booking.screening.outcomes import Outcome
from booking.screening.questions import Version
from booking.screening.records import Given, Record
from booking.screening.rules import Judgement, Sheet, is_crisis, judge
from clinic.lib.dates import clock

NOT_BOOKED = timedelta(hours=24)
WAITS_FOR_DOCTOR = timedelta(days=30)
Asked = Screening.Asked


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of it. In a crisis nothing was stored, and there is no judgement."""

    judgement: Judgement | None = None

    @property
    def is_crisis(self) -> bool:
        return self.judgement is None


def answer_questions(
    hold: Appointment, given: Given, *, by: Actor, patient: Patient | None = None
) -> Answered:
    """Judge and keep the answers, in place of earlier ones. STOP and DOCTOR let the time go, but
    a doctor's word that is on file still counts.

    The clock of the hold starts anew, once. With `patient`, somebody signed in who has answered
    the long set within three months, only the short set is asked. Raises OnlineBookingClosed,
    QuestionsChanged, QuestionsNotAnswered, NotPossibleNow, or NoTimeForMore where a wish makes
    the appointment longer than there is time: then nothing is stored.
    """
    spend_by(DETAILS, by)
    clinic = ClinicProfile.objects.get()
    live = insist_open(clinic, by=by)
    if live is None or given.digest != live.version.digest:
        raise QuestionsChanged()
    with refusing(DOUBLE_BOOKINGS), one_at_a_time():
        lock_therapists([hold.therapist_id])
        lock_rooms({hold.room_id, *room_ids(hold.option.treatment)})
        row, now = locked(hold), clock.now()
        if row.status not in (Status.HOLD, Status.EXPIRED):
            raise NotPossibleNow()
        earlier = row.screenings.last()
        if is_crisis(live.version, given.sheet):
            row.screenings.all().delete()
            return Answered()
        screening = earlier or Screening(appointment=row)
        sheet, screening.long_answered_at = _whole(given.sheet, patient, live.version, now)
        screening.asked = Asked.FULL if patient is None else Asked.SHORT
        _seal(screening, live.version, sheet, given, now=now)
        screening.door, screening.user = by.door, by.user
        screening.save()
        note_access([screening], Did.WROTE, What.ANSWERS, by=by)
        judgement = standing_of(row, now).judgement
        if judgement.outcome.blocks:
            _let_go(row, by=by, now=now)
        elif row.holds_at(now):
            _suit(row, given, clinic, now=now, first=earlier is None)
    return Answered(judgement)


def _seal(
    screening: Screening, version: Version, sheet: Sheet, given: Given, *, now: datetime
) -> None:
    judgement = judge(version, sheet)
    whose = str(screening.appointment.public_id)
    screening.version, screening.answered_at = version.code, now
    screening.keep_until = now + _kept_for(judgement)
    screening.sealed = Record(whose, version.code, sheet, judgement, given.wishes).to_json()


def _whole(
    sheet: Sheet, patient: Patient | None, version: Version, now: datetime
) -> tuple[Sheet, datetime]:
    """All answers, the long ones those of last time if only the short set was asked; and when
    the long ones were given."""
    if patient is None:
        return sheet, now
    last = latest_long(patient)
    if last is None or last.version != version.code or not long_is_fresh(last, now):
        raise QuestionsNotAnswered()
    answered: datetime = last.long_answered_at or now
    return open_record(last).sheet.with_new(sheet, version.short_questions()), answered


def _kept_for(judgement: Judgement) -> timedelta:
    """How long answers stay that do not become a booking."""
    return WAITS_FOR_DOCTOR if judgement.outcome == Outcome.DOCTOR else NOT_BOOKED


def _let_go(row: Appointment, *, by: Actor, now: datetime) -> None:
    """Nobody waits for this time any more. What was typed stays for now."""
    if row.status != Status.HOLD:
        return
    check_step(row.status, Status.EXPIRED)
    row.status, row.hold_expires_at = Status.EXPIRED, min(now, row.hold_expires_at or now)
    row.save(update_fields=["status", "hold_expires_at"])
    record(row, Kind.RELEASED, by=by)


def _suit(
    row: Appointment, given: Given, clinic: ClinicProfile, *, now: datetime, first: bool
) -> None:
    """As long as the wishes need; and time to read on."""
    fit_length(row, extra_minutes(given.wishes.comforts), clinic=clinic, now=now)
    if first:
        row.hold_expires_at = now + timedelta(minutes=clinic.hold_minutes)
        row.save(update_fields=["hold_expires_at"])
