"""Who a mail goes to.

A mail to a patient goes to the address that is on their record when it is sent. What was written
for another address, another name or with links that have ended is written again.
"""

from booking.models import Appointment, Notification
from clinic.lib.mailboxes import mailbox_of


def update_recipient(notification: Notification) -> bool:
    """Take the recipient of a mail to a patient from the patient as they are now.

    Saves the row if the recipient or the version of the appointment's links has changed since it
    was last written, and deletes the text. Returns whether it has changed. Mails to anybody else
    keep their recipient.
    """
    if not notification.is_to_patient:
        return False
    rows = Appointment.objects.select_related("patient").only("link_version", "patient")
    appointment = rows.get(pk=notification.appointment_id or 0)
    patient = appointment.patient
    current = {
        "to_email": patient.email if patient else "",
        "to_name": patient.name if patient else "",
        "mailbox": mailbox_of(patient.email) if patient and patient.email else "",
        "link_version": appointment.link_version,
    }
    if all(getattr(notification, name) == value for name, value in current.items()):
        return False
    for name, value in (current | {"rendered": ""}).items():
        setattr(notification, name, value)
    row = Notification.objects.filter(pk=notification.pk, lease=notification.lease)
    row.update(**current, rendered="")
    return True


def has_recipient(notification: Notification) -> bool:
    """Return whether there is an address to send it to; a patient may have none any more."""
    return bool(notification.to_email)
