"""A patient asks the clinic to erase their data; staff carry it out."""

from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.errors import ErasureAlreadyRequested, InvalidState
from booking.models import ErasureRequest, Patient
from booking.queries.patients.erasure_requests import open_request_of
from clinic.lib.dates import clock


@write_action
def request_erasure(patient: Patient, *, by: Actor) -> ErasureRequest:
    """Save a request for erasure, which the desk shows to staff, and return it.

    Raises ErasureAlreadyRequested.
    """
    with write_transaction():
        _lock(patient)
        if open_request_of(patient) is not None:
            raise ErasureAlreadyRequested()
        request = ErasureRequest.objects.create(patient=patient, requested_at=clock.now())
        record_audit(Action.CREATED, _object(patient), by=by)
    return request


@write_action
def withdraw_erasure(patient: Patient, *, by: Actor) -> bool:
    """Withdraw the open request of a patient. Return False if there is none."""
    with write_transaction():
        _lock(patient)
        request = open_request_of(patient)
        if request is None:
            return False
        request.withdrawn_at = clock.now()
        request.save(update_fields=["withdrawn_at"])
        record_audit(Action.REVOKED, _object(patient), by=by)
    return True


@write_action
def complete_erasure_request(request: ErasureRequest, *, by: Actor) -> None:
    """Record that staff have carried out a request. Raises InvalidState if it is not open."""
    with write_transaction():
        _lock(request.patient)
        row = open_request_of(request.patient)
        if row is None or row.pk != request.pk:
            raise InvalidState()
        row.done_at, row.done_by = clock.now(), by.user
        row.save(update_fields=["done_at", "done_by"])
        record_audit(Action.ACCEPTED, _object(request.patient), by=by)


def _lock(patient: Patient) -> None:
    Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)


def _object(patient: Patient) -> AuditObject:
    return AuditObject(ObjectType.ERASURE, patient.public_id, patient.pk, patient.email)
