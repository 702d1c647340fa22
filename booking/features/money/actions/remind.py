"""Remind a patient of a visit that is not paid."""

from datetime import timedelta

from booking.actions.actor import Actor
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.errors import NoEmailAddress
from booking.features.money.errors import NothingOwed, RemindedRecently
from booking.features.money.notifications import KIND, notify_payment_reminder
from booking.features.money.queries.balances import balance_of_appointment
from booking.models import Appointment, Notification
from clinic.lib.dates import clock

MIN_INTERVAL = timedelta(days=7)
"""A visit is not mentioned more often than that."""


@write_action
def remind_of_payment(appointment: Appointment, *, by: Actor) -> Notification:
    """Queue a mail about what is still to pay for a visit, and return it.

    Raises NothingOwed, NoEmailAddress, or RemindedRecently if there was one within a week.
    """
    with write_transaction():
        row, now = lock_appointment(appointment), clock.now()
        if balance_of_appointment(row).owed <= 0:
            raise NothingOwed()
        if row.patient is None or not row.patient.email:
            raise NoEmailAddress()
        lately = Notification.objects.filter(
            appointment=row, kind=KIND, created_at__gt=now - MIN_INTERVAL
        )
        if lately.exists():
            raise RemindedRecently()
        mail = notify_payment_reminder(row, now)
        about = AuditObject(ObjectType.MAIL, row.public_id, row.patient_id, details={"kind": KIND})
        record_audit(Action.SENT, about, by=by)
    return mail
