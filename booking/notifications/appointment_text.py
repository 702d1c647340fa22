"""An appointment in words, for mails: only what others may read over a shoulder.

The treatment has its neutral name; notes, reasons and health never come here.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Appointment, ClinicProfile, Notification
from booking.notifications.sanitizing import abbreviated_name, clean_line
from booking.queries.availability.slots import booking_policy_for
from clinic.lib.dates import date_format
from clinic.lib.dates.epoch import to_minutes


def get_appointment(message: Notification) -> Appointment:
    """The appointment as it is now, whatever it was when the message was written."""
    return Appointment.objects.with_related().get(pk=message.appointment_id or 0)


def appointment_details(appointment: Appointment, clinic: ClinicProfile) -> str:
    """When, what, with whom, where: a line each, "Label: value"."""
    lines = [
        (_("When"), date_format.long_datetime(appointment.starts_at, clinic.zone)),
        (_("What"), treatment_and_length(appointment)),
        (_("With"), appointment.therapist.name),
        (_("Where"), clinic_address(clinic)),
        (_("Room"), room_directions(appointment)),
    ]
    return "\n".join(f"{label}: {clean_line(value)}" for label, value in lines if value)


def staff_appointment_details(
    appointment: Appointment, clinic: ClinicProfile, was: str = ""
) -> str:
    """The same for the team: of the patient, the first name and an initial. `was`: the time
    before a move, in words."""
    patient = abbreviated_name(appointment.patient.name) if appointment.patient else ""
    lines = [
        (_("Patient"), patient),
        (_("When"), date_format.long_datetime(appointment.starts_at, clinic.zone)),
        (_("Before"), was),
        (_("What"), treatment_and_length(appointment)),
        (_("With"), appointment.therapist.name),
        (_("Room"), room_directions(appointment)),
    ]
    return "\n".join(f"{label}: {clean_line(value)}" for label, value in lines if value)


def treatment_and_length(appointment: Appointment) -> str:
    """massage, 60 minutes"""
    length = format_minutes(appointment.minutes)
    return f"{neutral_treatment_name(appointment)}, {length}"


def neutral_treatment_name(appointment: Appointment) -> str:
    """Massage, whatever kind of massage it is."""
    return clean_line(appointment.option.treatment.neutral_name) or _("massage")


def format_minutes(minutes: int) -> str:
    """60 minutes"""
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}


def clinic_address(clinic: ClinicProfile) -> str:
    """1 Example Street, Chicago 60601"""
    town = f"{clinic.city} {clinic.postcode}".strip()
    return clean_line(", ".join(filter(None, [clinic.street, town])))


def room_directions(appointment: Appointment) -> str:
    """The room's name, and the way to it."""
    return clean_line(", ".join(filter(None, [appointment.room.name, appointment.room.directions])))


def change_deadline_text(appointment: Appointment, clinic: ClinicProfile, now: datetime) -> str:
    """Until when it can be moved or cancelled, or whom to call."""
    policy = booking_policy_for(clinic, appointment.option)
    phone = clean_line(clinic.phone)
    if not policy.may_change(to_minutes(appointment.starts_at), to_minutes(now)):
        return _("If you cannot come, please call us on %(phone)s.") % {"phone": phone}
    until = appointment.starts_at - timedelta(minutes=policy.cancellation)
    return _(
        "If your plans change, you can move or cancel it free of charge until %(until)s. "
        "After that, please call us on %(phone)s."
    ) % {"until": date_format.long_datetime(until, clinic.zone), "phone": phone}


def day_list_line(appointment: Appointment, clinic: ClinicProfile) -> str:
    """9:00 am: Ada E., massage, 60 minutes, Room 1"""
    patient = abbreviated_name(appointment.patient.name) if appointment.patient else ""
    parts = [patient, treatment_and_length(appointment), clean_line(appointment.room.name)]
    start = date_format.local_time(appointment.starts_at, clinic.zone)
    return f"{start}: {', '.join(filter(None, parts))}"
