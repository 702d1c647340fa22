"""What became of the mail about an appointment."""

from booking.models import Appointment, Notification

NOTIFIED_KINDS = ("booked", "restored", "moved", "cancelled")


def last_notification(appointment: Appointment) -> Notification | None:
    """The newest message to the patient about what happened to it. One query."""
    told = Notification.objects.filter(appointment=appointment, kind__in=NOTIFIED_KINDS)
    return told.defer("data", "rendered").order_by("-pk").first()
