"""On which day something was, where the clinic is."""

from datetime import UTC, date, datetime

from booking.models import ClinicProfile


def clinic_date(instant: datetime, clinic: ClinicProfile | None) -> date:
    """The date of an instant by the clinic's calendar; by UTC before there is a clinic."""
    return instant.astimezone(clinic.zone if clinic else UTC).date()
