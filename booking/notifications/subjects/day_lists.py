"""The list of tomorrow's appointments that a therapist gets in the evening."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from booking.errors import CannotSendAgain
from booking.models import Appointment, ClinicProfile, Notification
from booking.notifications.appointment_text import day_list_line
from booking.notifications.kinds import NotificationKind, NotificationParams, PlaceholderValues
from booking.notifications.outbox import enqueue
from booking.notifications.sample_values import sample_appointment
from booking.notifications.sanitizing import clean_line, greeting_name
from booking.notifications.sending_again import event_key
from booking.queries.appointments.by_day import appointments_on_day
from clinic.lib.dates import date_format
from clinic.lib.dates.zones import local_date


def notify_day_list(last: Appointment, day: date) -> bool:
    """Queue the list of a day for the therapist of `last`, the day's last appointment.

    The list is read when the mail is sent, and given up when the last appointment begins.
    Returns False if the therapist has no active user with an address.
    """
    user = last.therapist.user
    if user is None or not user.is_active or not user.email:
        return False
    enqueue(
        "day_list",
        key=day_list_key(last.therapist_id or 0, day),
        to=user.email,
        to_name=last.therapist.name,
        data={"therapist": last.therapist_id, "day": day.isoformat()},
        give_up_at=last.starts_at,
    )
    return True


def day_list_key(therapist_id: int, day: date) -> str:
    """Return the notification's key: one list for each therapist and day."""
    return f"day_list:{therapist_id}:{day.isoformat()}"


def day_list_values(notification: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the values, with the appointments as they are now."""
    clinic, day = ClinicProfile.objects.get(), date.fromisoformat(str(data["day"]))
    rows = appointments_on_day(clinic, day, therapist=int(data["therapist"]))
    count = ngettext("%(n)d appointment", "%(n)d appointments", len(rows)) % {"n": len(rows)}
    zone = date_format.zone_name(rows[0].starts_at, clinic.zone) if rows else ""
    return {
        "therapist": greeting_name(notification.to_name),
        "clinic": clean_line(clinic.name),
        "day": date_format.long_day(day),
        "count": count,
        "list": "\n".join(day_list_line(row, clinic) for row in rows),
        "zone": gettext("Times are in %(zone)s.") % {"zone": zone} if zone else "",
    }


def day_list_sample_values(clinic: ClinicProfile) -> PlaceholderValues:
    """Return the values of a day with one appointment."""
    appointment = sample_appointment(clinic)
    start, zone = appointment.starts_at, clinic.zone
    return {
        "day": date_format.long_day(local_date(start, zone)),
        "count": gettext("1 appointment"),
        "list": day_list_line(appointment, clinic),
        "zone": gettext("Times are in %(zone)s.") % {"zone": date_format.zone_name(start, zone)},
    }


def is_day_list_wanted(notification: Notification, now: datetime) -> bool:
    """Return whether the day still has an appointment that has not begun."""
    _kind, therapist, day = event_key(notification.key).split(":")
    clinic = ClinicProfile.objects.get()
    rows = appointments_on_day(clinic, date.fromisoformat(day), therapist=int(therapist))
    return bool(rows) and now < rows[-1].starts_at


def day_list_resend_params(notification: Notification, now: datetime) -> NotificationParams:
    """Return the parameters to send the list of the same day again, as it is now.

    Raises CannotSendAgain if the day has no upcoming appointment.
    """
    if not is_day_list_wanted(notification, now):
        raise CannotSendAgain(_("That day has no appointment that is still to come."))
    _kind, therapist, day = event_key(notification.key).split(":")
    return {
        "key": notification.key,
        "to": notification.to_email,
        "to_name": notification.to_name,
        "data": {"therapist": int(therapist), "day": day},
        "give_up_at": now + timedelta(days=1),
    }


DAY_LIST = NotificationKind(
    name="day_list",
    label=_("A therapist's list for tomorrow"),
    subject=_("Your list for {day}: {count}"),
    body=_("Dear {therapist},\n\nHere is your list for {day}.\n\n{list}\n\n{zone}"),
    placeholders={
        "therapist": _("the therapist's name"),
        "clinic": _("the clinic's name"),
        "day": _("the date"),
        "count": _("how many appointments"),
        "list": _("time, patient's first name, treatment and room, a line each"),
        "zone": _("the time zone, as a sentence"),
    },
    get_values=day_list_values,
    get_sample_values=day_list_sample_values,
    required_placeholders=frozenset({"list"}),
    is_still_wanted=is_day_list_wanted,
    get_resend_params=day_list_resend_params,
)
