"""Staff write down what a patient says: all questions, or the six of every visit."""

from datetime import datetime

from booking.actions.actor import Actor
from booking.actions.appointments.lock_appointment import locked
from booking.actions.health.access_log import Did, What, note_access
from booking.actions.locks import one_at_a_time
from booking.errors import InCrisis, NoSignedQuestions, NotAllowed, NotPossibleNow, QuestionsChanged
from booking.lifecycle import Status
from booking.models import Appointment, Screening
from booking.queries.health.scope import enters_answers
from booking.queries.health.status import Standing, live_version, open_record, standing_of
from booking.screening.outcomes import Outcome
from booking.screening.questionnaires import find_version
from booking.screening.questions import Version
from booking.screening.records import Given, Record, Wishes
from booking.screening.rules import Sheet, is_crisis, judge
from clinic.lib.dates import clock

Asked = Screening.Asked
OPEN = (Status.BOOKED, Status.ARRIVED)


def enter_answers(appointment: Appointment, given: Given, *, by: Actor) -> Outcome:
    """All questions, read out to the patient. Returns the outcome.

    Raises NotAllowed, NotPossibleNow, NoSignedQuestions or QuestionsChanged; InCrisis where
    somebody needs help now: then nothing is written down.
    """
    live = live_version()
    if live is None:
        raise NoSignedQuestions()
    if given.digest != live.version.digest:
        raise QuestionsChanged()
    if is_crisis(live.version, given.sheet):
        raise InCrisis()
    with one_at_a_time():
        row, now = _may_enter(appointment, by), clock.now()
        return _write(row, live.version, given.sheet, given.wishes, now, by=by, asked=Asked.FULL)


def answer_on_arrival(appointment: Appointment, sheet: Sheet, *, by: Actor) -> Outcome:
    """The six questions of every visit; an empty sheet says "no" to all. The rest stays as it was.

    Raises NotAllowed, NotPossibleNow, or NoSignedQuestions.
    """
    live = live_version()
    if live is None:
        raise NoSignedQuestions()
    with one_at_a_time():
        row, now = _may_enter(appointment, by), clock.now()
        standing = standing_of(row, now)
        before = standing.record or _of_last_time(standing)
        version = live.version if before is None else find_version(before.version) or live.version
        sheet = (before.sheet if before else Sheet()).with_new(sheet, version.short_questions())
        wishes = before.wishes if before else Wishes()
        return _write(row, version, sheet, wishes, now, by=by, asked=Asked.ARRIVAL)


def _may_enter(appointment: Appointment, by: Actor) -> Appointment:
    row = locked(appointment)
    if by.user is None or not enters_answers(by.user, row, clock.now()):
        raise NotAllowed()
    if row.status not in OPEN:
        raise NotPossibleNow()
    return row


def _of_last_time(standing: Standing) -> Record | None:
    """Somebody known who booked by phone has answered the long set before."""
    return open_record(standing.before) if standing.before is not None else None


def _write(
    row: Appointment,
    version: Version,
    sheet: Sheet,
    wishes: Wishes,
    now: datetime,
    *,
    by: Actor,
    asked: str,
) -> Outcome:
    judgement = judge(version, sheet)
    screening = Screening(
        appointment=row,
        patient=row.patient,
        asked=asked,
        version=version.code,
        long_answered_at=now if asked == Asked.FULL else _long_answered_at(row, now),
        answered_at=now,
        door=by.door,
        user=by.user,
    )
    whose = str(row.public_id)
    screening.sealed = Record(whose, version.code, sheet, judgement, wishes).to_json()
    screening.save(force_insert=True)
    note_access([screening], Did.WROTE, What.ANSWERS, by=by)
    return standing_of(row, now).outcome


def _long_answered_at(row: Appointment, now: datetime) -> datetime | None:
    standing = standing_of(row, now)
    last = standing.screening or standing.before
    return last.long_answered_at if last is not None else None
