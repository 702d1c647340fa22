"""The times that a browser holds."""

from datetime import datetime

from booking.models import Appointment


def holds_of_browser(browser_key: str, now: datetime) -> list[Appointment]:
    """Return the active holds of a browser, newest first. One query, none without a key."""
    if not browser_key:
        return []
    holds = Appointment.objects.with_related().active_holds(now).filter(browser_key=browser_key)
    return sorted(holds.order_by(), key=lambda hold: (hold.created_at, hold.pk), reverse=True)
