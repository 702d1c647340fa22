"""Send a mail again, because somebody at the desk asks for it."""

from collections.abc import Iterable
from uuid import UUID

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.appointments.record_event import record_event
from booking.actions.audit.record import Action, patient_object, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.actions.rate_limit import RateLimit, count_use
from booking.errors import NoEmailAddress
from booking.models import Appointment, Notification, Patient
from booking.notifications.outbox import build, enqueue_all
from booking.notifications.sending_again import build_resent_notification, with_submission_id
from booking.notifications.subjects.appointments import BOOKED, confirmation_params
from booking.queries.notifications.unsubscribes import patients_with_email
from clinic.lib.dates import clock

SEND_AGAIN_LIMIT = RateLimit("mail-again", most=10, minutes=60)
"""Presses by all of the team, for each address."""


@write_action
def send_again(notification: Notification, *, submission_id: UUID, by: Actor) -> bool:
    """Queue a fresh mail of the same kind to the same person, with the content of today.

    The second call with the same `submission_id`, the id in the button's form, does nothing and
    returns False. Raises CannotSendAgain, or RateLimitExceeded for too many about one address.
    """
    patient = notification.patient
    count_use(SEND_AGAIN_LIMIT, patient.email if patient else notification.to_email)
    with write_transaction():
        if notification.appointment is not None:
            lock_appointment(notification.appointment)
        return _queue(
            build_resent_notification(notification, submission_id=submission_id, now=clock.now()),
            by,
        )


@write_action
def send_confirmations(
    patient: Patient, appointments: Iterable[Appointment], *, submission_id: UUID, by: Actor
) -> int:
    """Queue the confirmation of each of the patient's appointments, and return how many.

    Appointments that were canceled, or that are over or another patient's by now, are left out.
    With a `submission_id` that was used before it does nothing. Raises NoEmailAddress, or
    RateLimitExceeded for too many presses about one address.
    """
    count_use(SEND_AGAIN_LIMIT, patient.email)
    now, queued = clock.now(), 0
    with write_transaction():
        for appointment in sorted(appointments, key=lambda row: row.pk):
            row = lock_appointment(appointment)
            if row.patient is None or not row.patient.email:
                raise NoEmailAddress()
            if row.patient_id == patient.pk and row.is_upcoming(now):
                key = f"{BOOKED.name}:{row.public_id}"
                params = with_submission_id(confirmation_params(row, now, key=key), submission_id)
                queued += _queue(build(BOOKED.name, **params), by)
    return queued


@write_action
def mark_reachable(patient: Patient, *, by: Actor) -> None:
    """Record that mails to the patient's address arrive, for all patients who share it.

    Reports about earlier mails do not mark them as unreachable again.
    """
    with write_transaction():
        if patient.email:
            patients = patients_with_email(patient.email)
            patients.update(undeliverable_since=None, undeliverable_cleared_at=clock.now())
            for row in patients:
                changed = patient_object(row, fields=["undeliverable_since"])
                record_audit(Action.CHANGED, changed, by=by)


def _queue(notification: Notification, by: Actor) -> bool:
    """Save a notification and an event of it; False if its key is in the outbox already."""
    if Notification.objects.filter(key=notification.key).exists():
        return False
    notification.requested_by = by.user
    enqueue_all([notification])
    if notification.appointment is not None:
        record_event(
            notification.appointment, EventKind.MAIL_SENT_AGAIN, by=by, mail=notification.kind
        )
    return True
