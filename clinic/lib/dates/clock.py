"""The current time. All code asks here, so that tests can freeze it."""

from datetime import UTC, datetime

from django.conf import settings


def now() -> datetime:
    """Return the current instant in UTC, or settings.CLINIC_CLOCK if it is set."""
    frozen: datetime | None = settings.CLINIC_CLOCK
    return frozen or datetime.now(UTC)
