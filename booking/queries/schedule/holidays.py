"""Public holidays, from the `holidays` package."""

from datetime import date

import holidays as calendars

from booking.models import ClinicProfile


def public_holidays(clinic: ClinicProfile, year: int) -> list[tuple[date, str]]:
    """Return date and name of the public holidays in the clinic's country and region, by date.

    Empty for unknown countries; for unknown regions the list of the whole country.
    """
    supported = calendars.list_supported_countries()
    if clinic.country not in supported:
        return []
    region = clinic.region if clinic.region in supported[clinic.country] else None
    days = calendars.country_holidays(clinic.country, subdiv=region, years=year)
    return sorted(days.items())
