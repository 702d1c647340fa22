"""The clinic of a request, and dates for pages that exist before the clinic is set up."""

from datetime import UTC, date, datetime

from django.http import HttpRequest

from booking.models import ClinicProfile
from clinic.lib.dates.zones import local_date


def current_clinic(request: HttpRequest) -> ClinicProfile | None:
    """Return the clinic, or None before it is set up. It is read once per request."""
    if not hasattr(request, "_clinic"):
        request._clinic = ClinicProfile.current()  # type: ignore[attr-defined]
    clinic: ClinicProfile | None = request._clinic  # type: ignore[attr-defined]
    return clinic


def clinic_date(instant: datetime, clinic: ClinicProfile | None) -> date:
    """Return the date of an instant on the clinic's calendar; by UTC before it is set up."""
    return local_date(instant, clinic.zone if clinic else UTC)
