"""Public holidays, from the `holidays` package, as a ready-made list to choose from."""

from datetime import date

import holidays as calendars

from booking.models import ClinicProfile


def public_holidays(clinic: ClinicProfile, year: int) -> list[tuple[date, str]]:
    """The public holidays of the clinic's country and region; empty where none are known.

    A region the calendar does not know falls back to the whole country's list.
    """
    known = calendars.list_supported_countries()
    if clinic.country not in known:
        return []
    region = clinic.region if clinic.region in known[clinic.country] else None
    days = calendars.country_holidays(clinic.country, subdiv=region, years=year)
    return sorted(days.items())
