"""Every look at health data goes through here, and is written down."""

from collections.abc import Iterable, Mapping

from booking.actions.actor import Actor
from booking.actions.health.access_log import Did, What, note_access
from booking.errors import NotAllowed
from booking.models import Appointment, CallBack, Screening
from booking.queries.health.briefs import Brief, load_briefs
from booking.queries.health.scope import lifts_outcome, reads_answers
from booking.queries.health.status import Standing, standing_of, standings
from booking.screening.outcomes import Outcome
from booking.screening.records import Record
from clinic.lib.dates import clock


def read_briefs(appointments: Iterable[Appointment], *, by: Actor) -> Mapping[int, Brief]:
    """The briefs of appointments that the member of staff may see, by key. Six queries."""
    if by.user is None:
        raise NotAllowed()
    briefs = load_briefs(appointments, by.user, clock.now())
    for what, in_full in ((What.BRIEF, True), (What.OUTCOME, False)):
        seen = [
            brief.standing for brief in briefs.values() if (brief.detail is not None) == in_full
        ]
        note_access(_records(seen), Did.READ, what, by=by)
    return briefs


def read_brief(appointment: Appointment, *, by: Actor) -> Brief:
    """The brief of one appointment. Raises NotAllowed for a hold, which is nobody's yet."""
    brief = read_briefs([appointment], by=by).get(appointment.pk)
    if brief is None:
        raise NotAllowed()
    return brief


def read_answers(appointment: Appointment, *, by: Actor) -> Record | None:
    """All answers given for an appointment, for the patient's own therapist. Raises NotAllowed."""
    now = clock.now()
    if by.user is None or not reads_answers(by.user, appointment.patient_id, now):
        raise NotAllowed()
    standing = standing_of(appointment, now)
    note_access(_records([standing]), Did.READ, What.ANSWERS, by=by)
    return standing.record


def read_own_answers(hold: Appointment, *, by: Actor) -> Standing:
    """What the same browser answered for a time it holds; for its own form."""
    standing = standing_of(hold, clock.now())
    note_access(_records([standing]), Did.READ, What.ANSWERS, by=by)
    return standing


def read_outcome(appointment: Appointment, *, by: Actor) -> Standing:
    """What stands in the way, for whoever may lift it. Raises NotAllowed."""
    now = clock.now()
    if by.user is None or not lifts_outcome(by.user, appointment.patient_id, now):
        raise NotAllowed()
    standing = standing_of(appointment, now)
    note_access(_records([standing]), Did.READ, What.OUTCOME, by=by)
    return standing


def read_waiting(call_backs: Iterable[CallBack], *, by: Actor) -> Mapping[int, Outcome]:
    """The outcome of each person on the list of calls, by the call's key."""
    rows = list(call_backs)
    found = standings([row.screening.appointment for row in rows], clock.now())
    note_access([row.screening for row in rows], Did.READ, What.OUTCOME, by=by)
    return {row.pk: found[row.screening.appointment_id].outcome for row in rows}


def _records(standings: Iterable[Standing]) -> list[Screening]:
    """The rows that were opened to know what stands."""
    rows = [row for one in standings for row in (one.screening, one.before) if row is not None]
    return list({row.pk: row for row in rows}.values())
