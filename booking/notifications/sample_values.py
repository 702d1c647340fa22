"""Sample values for placeholders, to preview and to try out the words of a mail."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from booking.models import Appointment, ClinicProfile, Option, Patient, Room, Therapist, Treatment
from booking.notifications.appointment_text import appointment_details, change_deadline_text
from booking.notifications.links import absolute_url, appointment_url
from clinic.lib.dates import clock, date_format

SAMPLE_PATIENT, SAMPLE_EMAIL = "Ana Reader", "ana@reader.example"


def common_sample_values(clinic: ClinicProfile) -> Mapping[str, str]:
    """Return sample values for the placeholders that several kinds use.

    Each kind adds its own with `get_sample_values`. The links open nothing.
    """
    appointment = sample_appointment(clinic)
    return {
        "patient": SAMPLE_PATIENT,
        "name": SAMPLE_PATIENT,
        "therapist": appointment.therapist.name,
        "clinic": clinic.name,
        "phone": clinic.phone,
        "when": date_format.long_datetime(appointment.starts_at, clinic.zone),
        "appointment": appointment_details(appointment, clinic),
        "changes": change_deadline_text(appointment, clinic, clock.now()),
        "link": appointment_url(appointment),
        "book": absolute_url("book"),
    }


def sample_appointment(clinic: ClinicProfile) -> Appointment:
    """Return an unsaved appointment, a week from now at 10:00 by the clinic's clock."""
    day = clinic.today(clock.now()) + timedelta(days=7)
    start = datetime.combine(day, time(10), clinic.zone)
    return Appointment(
        option=Option(treatment=Treatment(neutral_name="massage"), minutes=60),
        therapist=Therapist(name="Ana Marsh"),
        room=Room(name=_("Room 1")),
        patient=Patient(name=SAMPLE_PATIENT, email=SAMPLE_EMAIL),
        starts_at=start,
        ends_at=start + timedelta(minutes=60),
        blocked_until=start + timedelta(minutes=75),
        price=Decimal(85),
        currency=clinic.currency,
    )
