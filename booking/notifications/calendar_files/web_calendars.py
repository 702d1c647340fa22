"""Links that add an appointment to a web calendar, with the same content as a calendar file."""

from dataclasses import dataclass
from datetime import UTC
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from booking.models import Appointment, ClinicProfile
from booking.notifications.appointment_text import clinic_address, neutral_treatment_name
from booking.notifications.sanitizing import clean_line

GOOGLE_CALENDAR = "https://calendar.google.com/calendar/render"
OUTLOOK_CALENDAR = "https://outlook.live.com/calendar/0/deeplink/compose"
MAP_DIRECTIONS = "https://www.google.com/maps/dir/"


@dataclass(frozen=True, slots=True)
class WebLink:
    """A link to another site. The page itself requests nothing from that site."""

    name: str
    url: str


def web_calendar_links(appointment: Appointment, clinic: ClinicProfile) -> list[WebLink]:
    """Return the links for Google and Outlook. They do not contain the appointment's secret
    link."""
    starts, ends = appointment.starts_at.astimezone(UTC), appointment.ends_at.astimezone(UTC)
    title = f"{clean_line(clinic.name)}: {neutral_treatment_name(appointment)}"
    place = clinic_address(clinic)
    details = _("Phone: %(phone)s") % {"phone": clean_line(clinic.phone)}
    google = {
        "action": "TEMPLATE",
        "text": title,
        "dates": f"{starts:%Y%m%dT%H%M%SZ}/{ends:%Y%m%dT%H%M%SZ}",
        "location": place,
        "details": details,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": f"{starts:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
        "location": place,
        "body": details,
    }
    return [
        WebLink(_("Google"), f"{GOOGLE_CALENDAR}?{urlencode(google)}"),
        WebLink(_("Outlook"), f"{OUTLOOK_CALENDAR}?{urlencode(outlook, quote_via=quote)}"),
    ]


def direction_links(clinic: ClinicProfile) -> list[WebLink]:
    """Return links to directions to the clinic: on the web, and for a phone's map program.

    Empty if the clinic has no address.
    """
    place = clinic_address(clinic)
    if not place:
        return []
    on_the_web = urlencode({"api": "1", "destination": place})
    return [
        WebLink(_("Directions"), f"{MAP_DIRECTIONS}?{on_the_web}"),
        WebLink(_("Map app"), f"geo:0,0?q={quote(place)}"),
    ]
