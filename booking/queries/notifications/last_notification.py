"""What became of the mail about an appointment."""

from booking.models import Appointment, Message

TOLD = ("booked", "restored", "moved", "cancelled")


def last_told(appointment: Appointment) -> Message | None:
    """The newest message to the patient about what happened to it. One query."""
    told = Message.objects.filter(appointment=appointment, kind__in=TOLD)
    return told.defer("data", "rendered").order_by("-pk").first()
