"""Read health data. Every access goes through this module, which logs it."""

from collections.abc import Iterable, Mapping

from booking.access.proxies import Permission
from booking.actions.acting import require_may_act
from booking.actions.actor import Actor
from booking.actions.health.audit_trail import AccessAction, AccessedContent, log_health_access
from booking.errors import NotAllowed
from booking.models import Appointment, CallbackRequest, Patient, Screening
from booking.queries.health.briefs import HealthBrief, load_health_briefs
from booking.queries.health.own_answers import OwnAnswers, load_own_answers
from booking.queries.health.scope import may_give_clearance, may_read_answers
from booking.queries.health.shown_answers import ALL_ANSWERS, NO_ANSWERS, shown_answers
from booking.queries.health.status import (
    ActiveQuestionnaire,
    HealthStatus,
    health_status_of,
    health_statuses,
)
from booking.screening.outcomes import Outcome
from booking.screening.records import ScreeningRecord
from clinic.lib.dates import clock


def read_briefs(appointments: Iterable[Appointment], *, by: Actor) -> Mapping[int, HealthBrief]:
    """Return the briefs of appointments that the user may see, by primary key.

    At most five queries. Raises NotAllowed without a user.
    """
    if by.user is None:
        raise NotAllowed()
    briefs = load_health_briefs(appointments, by.user, clock.now())
    for content, in_full in ((AccessedContent.BRIEF, True), (AccessedContent.OUTCOME, False)):
        statuses = [
            brief.health_status
            for brief in briefs.values()
            if (brief.detail is not None) == in_full
        ]
        log_health_access(_opened_screenings(statuses), AccessAction.READ, content, by=by)
    return briefs


def read_brief(appointment: Appointment, *, by: Actor) -> HealthBrief:
    """Return the brief of one appointment. Raises NotAllowed for a hold, which has no patient."""
    brief = read_briefs([appointment], by=by).get(appointment.pk)
    if brief is None:
        raise NotAllowed()
    return brief


def read_answers(appointment: Appointment, *, by: Actor) -> ScreeningRecord | None:
    """Return all answers for an appointment, to the patient's own therapist. Raises NotAllowed."""
    now = clock.now()
    if by.user is None or not may_read_answers(by.user, appointment.patient_id, now):
        raise NotAllowed()
    health_status = health_status_of(appointment, now)
    log_health_access(
        _opened_screenings([health_status]), AccessAction.READ, AccessedContent.ANSWERS, by=by
    )
    return health_status.record


def read_own_answers(hold: Appointment, *, by: Actor) -> HealthStatus:
    """Return the health status of a hold, to the browser that answered the questions.

    For the hold of a patient, by the answers that are shown to who is signed in.
    """
    shown = ALL_ANSWERS
    if hold.patient is not None:
        shown = shown_answers(hold.patient, by.user) if by.user else NO_ANSWERS
    health_status = health_status_of(hold, clock.now(), shown=shown)
    log_health_access(
        _opened_screenings([health_status]), AccessAction.READ, AccessedContent.ANSWERS, by=by
    )
    return health_status


def read_patient_answers(
    patient: Patient, active: ActiveQuestionnaire | None, *, by: Actor
) -> OwnAnswers:
    """Return a patient's latest answers as far as the reader is shown them, and record the read.

    At most nine queries, and two more for somebody who acts for the patient.

    Raises MayNotActForPatient for a proxy without permission to see health answers.
    """
    require_may_act(by, Permission.SEE_HEALTH)
    if by.user is None:
        raise NotAllowed()
    answers = load_own_answers(patient, active, clock.now(), shown_answers(patient, by.user))
    log_health_access(
        answers.decrypted_screenings(), AccessAction.READ, AccessedContent.ANSWERS, by=by
    )
    return answers


def read_health_status(appointment: Appointment, *, by: Actor) -> HealthStatus:
    """Return an appointment's health status, to users who may clear it. Raises NotAllowed."""
    now = clock.now()
    if by.user is None or not may_give_clearance(by.user, appointment.patient_id, now):
        raise NotAllowed()
    health_status = health_status_of(appointment, now)
    log_health_access(
        _opened_screenings([health_status]), AccessAction.READ, AccessedContent.OUTCOME, by=by
    )
    return health_status


def read_callback_outcomes(
    callback_requests: Iterable[CallbackRequest], *, by: Actor
) -> Mapping[int, Outcome]:
    """Return the outcome of each callback request by its primary key."""
    rows = list(callback_requests)
    statuses = health_statuses([row.screening.appointment for row in rows], clock.now())
    log_health_access(
        [row.screening for row in rows], AccessAction.READ, AccessedContent.OUTCOME, by=by
    )
    return {row.pk: statuses[row.screening.appointment_id].outcome for row in rows}


def _opened_screenings(health_statuses: Iterable[HealthStatus]) -> list[Screening]:
    """Return the screenings that were decrypted for these statuses, each once."""
    rows = [
        row
        for status in health_statuses
        for row in (status.screening, status.previous_screening)
        if row is not None
    ]
    return list({row.pk: row for row in rows}.values())
