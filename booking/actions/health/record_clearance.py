"""A doctor has agreed to a massage: the therapist of that patient, or the owner, notes it."""

from datetime import date

from booking.actions.actor import Actor
from booking.actions.health.access_log import Did, What, note_access
from booking.actions.locks import one_at_a_time
from booking.errors import NotAllowed, NothingToLift
from booking.models import OutcomeLift, Screening
from booking.notifications.subjects.health import tell_may_finish
from booking.queries.health.scope import lifts_outcome
from booking.queries.health.status import standing_of
from booking.screening.outcomes import Outcome
from booking.screening.records import DoctorsWord
from clinic.lib.dates import clock


def lift_outcome(
    screening: Screening,
    *,
    by: Actor,
    given_on: date,
    doctor: str,
    limits: str,
    only_gentle: bool,
) -> OutcomeLift:
    """DOCTOR becomes ADAPT, within the limits, for what was answered until now. Noted once.

    Somebody who has not booked is written to that the booking can be finished. Raises NotAllowed,
    or NothingToLift where the outcome is another one: a STOP is lifted by nobody.
    """
    with one_at_a_time():
        row = Screening.objects.select_related("appointment", "patient").get(pk=screening.pk)
        now = clock.now()
        if by.user is None or not lifts_outcome(by.user, row.patient_id, now):
            raise NotAllowed()
        standing = standing_of(row.appointment, now)
        if standing.outcome != Outcome.DOCTOR:
            raise NothingToLift()
        covers = frozenset(finding.key for finding in standing.judgement.blocking())
        lift = OutcomeLift(screening=row, by=by.user, at=now, word_given_on=given_on)
        lift.sealed = DoctorsWord(doctor, limits, only_gentle, covers).to_json()
        lift.save(force_insert=True)
        note_access([row], Did.LIFTED, What.OUTCOME, by=by)
        tell_may_finish(row)
    return lift
