"""Requests to be called, by people whose answers keep them from booking online."""

import json
from dataclasses import replace
from datetime import datetime

from booking.access.proxies import Permission
from booking.actions.acting import require_may_act
from booking.actions.actor import Actor
from booking.actions.appointments.lock_appointment import lock_open_hold
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.health.audit_trail import AccessAction, AccessedContent, log_health_access
from booking.actions.health.known_age import guardian_of
from booking.actions.health.submit_answers import expire_hold, fill_screening
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.lock_patient import lock_patient
from booking.actions.rate_limit import DETAILS_LIMIT, count_use_by_actor
from booking.errors import InvalidState
from booking.inputs import PersonalDetails
from booking.models import Appointment, CallbackRequest, ClinicProfile, Patient, Screening
from booking.queries.appointments.drafts import load_draft
from booking.queries.health.known_age import find_known_age
from booking.queries.health.own_answers import waiting_callback
from booking.queries.health.status import (
    get_active_questionnaire,
    health_status_of,
    health_status_of_patient,
)
from booking.screening.records import SubmittedAnswers
from booking.screening.rules import AnswerSet
from clinic.lib.dates import clock


@write_action
def request_callback(hold: Appointment, details: PersonalDetails, *, by: Actor) -> CallbackRequest:
    """Add a callback request for a hold, once, and save name and numbers with the hold.

    Values that are empty in `details` do not replace earlier ones. For a minor who cannot be booked
    online nothing needs to be answered before. Raises InvalidState if neither the age nor the
    answers block booking or the hold was booked or released, and RateLimitExceeded.
    """
    count_use_by_actor(DETAILS_LIMIT, by)
    with write_transaction():
        row, now = lock_open_hold(hold), clock.now()
        if not row.screenings.exists():
            _record_age(row, now, by=by)
        health_status = health_status_of(row, now)
        if health_status.screening is None or not health_status.outcome.blocks_booking:
            raise InvalidState()
        typed = {name: text for name, text in details.as_dict().items() if text}
        row.draft = json.dumps({**load_draft(row), **typed})
        row.save(update_fields=["draft"])
        callback_request, _created = CallbackRequest.objects.get_or_create(
            screening=health_status.screening, defaults={"requested_at": now}
        )
    return callback_request


def _record_age(row: Appointment, now: datetime, *, by: Actor) -> None:
    """Store that the patient is a minor, and free the time. Does nothing for others.

    No other question counts as answered: all are asked once the clinic opens the booking.
    """
    active = get_active_questionnaire()
    age = find_known_age(row, ClinicProfile.objects.get(), guardian_of(by))
    if active is None or age is None or not age.is_closed_online:
        return
    version = active.questionnaire
    screening = Screening(appointment=row, question_set=Screening.QuestionSet.SHORT)
    screening.actor_type, screening.user = by.actor_type, by.user
    nothing = SubmittedAnswers(version.digest, AnswerSet())
    fill_screening(screening, version, nothing, replace(age, has_consent=False), now=now)
    screening.save()
    log_health_access([screening], AccessAction.WROTE, AccessedContent.ANSWERS, by=by)
    expire_hold(row, by=by, now=now)


@write_action
def request_callback_for_patient(patient: Patient, *, by: Actor) -> CallbackRequest:
    """Add a callback request of a patient on file, whose answers keep them from booking.

    A request that waits already is returned; after a call the patient may ask for another. Raises
    InvalidState if the answers do not block booking or there is no phone number on file,
    RateLimitExceeded and MayNotActForPatient.
    """
    require_may_act(by, Permission.SEE_HEALTH)
    count_use_by_actor(DETAILS_LIMIT, by)
    with write_transaction():
        row, now = lock_patient(patient), clock.now()
        if (waiting := waiting_callback(row)) is not None:
            return waiting
        health_status = health_status_of_patient(row, now)
        screening = health_status.previous_screening
        if screening is None or not health_status.outcome.blocks_booking or not row.phone:
            raise InvalidState()
        callback_request, _created = CallbackRequest.objects.update_or_create(
            screening=screening, defaults={"requested_at": now, "done_at": None, "done_by": None}
        )
    return callback_request


@write_action
def complete_callback(callback_request: CallbackRequest, *, by: Actor) -> None:
    """Mark a callback request as done. Does nothing if it is done already."""
    with write_transaction():
        open_requests = CallbackRequest.objects.filter(pk=callback_request.pk, done_at=None)
        if open_requests.update(done_at=clock.now(), done_by=by.user):
            asked = callback_request.screening.appointment
            changed = AuditObject(
                ObjectType.APPOINTMENT,
                asked.public_id,
                asked.patient_id,
                details={"event": "called back"},
            )
            record_audit(Action.CHANGED, changed, by=by)
