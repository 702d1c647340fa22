"""When somebody is reminded: planned at booking, looked at again when due.

"48 hours before" is two days before at the same time by the clock, also over a change of the
clocks; hours beyond whole days are real hours. So a reminder for Monday 10:00 comes on Saturday
at 10:00, and "3 hours before" leaves three hours to get there.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Notification
from booking.notifications.appointment_text import get_appointment
from booking.notifications.outbox import build
from clinic.lib.dates import clock
from clinic.lib.dates.epoch import to_minutes

REMINDER = "reminder"


def hours_before(start: datetime, hours: int, zone: ZoneInfo) -> datetime:
    """So many hours before: whole days by the clinic's clock, the rest in real hours."""
    days, rest = divmod(hours, 24)
    local = start.astimezone(zone)
    # A reading that the clocks skip is taken as if they had not gone forward yet.
    same_time = datetime.combine(local.date() - timedelta(days=days), local.time(), zone)
    return same_time.astimezone(UTC) - timedelta(hours=rest)


def reminder_due_at(appointment: Appointment, hours: int, clinic: ClinicProfile) -> datetime:
    """When a reminder of so many hours before is due."""
    return hours_before(appointment.starts_at, hours, clinic.zone)


def reminder_key(appointment: Appointment, hours: int) -> str:
    """The key holds the start, so an appointment that moves gets its own; moved back, the row of
    before is still there, for nobody looks at it before it is due."""
    return f"{REMINDER}:{appointment.public_id}:{to_minutes(appointment.starts_at)}:{hours}"


def reminder_hours(clinic: ClinicProfile) -> list[int]:
    """The owner's, the earliest reminder first."""
    return sorted({hour for hour in clinic.reminder_hours if isinstance(hour, int)}, reverse=True)


def build_reminders(appointment: Appointment, clinic: ClinicProfile) -> list[Notification]:
    """One for each reminder still to come: nobody is reminded of what they booked later."""
    still_to_come = [
        hours
        for hours in reminder_hours(clinic)
        if reminder_due_at(appointment, hours, clinic) > clock.now()
    ]
    return [row for hours in still_to_come for row in build_reminder(appointment, hours, clinic)]


def build_reminder(
    appointment: Appointment, hours: int, clinic: ClinicProfile
) -> list[Notification]:
    """It alone; none if there is nobody to remind."""
    patient = appointment.patient
    if patient is None or not patient.email:
        return []
    return [
        build(
            REMINDER,
            key=reminder_key(appointment, hours),
            to=patient.email,
            to_name=patient.name,
            appointment=appointment,
            due_at=reminder_due_at(appointment, hours, clinic),
            give_up_at=appointment.starts_at,
        )
    ]


def is_reminder_wanted(message: Notification, now: datetime) -> bool:
    """Whether it is still true: booked, at that start, still to come, not booked since, and no
    later reminder is due as well (after a long silence of the mail server one is enough)."""
    appointment, clinic = get_appointment(message), ClinicProfile.objects.get()
    _kind, _row, start, hours = message.key.split(":")
    return (
        appointment.status == Status.BOOKED
        and start == str(to_minutes(appointment.starts_at))
        and int(hours) in reminder_hours(clinic)
        and now < appointment.starts_at
        and (appointment.booked_at is None or appointment.booked_at <= message.due_at)
        and not _is_superseded(message, now)
    )


def _is_superseded(message: Notification, now: datetime) -> bool:
    others = Notification.objects.filter(appointment=message.appointment, kind=REMINDER)
    start = message.key.rsplit(":", 1)[0]
    later = others.filter(due_at__gt=message.due_at, due_at__lte=now)
    return later.filter(key__startswith=f"{start}:").exists()
