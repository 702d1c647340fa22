"""Restrict what is done with a patient's data, and lift the restriction (GDPR, article 18).

While a record is restricted, answers and notes from before are stored and not used:
booking.queries.health.used_answers and Appointment.are_notes_restricted say which.
"""

from booking.access.roles import Ability, has_ability
from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.lock_patient import lock_patient
from booking.errors import InvalidState, NotAllowed, RestrictionAlreadyRequested
from booking.models import Patient, Restriction
from booking.queries.patients.restrictions import (
    current_restrictions,
    open_restriction_request_of,
)
from clinic.lib.dates import clock

Ground = Restriction.Ground


@write_action
def request_restriction(patient: Patient, ground: Ground, *, by: Actor) -> Restriction:
    """Save a patient's request, which the desk shows to staff, and return it.

    Raises RestrictionAlreadyRequested, also if the record is restricted.
    """
    with write_transaction():
        row = lock_patient(patient)
        if row.restricted_since is not None or open_restriction_request_of(row) is not None:
            raise RestrictionAlreadyRequested()
        request = Restriction.objects.create(
            patient=row, ground=ground, requested_at=clock.now(), created_at=clock.now()
        )
        _record(Action.CREATED, row, ground, by)
    return request


@write_action
def withdraw_restriction_request(patient: Patient, *, by: Actor) -> bool:
    """Withdraw the open request of a patient. Return False if there is none."""
    with write_transaction():
        row = lock_patient(patient)
        request = open_restriction_request_of(row)
        if request is None:
            return False
        request.withdrawn_at = clock.now()
        request.save(update_fields=["withdrawn_at"])
        _record(Action.REVOKED, row, request.ground, by)
    return True


@write_action
def restrict_record(patient: Patient, ground: Ground, *, by: Actor) -> None:
    """Restrict a record from now on, at the patient's open request or without one.

    Raises NotAllowed for who may not see every patient's contact data, and InvalidState if it is
    restricted.
    """
    if by.user is None or not has_ability(by.user, Ability.ALL_CONTACTS):
        raise NotAllowed()
    with write_transaction():
        row, now = lock_patient(patient), clock.now()
        if row.restricted_since is not None:
            raise InvalidState()
        restriction = open_restriction_request_of(row)
        restriction = restriction or Restriction(patient=row, created_at=now)
        restriction.ground, restriction.started_at, restriction.started_by = ground, now, by.user
        restriction.save()
        row.restricted_since = now
        row.save(update_fields=["restricted_since"])
        _record(Action.ACCEPTED, row, ground, by)


@write_action
def decline_restriction(patient: Patient, *, by: Actor) -> None:
    """Decline a patient's open request. Only the owner: raises NotAllowed. Raises InvalidState."""
    _require_owner(by)
    with write_transaction():
        row = lock_patient(patient)
        request = open_restriction_request_of(row)
        if request is None:
            raise InvalidState()
        request.declined_at, request.declined_by = clock.now(), by.user
        request.save(update_fields=["declined_at", "declined_by"])
        _record(Action.REFUSED, row, request.ground, by)


@write_action
def lift_restriction(patient: Patient, *, by: Actor) -> None:
    """Lift the restriction: all answers and notes are used again, as far as they still count.

    The person must have been told before. Only the owner: raises NotAllowed. Raises InvalidState
    if it is not restricted.
    """
    _require_owner(by)
    with write_transaction():
        row = lock_patient(patient)
        if row.restricted_since is None:
            raise InvalidState()
        current_restrictions(row).update(lifted_at=clock.now(), lifted_by=by.user)
        row.restricted_since = None
        row.save(update_fields=["restricted_since"])
        _record(Action.DEACTIVATED, row, "", by)


def _require_owner(by: Actor) -> None:
    if by.user is None or not has_ability(by.user, Ability.STAFF):
        raise NotAllowed()


def _record(action: Action, patient: Patient, ground: str, by: Actor) -> None:
    details = {"ground": str(ground)} if ground else {}
    about = AuditObject(
        ObjectType.RESTRICTION, patient.public_id, patient.pk, patient.email, details=details
    )
    record_audit(action, about, by=by)
