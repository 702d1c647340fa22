"""Notifications to the team: an appointment of today was booked, moved or canceled."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.errors import CannotSendAgain
from booking.models import (
    Appointment,
    AppointmentEvent,
    ClinicProfile,
    Notification,
    Priority,
    Therapist,
)
from booking.notifications.appointment_text import staff_appointment_details
from booking.notifications.appointment_values import get_appointment
from booking.notifications.kinds import (
    NotificationKind,
    NotificationParams,
    PlaceholderValues,
    StrOrPromise,
)
from booking.notifications.outbox import build, enqueue_all
from booking.notifications.sample_values import sample_appointment
from booking.notifications.sanitizing import clean_line, greeting_name
from booking.notifications.sending_again import event_key
from clinic.lib.dates import clock, date_format

EventKind = AppointmentEvent.Kind
EVENT_SENTENCES: dict[str, StrOrPromise] = {
    EventKind.BOOKED: _("A new appointment for today has been booked."),
    EventKind.RESTORED: _("A canceled appointment of today is booked again."),
    EventKind.MOVED: _("An appointment that concerns today has moved."),
    EventKind.CANCELLED: _("An appointment of today has been canceled."),
}


def notify_staff_of_change(appointment: Appointment, event: AppointmentEvent) -> None:
    """Notify the team of an event, if the appointment was or is today."""
    enqueue_all(build_staff_changes(appointment, event, ClinicProfile.objects.get()))


def build_staff_changes(
    appointment: Appointment, event: AppointmentEvent, clinic: ClinicProfile
) -> list[Notification]:
    """Return unsaved notifications for everybody in the team whom a change of today concerns.

    These are the clinic's address (unless the staff made the change themselves), the therapist,
    and the therapist before a move; never the person who made the change. Returns none if neither
    the old nor the new time is today, or if the appointment is over.
    """
    was = previous_start(event)
    starts = [appointment.starts_at, *([was] if was else [])]
    if appointment.ends_at <= clock.now() or _clinic_today(clinic) not in _clinic_dates(
        starts, clinic
    ):
        return []
    recipients: dict[str, tuple[str, str]] = {}
    if event.actor_type != AppointmentEvent.ActorType.STAFF and clinic.email:
        recipients[clinic.email.lower()] = ("clinic", clinic.name)
    for therapist in _affected_therapists(appointment, event):
        user = therapist.user
        if user is not None and user.is_active and user.email and user.pk != event.user_id:
            recipients.setdefault(user.email.lower(), (str(therapist.pk), therapist.name))
    return [
        build(
            "staff_change",
            key=f"staff_change:{event.pk}:{recipient}",
            to=email,
            to_name=name,
            appointment=appointment,
            data={"what": event.kind, "was": was.isoformat() if was else ""},
            give_up_at=max(appointment.ends_at, clock.now() + timedelta(hours=1)),
        )
        for email, (recipient, name) in recipients.items()
    ]


def previous_start(event: AppointmentEvent) -> datetime | None:
    """Return the start before a move, from the event's details; None for other events.

    If only the clinic's time zone has changed, it is the instant of the same local time in the old
    zone.
    """
    before: Mapping[str, Any] = event.details.get("from") or {}
    start = event.details.get("reading_before") or before.get("starts_at")
    return datetime.fromisoformat(start) if start else None


def _affected_therapists(appointment: Appointment, event: AppointmentEvent) -> list[Therapist]:
    """Return the appointment's therapist and the one before the event, with their users."""
    before: Mapping[str, Any] = event.details.get("from") or {}
    ids = [appointment.therapist_id or 0, before.get("therapist") or 0]
    return list(Therapist.objects.filter(pk__in=ids).select_related("user").order_by("pk"))


def _clinic_today(clinic: ClinicProfile) -> date:
    return clinic.today(clock.now())


def _clinic_dates(instants: list[datetime], clinic: ClinicProfile) -> set[date]:
    return {clinic.local_date(instant) for instant in instants}


def staff_change_values(notification: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the values, with no more of the patient than first name and initial."""
    appointment, clinic = get_appointment(notification), ClinicProfile.objects.get()
    was = str(data.get("was", ""))
    before = date_format.long_datetime(datetime.fromisoformat(was), clinic.zone) if was else ""
    return {
        "name": greeting_name(notification.to_name),
        "clinic": clean_line(clinic.name),
        "when": date_format.long_datetime(appointment.starts_at, clinic.zone),
        "what": str(EVENT_SENTENCES.get(str(data.get("what")), "")),
        "details": staff_appointment_details(appointment, clinic, before),
    }


def staff_change_sample_values(clinic: ClinicProfile) -> PlaceholderValues:
    """Return the values of a new booking."""
    return {
        "what": gettext("A new appointment for today has been booked."),
        "details": staff_appointment_details(sample_appointment(clinic), clinic),
    }


def staff_change_resend_params(notification: Notification, now: datetime) -> NotificationParams:
    """Return the parameters to mail the same member of staff about the same event again.

    Raises CannotSendAgain if the appointment has ended.
    """
    appointment = get_appointment(notification)
    if appointment.ends_at <= now:
        raise CannotSendAgain(_("The appointment is over."))
    event_id = event_key(notification.key).split(":")[1]
    event = AppointmentEvent.objects.get(pk=int(event_id))
    was = previous_start(event)
    return {
        "key": notification.key,
        "to": notification.to_email,
        "to_name": notification.to_name,
        "appointment": appointment,
        "data": {"what": event.kind, "was": was.isoformat() if was else ""},
        "give_up_at": appointment.ends_at,
    }


def is_staff_change_wanted(notification: Notification, now: datetime) -> bool:
    """Return whether the appointment is not over yet."""
    return now < notification.give_up_at


STAFF_CHANGE = NotificationKind(
    name="staff_change",
    priority=Priority.CHANGE,
    label=_("A change of the present day, to the team"),
    subject=_("A change today: {when}"),
    body=_("Dear {name},\n\n{what}\n\n{details}"),
    placeholders={
        "name": _("the therapist's or the clinic's name"),
        "clinic": _("the clinic's name"),
        "when": _("day and time, with the time zone"),
        "what": _("what happened, as a sentence"),
        "details": _("patient's first name, time, therapist and room, a line each"),
    },
    get_values=staff_change_values,
    get_sample_values=staff_change_sample_values,
    required_placeholders=frozenset({"details"}),
    is_still_wanted=is_staff_change_wanted,
    get_resend_params=staff_change_resend_params,
)
