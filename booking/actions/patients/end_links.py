"""End the links in mails: when the address is no longer the patient's, or the patient asks."""

from django.db.models import F

from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.models import Appointment, Notification, Patient
from booking.models.appointments import AppointmentQuerySet


def end_old_links(appointments: AppointmentQuerySet) -> int:
    """Make the links of these appointments invalid, in the caller's transaction.

    Their waiting mails are written again. A worker that is sending one at this moment loses its
    lease, so the mail is sent again, to the present address. Returns the number of appointments.
    """
    ids = list(appointments.order_by("pk").values_list("pk", flat=True))
    waiting = Notification.objects.waiting().filter(is_to_patient=True, appointment__in=ids)
    waiting.update(rendered="", lease="", lease_until=None)
    return Appointment.objects.filter(pk__in=ids).update(link_version=F("link_version") + 1)


def is_other_mailbox(old: str, new: str) -> bool:
    """Return whether mails went to `old`, and go somewhere else or nowhere now."""
    return bool(old) and old.lower() != new.lower()


@write_action
def end_own_links(patient: Patient, *, by: Actor) -> int:
    """End the links in all mails that a patient has got so far. Return the number of appointments.

    Links in later mails work.
    """
    with write_transaction():
        number = end_old_links(patient.appointments.filter(booked_at__isnull=False))
        links = AuditObject(ObjectType.LINKS, patient.public_id, patient.pk, patient.email)
        record_audit(Action.REVOKED, links, by=by)
    return number
