"""The times that a browser, or a signed-in patient, holds."""

from datetime import datetime

from django.db.models import Q

from booking.models import Appointment, Patient


def holds_of_browser(
    browser_key: str, now: datetime, *, patient: Patient | None = None
) -> list[Appointment]:
    """Return the active holds of a browser, newest first. One query, and one for a patient.

    With a patient, also those from their other devices. Holds that staff made have no browser key.
    """
    wanted = [Q(browser_key=browser_key)] if browser_key else []
    if patient is not None:
        wanted.append(Q(patient=patient) & ~Q(browser_key=""))
    holds = Appointment.objects.with_related().active_holds(now).order_by()
    found = {hold.pk: hold for condition in wanted for hold in holds.filter(condition)}
    return sorted(found.values(), key=lambda hold: (hold.created_at, hold.pk), reverse=True)
