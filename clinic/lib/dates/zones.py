"""Calendar days in a time zone."""

from datetime import date, datetime, tzinfo


def local_date(instant: datetime, zone: tzinfo) -> date:
    """Return the date of an instant on the calendar of a time zone."""
    return instant.astimezone(zone).date()
