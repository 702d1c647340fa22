"""Record in the audit trail which pages proxies open."""

from booking.actions.actor import Actor, ActorType
from booking.actions.audit.record import Action, patient_object, record_once_an_hour
from booking.models import Patient, User


def record_read(user: User, patient: Patient) -> None:
    """Record that a proxy opens a page about a patient, at most once an hour."""
    by = Actor(ActorType.PATIENT, user, for_patient=patient)
    record_once_an_hour(Action.READ, [patient_object(patient)], by=by)
