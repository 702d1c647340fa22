"""Record looks of staff at what belongs to a patient. They count once an hour.

Lists (Today, the calendar, search results) are not recorded: they show who comes when. What is
recorded is the record, an appointment's page, a mail that is opened, and all health data.
"""

from booking.actions.actor import Actor
from booking.actions.audit.record import (
    Action,
    AuditObject,
    ObjectType,
    patient_object,
    record_once_an_hour,
)
from booking.models import Appointment, Notification, Patient


def record_look_at_patient(patient: Patient, *, by: Actor) -> None:
    """Record that somebody looks at a patient's record."""
    record_once_an_hour(Action.READ, [patient_object(patient)], by=by)


def record_look_at_appointment(appointment: Appointment, *, by: Actor) -> None:
    """Record that somebody looks at the page of an appointment."""
    patient = appointment.patient
    looked_at = AuditObject(
        ObjectType.APPOINTMENT,
        appointment.public_id,
        appointment.patient_id,
        patient.email if patient else "",
    )
    record_once_an_hour(Action.READ, [looked_at], by=by)


def record_look_at_mail(mail: Notification, *, by: Actor) -> None:
    """Record that somebody opens a mail."""
    appointment = mail.appointment
    patient = mail.patient
    looked_at = AuditObject(
        ObjectType.MAIL,
        appointment.public_id if appointment else None,
        patient.pk if patient else None,
        patient.email if patient else mail.to_email,
        details={"mail": mail.pk, "kind": mail.kind},
    )
    record_once_an_hour(Action.READ, [looked_at], by=by)
