"""Made-up values for every placeholder: to look at a wording, and to try it out."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from booking.models import Appointment, ClinicProfile, Option, Patient, Room, Therapist, Treatment
from booking.notifications.appointment_text import (
    appointment_details,
    change_deadline_text,
    day_list_line,
    staff_appointment_details,
)
from booking.notifications.links import absolute_url, appointment_url
from clinic.lib.dates import clock, date_format


def sample_values(clinic: ClinicProfile) -> Mapping[str, str]:
    """A value for each placeholder that a kind of ours may use. Its links open nothing."""
    appointment = sample_appointment(clinic)
    zone, start = clinic.zone, appointment.starts_at
    before = date_format.long_datetime(start - timedelta(days=2), zone)
    moment = date_format.long_datetime(start, zone)
    link = appointment_url(appointment)
    patient, therapist = "Ana Reader", appointment.therapist.name
    return {
        "patient": patient,
        "name": patient,
        "therapist": therapist,
        "email": "ana@reader.example",
        "clinic": clinic.name,
        "phone": clinic.phone,
        "when": moment,
        "day": date_format.long_day(start.astimezone(zone).date()),
        "appointment": appointment_details(appointment, clinic),
        "details": staff_appointment_details(appointment, clinic),
        "changes": change_deadline_text(appointment, clinic, clock.now()),
        "link": link,
        "links": f"{moment}:\n{link}",
        "book": absolute_url("book"),
        "confirm": absolute_url("appointment-confirm", appointment.link_token),
        "was": _("The old time was %(time)s.") % {"time": before},
        "who": _("We are sorry: we have had to cancel your appointment."),
        "words": _("Your therapist is ill today."),
        "what": _("A new appointment for today has been booked."),
        "list": day_list_line(appointment, clinic),
        "count": _("1 appointment"),
        "zone": _("Times are in %(zone)s.") % {"zone": date_format.zone_name(start, zone)},
        "message": _("May I bring my own music?"),
        "code": "ABC-DEF",
        "change": _("a passkey was added."),
    }


def sample_appointment(clinic: ClinicProfile) -> Appointment:
    """In a week, at ten in the morning. It is in no database."""
    day = clock.now().astimezone(clinic.zone).date() + timedelta(days=7)
    start = datetime.combine(day, time(10), clinic.zone)
    return Appointment(
        option=Option(treatment=Treatment(neutral_name="massage"), minutes=60),
        therapist=Therapist(name="Ana Marsh"),
        room=Room(name=_("Room 1")),
        patient=Patient(name="Ana Reader", email="ana@reader.example"),
        starts_at=start,
        ends_at=start + timedelta(minutes=60),
        blocked_until=start + timedelta(minutes=75),
        price=Decimal(85),
        currency=clinic.currency,
    )
