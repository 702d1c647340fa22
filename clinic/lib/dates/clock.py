"""The one place that asks what time it is, so that a test can answer."""

from datetime import UTC, datetime

from django.conf import settings


def now() -> datetime:
    """The present instant in UTC, or the one that CLINIC_CLOCK froze."""
    frozen: datetime | None = settings.CLINIC_CLOCK
    return frozen or datetime.now(UTC)
