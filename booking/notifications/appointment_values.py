"""Placeholders and values that every notification to a patient about an appointment has."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.errors import CannotSendAgain, NoEmailAddress
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Notification
from booking.notifications.appointment_text import appointment_details, change_deadline_text
from booking.notifications.kinds import StrOrPromise
from booking.notifications.links import absolute_url, appointment_url
from booking.notifications.sanitizing import clean_line, greeting_name
from clinic.lib.dates import clock, date_format

APPOINTMENT_PLACEHOLDERS: dict[str, StrOrPromise] = {
    "patient": _("the patient's name"),
    "clinic": _("the clinic's name"),
    "phone": _("the clinic's phone number"),
    "when": _("day and time, with the time zone"),
    "appointment": _("time, treatment (neutral name), therapist and place, a line each"),
    "changes": _("until when it can be moved or canceled, or whom to call"),
    "link": _("the address of the appointment's own page"),
    "book": _("the address of the page for booking"),
}
VIEW_APPOINTMENT_ACTION = (_("See, move or cancel it"), "link")


def get_appointment(notification: Notification) -> Appointment:
    """Return the notification's appointment as it is now, with its related rows.

    Raises Appointment.DoesNotExist if the notification has none.
    """
    return Appointment.objects.with_related().get(pk=notification.appointment_id or 0)


def require_upcoming(notification: Notification, now: datetime, *statuses: Status) -> Appointment:
    """Return the appointment of a mail that is to be sent again.

    Raises CannotSendAgain if it is over or has none of the statuses, and NoEmailAddress.
    """
    appointment = get_appointment(notification)
    if appointment.ends_at <= now:
        raise CannotSendAgain(_("The appointment is over."))
    if appointment.status not in statuses:
        status = appointment.get_status_display()
        raise CannotSendAgain(_("The appointment is %(status)s.") % {"status": status})
    if appointment.patient is None or not appointment.patient.email:
        raise NoEmailAddress()
    return appointment


def appointment_values(notification: Notification, _data: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of APPOINTMENT_PLACEHOLDERS, from the appointment as it is now."""
    appointment, clinic = get_appointment(notification), ClinicProfile.objects.get()
    patient = appointment.patient
    return {
        "patient": greeting_name(patient.addressed_as or patient.name if patient else ""),
        "clinic": clean_line(clinic.name),
        "phone": clean_line(clinic.phone),
        "when": date_format.long_datetime(appointment.starts_at, clinic.zone),
        "appointment": appointment_details(appointment, clinic),
        "changes": change_deadline_text(appointment, clinic, clock.now()),
        "link": appointment_url(appointment),
        "book": absolute_url("book"),
    }
