"""Appointments in words, for mails and calendar files.

Others may read a mail or a calendar too: the treatment has its neutral name here, and notes,
reasons and health answers are never included.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Appointment, ClinicProfile
from booking.notifications.sanitizing import abbreviated_name, clean_line
from booking.queries.availability.slots import booking_policy_for
from clinic.lib.dates import date_format
from clinic.lib.dates.epoch import to_minutes
from clinic.lib.text.money import format_money


def appointment_details(
    appointment: Appointment, clinic: ClinicProfile, *, with_price: bool = True
) -> str:
    """Return time, treatment, therapist, place and price for the patient: "Label: value" lines."""
    price = format_money(appointment.price, appointment.currency) if with_price else ""
    lines = [
        (_("When"), date_format.long_datetime(appointment.starts_at, clinic.zone)),
        (_("What"), treatment_and_length(appointment)),
        (_("With"), appointment.therapist.name),
        (_("Where"), clinic_address(clinic)),
        (_("Room"), room_directions(appointment)),
        (_("Price"), price),
    ]
    return "\n".join(f"{label}: {clean_line(value)}" for label, value in lines if value)


def staff_appointment_details(
    appointment: Appointment, clinic: ClinicProfile, previous_time: str = ""
) -> str:
    """Return the same for the team, with the patient's abbreviated name.

    `previous_time` is the time before a move, in words; blank if it has not moved.
    """
    patient = abbreviated_name(appointment.patient.name) if appointment.patient else ""
    lines = [
        (_("Patient"), patient),
        (_("When"), date_format.long_datetime(appointment.starts_at, clinic.zone)),
        (_("Before"), previous_time),
        (_("What"), treatment_and_length(appointment)),
        (_("With"), appointment.therapist.name),
        (_("Room"), room_directions(appointment)),
    ]
    return "\n".join(f"{label}: {clean_line(value)}" for label, value in lines if value)


def treatment_and_length(appointment: Appointment) -> str:
    """Return the neutral treatment name and the length: massage, 60 minutes."""
    length = format_minutes(appointment.minutes)
    return f"{neutral_treatment_name(appointment)}, {length}"


def neutral_treatment_name(appointment: Appointment) -> str:
    """Return a name that does not tell which treatment it is, such as massage."""
    return clean_line(appointment.option.treatment.neutral_name) or _("massage")


def format_minutes(minutes: int) -> str:
    """Return a length in words: 60 minutes."""
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}


def clinic_address(clinic: ClinicProfile) -> str:
    """Return the clinic's address in one line: 1 Example Street, Chicago, IL 60601."""
    return clean_line(", ".join(filter(None, [clinic.street, clinic.town])))


def room_directions(appointment: Appointment) -> str:
    """Return the room's name and how to find it."""
    return clean_line(", ".join(filter(None, [appointment.room.name, appointment.room.directions])))


def change_deadline_text(appointment: Appointment, clinic: ClinicProfile, now: datetime) -> str:
    """Return until when the patient may move or cancel it, or the number to call after that."""
    policy = booking_policy_for(clinic, appointment.option)
    phone = clean_line(clinic.phone)
    if not policy.may_change(to_minutes(appointment.starts_at), to_minutes(now)):
        return _("If you cannot come, please call us at %(phone)s.") % {"phone": phone}
    until = appointment.starts_at - timedelta(minutes=policy.cancellation)
    return _(
        "If your plans change, you can move or cancel it free of charge until %(until)s. "
        "After that, please call us at %(phone)s."
    ) % {"until": date_format.long_datetime(until, clinic.zone), "phone": phone}


def day_list_line(appointment: Appointment, clinic: ClinicProfile) -> str:
    """Return one line of a therapist's list: 9:00 am: Ada E., massage, 60 minutes, Room 1."""
    patient = abbreviated_name(appointment.patient.name) if appointment.patient else ""
    parts = [patient, treatment_and_length(appointment), clean_line(appointment.room.name)]
    start = date_format.local_time(appointment.starts_at, clinic.zone)
    return f"{start}: {', '.join(filter(None, parts))}"
