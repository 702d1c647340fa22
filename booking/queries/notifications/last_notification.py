"""The newest notification to a patient about an appointment."""

from booking.models import Appointment, Notification

CHANGE_KINDS = ("booked", "restored", "moved", "cancelled")
"""Kinds about a change of an appointment, of which only the newest is of interest."""


def last_notification(appointment: Appointment) -> Notification | None:
    """Return the newest notification about a change, without its text, or None. One query."""
    rows = Notification.objects.filter(appointment=appointment, kind__in=CHANGE_KINDS)
    rows = rows.select_related("appointment__patient").defer("data", "rendered")
    return rows.order_by("-pk").first()
