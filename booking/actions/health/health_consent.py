"""A patient withdraws the consent to their health answers, or gives it again."""

from booking.access import proxies
from booking.access.proxies import Permission
from booking.actions.acting import require_may_act
from booking.actions.actor import Actor
from booking.actions.audit.record import ObjectType
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.lock_patient import lock_patient
from booking.actions.patients.mail_choices import record_choice
from booking.errors import ConsentNotYours
from booking.models import Patient, PatientChoice
from booking.queries.health.consent import find_health_consent
from booking.queries.health.status import get_active_questionnaire
from clinic.lib.dates import clock

HEALTH_ANSWERS = PatientChoice.Subject.HEALTH_ANSWERS


@write_action
def withdraw_health_consent(patient: Patient, *, by: Actor) -> bool:
    """Withdraw the consent to all answers given so far. Return False if none are used.

    They are stored and not used from now on: no booking counts on them, and nobody is shown them.
    The desk is told to call about appointments to come. Raises MayNotActForPatient.
    """
    require_may_act(by, Permission.SEE_HEALTH)
    with write_transaction():
        row = lock_patient(patient)
        consent = find_health_consent(row)
        if not consent.can_be_withdrawn:
            return False
        row.health_consent_withdrawn_at = clock.now()
        row.save(update_fields=["health_consent_withdrawn_at"])
        _record(row, is_wanted=False, version=consent.version, by=by)
    return True


@write_action
def give_health_consent_again(patient: Patient, *, by: Actor) -> bool:
    """Give the consent again, to the text of the questions asked now: all answers are used again.

    Return False if it was not withdrawn, if the record is restricted, or if no questions are asked
    now. Raises MayNotActForPatient, and ConsentNotYours to whoever only acts for an adult who can
    decide: what the patient has taken back, only they give again.
    """
    require_may_act(by, Permission.SEE_HEALTH)
    if by.user is None or not proxies.may_decide_for(by.user, patient):
        raise ConsentNotYours()
    active = get_active_questionnaire()
    with write_transaction():
        row = lock_patient(patient)
        if active is None or row.health_consent_withdrawn_at is None:
            return False
        if row.restricted_since is not None:
            return False
        row.health_consent_withdrawn_at = None
        row.save(update_fields=["health_consent_withdrawn_at"])
        _record(row, is_wanted=True, version=active.questionnaire.code, by=by)
    return True


def _record(patient: Patient, *, is_wanted: bool, version: str, by: Actor) -> None:
    record_choice(
        patient,
        HEALTH_ANSWERS,
        is_wanted=is_wanted,
        by=by,
        version=version,
        object_type=ObjectType.CONSENT,
    )
