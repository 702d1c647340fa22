"""Record what staff read of a patient: each record, appointment or mail once an hour.

Lists (Today, the calendar, search results) are not recorded: they show who comes when. But showing
a note on Today counts as reading its appointment. Health data is recorded by
booking.actions.health.audit_trail.
"""

from collections.abc import Iterable

from booking.actions.actor import Actor
from booking.actions.audit.record import (
    Action,
    AuditObject,
    ObjectType,
    patient_object,
    record_once_an_hour,
)
from booking.models import Appointment, Notification, Patient


def record_patient_read(patient: Patient, *, by: Actor) -> None:
    """Record that the actor opens a patient's record, at most once an hour."""
    record_once_an_hour(Action.READ, [patient_object(patient)], by=by)


def record_appointment_read(appointment: Appointment, *, by: Actor) -> None:
    """Record that the actor opens the page of an appointment, at most once an hour."""
    record_appointments_read([appointment], by=by)


def record_appointments_read(appointments: Iterable[Appointment], *, by: Actor) -> None:
    """Record that the actor reads details of appointments, such as notes. At most one query."""
    read = [
        AuditObject(
            ObjectType.APPOINTMENT,
            appointment.public_id,
            appointment.patient_id,
            appointment.patient.email if appointment.patient else "",
        )
        for appointment in appointments
    ]
    record_once_an_hour(Action.READ, read, by=by)


def record_mail_read(mail: Notification, *, by: Actor) -> None:
    """Record that the actor opens a mail, at most once an hour."""
    appointment = mail.appointment
    patient = mail.patient
    read = AuditObject(
        ObjectType.MAIL,
        appointment.public_id if appointment else None,
        patient.pk if patient else None,
        patient.email if patient else mail.to_email,
        details={"mail": mail.pk, "kind": mail.kind},
    )
    record_once_an_hour(Action.READ, [read], by=by)
