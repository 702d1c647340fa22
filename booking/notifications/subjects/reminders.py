"""Reminders to patients: queued with the booking, and checked again when they are due.

"48 hours before" is two days before at the same clock time, even if the clocks change in between;
hours beyond whole days are elapsed hours. So the 48-hour reminder of an appointment on Monday at
10:00 is due on Saturday at 10:00, and a 3-hour reminder always leaves three hours.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from booking.errors import CannotSendAgain
from booking.lifecycle import Override, Status
from booking.models import Appointment, ClinicProfile, Notification, Priority
from booking.models.notifications import REMINDER_KIND
from booking.notifications.appointment_values import (
    APPOINTMENT_PLACEHOLDERS,
    VIEW_APPOINTMENT_ACTION,
    appointment_values,
    get_appointment,
    require_upcoming,
)
from booking.notifications.kinds import NotificationKind, NotificationParams, PlaceholderValues
from booking.notifications.links import absolute_url
from booking.notifications.outbox import build
from booking.notifications.sample_values import sample_appointment
from booking.notifications.sending_again import event_key
from booking.registries import mail_copies
from booking.registries.mail_copies import MailOccasion
from clinic.lib.dates import clock
from clinic.lib.dates.epoch import to_minutes

KIND = REMINDER_KIND
MAX_DELAY, MIN_NOTICE = timedelta(hours=1), timedelta(hours=2)
"""A reminder that comes later than MAX_DELAY is sent only if there is MIN_NOTICE before the
appointment: one that says "at noon" when the patient is on the way helps nobody."""


def build_reminders(appointment: Appointment, clinic: ClinicProfile) -> list[Notification]:
    """Return unsaved reminders for all reminder times of the clinic that are still to come."""
    upcoming = [
        hours
        for hours in reminder_hours(clinic)
        if reminder_due_at(appointment, hours, clinic) > clock.now()
    ]
    return [row for hours in upcoming for row in build_reminder(appointment, hours, clinic)]


def build_reminder(
    appointment: Appointment, hours: int, clinic: ClinicProfile
) -> list[Notification]:
    """Return unsaved reminders to the patient, if they have an address, and to proxies.

    They are due `hours` before the start of the appointment.
    """
    patient = appointment.patient
    if patient is None:
        return []
    key, due_at = reminder_key(appointment, hours), reminder_due_at(appointment, hours, clinic)
    occasion = MailOccasion(KIND, key, appointment, appointment.starts_at, due_at)
    copies = mail_copies.build_copies(occasion)
    if not patient.email:
        return copies
    to_patient = build(
        KIND,
        key=key,
        to_patient=True,
        appointment=appointment,
        due_at=due_at,
        give_up_at=appointment.starts_at,
    )
    return [to_patient, *copies]


def reminder_key(appointment: Appointment, hours: int) -> str:
    """Return the notification's key.

    It holds the start, so that a moved appointment gets its own reminders. If it moves back, the
    first reminder is still queued: nothing removes it before it is due. Meanwhile the desk shows it
    as no longer needed (`booking.queries.notifications.outbox`).
    """
    return f"{KIND}:{appointment.public_id}:{to_minutes(appointment.starts_at)}:{hours}"


def reminder_hours(clinic: ClinicProfile) -> list[int]:
    """Return the clinic's reminder times in hours before the start, the earliest reminder first."""
    return sorted({hour for hour in clinic.reminder_hours if isinstance(hour, int)}, reverse=True)


def reminder_due_at(appointment: Appointment, hours: int, clinic: ClinicProfile) -> datetime:
    """Return when the reminder `hours` before the appointment is due."""
    return hours_before(appointment.starts_at, hours, clinic.zone)


def hours_before(start: datetime, hours: int, zone: ZoneInfo) -> datetime:
    """Return the instant `hours` before `start`: whole days by the clock, the rest elapsed."""
    days, remaining_hours = divmod(hours, 24)
    local = start.astimezone(zone)
    # A time that the clocks skip is read with the offset before the change (PEP 495, fold=0).
    same_time = datetime.combine(local.date() - timedelta(days=days), local.time(), zone)
    return same_time.astimezone(UTC) - timedelta(hours=remaining_hours)


def reminder_values(notification: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the appointment's values and the link to confirm attendance, until confirmed."""
    appointment = get_appointment(notification)
    confirm = absolute_url("appointment-confirm", appointment.link_token)
    is_confirmed = appointment.attendance_confirmed_at is not None
    return appointment_values(notification, data) | {"confirm": "" if is_confirmed else confirm}


def reminder_sample_values(clinic: ClinicProfile) -> PlaceholderValues:
    """Return a link to confirm attendance that opens nothing."""
    return {"confirm": absolute_url("appointment-confirm", sample_appointment(clinic).link_token)}


def reminder_resend_params(notification: Notification, now: datetime) -> NotificationParams:
    """Return the parameters to send a reminder of the appointment's present start again.

    Raises CannotSendAgain if the appointment has begun.
    """
    appointment = require_upcoming(notification, now, Status.BOOKED)
    if appointment.starts_at <= now:
        raise CannotSendAgain(_("The appointment has begun."))
    hours = int(event_key(notification.key).rsplit(":", 1)[1])
    return {
        "key": reminder_key(appointment, hours),
        "to_patient": True,
        "appointment": appointment,
        "give_up_at": appointment.starts_at,
    }


def is_reminder_wanted(notification: Notification, now: datetime) -> bool:
    """Return whether a due reminder should still be sent.

    The appointment must be booked, at the start the reminder was made for, in the future, and not
    booked since the reminder was due; patient and clinic must still want reminders; and no
    later reminder may be due as well (after a long mail failure one is enough). A reminder that is
    late (MAX_DELAY) needs some time before the appointment (MIN_NOTICE). One that staff send again
    needs no reminder time.
    """
    appointment, clinic = get_appointment(notification), ClinicProfile.objects.get()
    _kind, _row, start, hours = event_key(notification.key).split(":")
    is_sent_again = notification.key != event_key(notification.key)
    patient = appointment.patient
    return (
        appointment.status == Status.BOOKED
        and (is_sent_again or patient is None or patient.no_reminders_since is None)
        and appointment.override != Override.ASKED  # that time cannot take place
        and start == str(to_minutes(appointment.starts_at))
        and (is_sent_again or int(hours) in reminder_hours(clinic))
        and now < appointment.starts_at
        and not is_too_late(notification, appointment, now)
        and (appointment.booked_at is None or appointment.booked_at <= notification.due_at)
        and not _is_superseded(notification, now)
    )


def is_too_late(notification: Notification, appointment: Appointment, now: datetime) -> bool:
    """Return whether a reminder is late and the appointment near."""
    return now - notification.due_at > MAX_DELAY and appointment.starts_at - now < MIN_NOTICE


def _is_superseded(notification: Notification, now: datetime) -> bool:
    """Return whether a later reminder of the same start is due as well."""
    key_prefix = event_key(notification.key).rsplit(":", 1)[0]
    reminders = Notification.objects.filter(appointment=notification.appointment, kind=KIND)
    later = reminders.filter(due_at__gt=notification.due_at, due_at__lte=now)
    return later.filter(key__startswith=f"{key_prefix}:").exists()


REMINDER = NotificationKind(
    name=KIND,
    priority=Priority.REMINDER,
    label=_("Reminder"),
    subject=_("A reminder: {when}"),
    body=_(
        "Dear {patient},\n\nA short reminder of your appointment.\n\n{appointment}\n\n"
        "Please come a few minutes early, in comfortable clothes. {changes}"
    ),
    placeholders=APPOINTMENT_PLACEHOLDERS
    | {"confirm": _("the address of the page to say: I will come")},
    get_values=reminder_values,
    get_sample_values=reminder_sample_values,
    is_still_wanted=is_reminder_wanted,
    get_resend_params=reminder_resend_params,
    action=(_("Yes, I will come"), "confirm"),
    secondary_action=VIEW_APPOINTMENT_ACTION,
)
