"""End the links in mails that went to an address which is no longer the patient's."""

from django.db.models import F

from booking.models import Appointment, Notification
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
