"""Notifications to patients: an appointment is booked, restored, moved or canceled.

The functions are called by actions, in their transaction. Each key is made of the event in the
appointment's history and the kind, so that each event is notified once.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.lifecycle import Status
from booking.models import (
    Appointment,
    AppointmentEvent,
    ClinicProfile,
    Notification,
    Priority,
    Therapist,
)
from booking.notifications.appointment_text import appointment_details
from booking.notifications.appointment_values import (
    APPOINTMENT_PLACEHOLDERS,
    VIEW_APPOINTMENT_ACTION,
    appointment_values,
    get_appointment,
    require_upcoming,
)
from booking.notifications.calendar_files.ics import CalendarMethod, calendar_attachment
from booking.notifications.kinds import (
    Attachment,
    NotificationKind,
    NotificationParams,
    PlaceholderValues,
)
from booking.notifications.links import appointment_url
from booking.notifications.outbox import GIVE_UP_AFTER, build, enqueue_all
from booking.notifications.sample_values import sample_appointment
from booking.notifications.sanitizing import clean_line, clean_text
from booking.notifications.subjects.reminders import build_reminders
from booking.notifications.subjects.staff_changes import build_staff_changes, previous_start
from booking.queries.notifications.last_notification import CHANGE_KINDS
from booking.registries import mail_copies
from booking.registries.mail_copies import MailOccasion
from clinic.lib.dates import clock, date_format

EventKind = AppointmentEvent.Kind
UPCOMING_STATUSES = (Status.BOOKED, Status.ARRIVED)
VISITORS = (AppointmentEvent.ActorType.GUEST, AppointmentEvent.ActorType.PATIENT)


def notify_booked(
    appointment: Appointment,
    event: AppointmentEvent | None = None,
    *,
    clinic: ClinicProfile | None = None,
) -> None:
    """Notify the patient of a booking, or of a cancellation taken back.

    Also queues the reminders, and notifies the staff if the appointment is today. Without an
    event, the newest booking event is used; raises LookupError if there is none. The clinic is read
    if it is not given.
    """
    event = event or _last_event(appointment, EventKind.BOOKED, EventKind.RESTORED)
    clinic = clinic or ClinicProfile.objects.get()
    kind = "restored" if event.kind == EventKind.RESTORED else "booked"
    enqueue_all(
        [
            *_build_for_patient(kind, appointment, event),
            *build_reminders(appointment, clinic),
            *build_staff_changes(appointment, event, clinic),
        ]
    )


def notify_moved(
    appointment: Appointment,
    event: AppointmentEvent,
    *,
    staff_message: str = "",
    notify_patient: bool = True,
    therapist_away: bool = False,
    delay: timedelta = timedelta(0),
) -> None:
    """Notify the patient of the new and the old time, and queue reminders of the new one.

    A change of therapist is named, with the former one if staff moved the appointment.
    `therapist_away` says that the former one is away. `staff_message` is a sentence of the staff to
    the patient. Without `notify_patient` only the reminders are queued. The mail waits for `delay`.
    """
    data = _moved_data(event) | {"words": staff_message, "therapist_away": therapist_away}
    rows = _build_for_patient("moved", appointment, event, **data) if notify_patient else []
    for row in rows:
        row.due_at, row.next_try_at = row.due_at + delay, row.next_try_at + delay
    enqueue_all([*rows, *build_reminders(appointment, ClinicProfile.objects.get())])


def withdraw_moved(appointment: Appointment, event: AppointmentEvent) -> bool:
    """Drop the mails about a move that nobody has begun to send.

    Returns whether these were all of them: then nobody has been told. Call it in a transaction.
    """
    mails = appointment.notifications.filter(key__startswith=f"moved:{event.pk}")
    unsent = mails.filter(status=Notification.Status.WAITING, attempts=0, lease_until=None)
    dropped = unsent.update(status=Notification.Status.DROPPED)
    return dropped == mails.count()


def notify_cancelled(
    appointment: Appointment, event: AppointmentEvent, *, by_staff: bool, staff_message: str = ""
) -> None:
    """Notify the patient of a cancellation.

    `staff_message` is a sentence of the staff to the patient, ignored unless `by_staff`: a
    patient's own reason is never put into a mail. Queued reminders are dropped when they are due.
    """
    words = staff_message if by_staff else ""
    enqueue_all(_build_for_patient("cancelled", appointment, event, by_staff=by_staff, words=words))


def notify_still_booked(appointment: Appointment, event: AppointmentEvent) -> None:
    """Confirm to the patient that the appointment stays as it is, after a proposal was
    withdrawn."""
    enqueue_all(_build_for_patient("booked", appointment, event))


def _build_for_patient(
    kind: str, appointment: Appointment, event: AppointmentEvent, **data: Any
) -> list[Notification]:
    """Return unsaved mails to the patient, if they have an address, and to proxies.

    None if the appointment is over.
    """
    patient, now = appointment.patient, clock.now()
    if patient is None or appointment.ends_at <= now:
        return []
    key, give_up_at = f"{kind}:{event.pk}", min(now + GIVE_UP_AFTER, appointment.ends_at)
    copies = mail_copies.build_copies(MailOccasion(kind, key, appointment, give_up_at))
    if not patient.email:
        return copies
    to_patient = build(
        kind,
        key=key,
        to_patient=True,
        by_visitor=event.actor_type in VISITORS,
        appointment=appointment,
        data=data,
        give_up_at=give_up_at,
    )
    return [to_patient, *copies]


def _last_event(appointment: Appointment, *kinds: EventKind) -> AppointmentEvent:
    event = appointment.events.filter(kind__in=kinds).order_by("pk").last()
    if event is None:
        raise LookupError("Record the event before you queue its notification.")
    return event


def _moved_data(event: AppointmentEvent) -> dict[str, Any]:
    """Return the former start, and the former therapist if staff changed that, as stored data."""
    was, before = previous_start(event), event.details.get("from") or {}
    after = event.details.get("to") or {}
    changed = event.actor_type not in VISITORS and before.get("therapist") != after.get("therapist")
    return {
        "was": was.isoformat() if was else "",
        "therapist_before": before.get("therapist") if changed else None,
    }


def moved_values(notification: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of the appointment, of what has changed, and the staff's message."""
    appointment = get_appointment(notification)
    was = datetime.fromisoformat(str(data["was"])) if data.get("was") else None
    same_time = was == appointment.starts_at
    before = Therapist.objects.filter(pk=data.get("therapist_before") or 0).first()
    values = {
        "what": gettext("New time"),
        "change": gettext("Your appointment has moved. This is the new time:"),
        "was": _previous_time(was, ClinicProfile.objects.get()) if was and not same_time else "",
        "words": clean_text(str(data.get("words", ""))),
    }
    if before is not None and before.pk != appointment.therapist_id:
        away = bool(data.get("therapist_away"))
        values["what"] = gettext("Another therapist")
        values["change"] = _other_therapist(before, appointment, away=away, same_time=same_time)
    return appointment_values(notification, data) | values


def _other_therapist(
    before: Therapist, appointment: Appointment, *, away: bool, same_time: bool
) -> str:
    """Return sentences on who would treat the patient instead, and what the patient can do."""
    if away and same_time:
        sentence = gettext("%(before)s is away; %(after)s would treat you at the same time.")
    elif away:
        sentence = gettext("%(before)s is away; %(after)s would treat you at a new time.")
    else:
        sentence = gettext("%(after)s would treat you instead of %(before)s.")
    choices = gettext(
        "If that suits you, you need not do anything. On the page of your appointment you can also "
        "choose another time, or cancel:"
    )
    names = {"before": clean_line(before.name), "after": clean_line(appointment.therapist.name)}
    return f"{sentence % names}\n\n{choices}\n{appointment_url(appointment)}"


def cancelled_values(notification: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the appointment's values, who canceled it, and the staff's message if any."""
    by_staff = bool(data.get("by_staff"))
    sentence = gettext("We are sorry: we have had to cancel your appointment.")
    if not by_staff:
        sentence = gettext("Your appointment is canceled, as you asked us to.")
    staff_message = clean_text(str(data.get("words", ""))) if by_staff else ""
    appointment, clinic = get_appointment(notification), ClinicProfile.objects.get()
    return appointment_values(notification, data) | {
        "appointment": appointment_details(appointment, clinic, with_price=False),
        "who": sentence,
        "words": staff_message,
    }


def moved_sample_values(clinic: ClinicProfile) -> PlaceholderValues:
    """Return a previous time two days earlier, and the words of the staff."""
    was = sample_appointment(clinic).starts_at - timedelta(days=2)
    return {
        "what": gettext("New time"),
        "change": gettext("Your appointment has moved. This is the new time:"),
        "was": _previous_time(was, clinic),
        "words": gettext("Your therapist is ill today."),
    }


def cancelled_sample_values(clinic: ClinicProfile) -> PlaceholderValues:
    """Return the words of a cancellation by the staff."""
    return {
        "appointment": appointment_details(sample_appointment(clinic), clinic, with_price=False),
        "who": gettext("We are sorry: we have had to cancel your appointment."),
        "words": gettext("Your therapist is ill today."),
    }


def _previous_time(was: datetime, clinic: ClinicProfile) -> str:
    before = date_format.long_datetime(was, clinic.zone)
    return gettext("The old time was %(time)s.") % {"time": before}


def wanted_while(*statuses: Status) -> Callable[[Notification, datetime], bool]:
    """Return a check that is true while the appointment has one of these statuses.

    It is false once the appointment is over or a newer notification about it has been queued.
    """

    def is_wanted(notification: Notification, now: datetime) -> bool:
        appointment = get_appointment(notification)
        newer = Notification.objects.filter(
            appointment=notification.appointment, kind__in=CHANGE_KINDS, pk__gt=notification.pk
        )
        is_current = appointment.status in statuses and now < appointment.ends_at
        return is_current and not newer.exists()

    return is_wanted


def booked_resend_params(notification: Notification, now: datetime) -> NotificationParams:
    """Return the parameters to send a booking or a cancellation taken back again."""
    appointment = require_upcoming(notification, now, *UPCOMING_STATUSES)
    return confirmation_params(appointment, now, key=notification.key)


def confirmation_params(appointment: Appointment, now: datetime, *, key: str) -> NotificationParams:
    """Return with what to queue the confirmation of an appointment."""
    return {
        "key": key,
        "to_patient": True,
        "appointment": appointment,
        "give_up_at": min(now + GIVE_UP_AFTER, appointment.ends_at),
    }


def moved_resend_params(notification: Notification, now: datetime) -> NotificationParams:
    """Return the parameters to send the latest move again."""
    appointment = require_upcoming(notification, now, *UPCOMING_STATUSES)
    event = _last_event(appointment, EventKind.MOVED)
    params = confirmation_params(appointment, now, key=f"moved:{event.pk}")
    return params | {"data": _moved_data(event)}


def cancelled_resend_params(notification: Notification, now: datetime) -> NotificationParams:
    """Return the parameters to send a cancellation again, with the staff's words if still on file.

    That sentence is deleted with the text of a mail that was sent.
    """
    appointment = require_upcoming(notification, now, Status.CANCELLED)
    event = _last_event(appointment, EventKind.CANCELLED)
    by_staff = event.actor_type in (
        AppointmentEvent.ActorType.STAFF,
        AppointmentEvent.ActorType.SYSTEM,
    )
    known = json.loads(notification.data or "{}")
    params = confirmation_params(appointment, now, key=f"cancelled:{event.pk}")
    return params | {"data": {"by_staff": by_staff, "words": known.get("words", "")}}


def attach_calendar_file(method: CalendarMethod) -> Callable[[Notification], list[Attachment]]:
    """Return a function that attaches the appointment as a calendar file with this method."""

    def attach(notification: Notification) -> list[Attachment]:
        return [calendar_attachment(get_appointment(notification), method)]

    return attach


BOOKED = NotificationKind(
    name="booked",
    priority=Priority.CHANGE,
    label=_("Booked"),
    subject=_("Booked: {when}"),
    body=_(
        "Dear {patient},\n\nYour appointment is booked. We look forward to seeing you.\n\n"
        "{appointment}\n\n{changes}"
    ),
    placeholders=APPOINTMENT_PLACEHOLDERS,
    get_values=appointment_values,
    is_still_wanted=wanted_while(*UPCOMING_STATUSES),
    get_resend_params=booked_resend_params,
    get_attachments=attach_calendar_file("REQUEST"),
    action=VIEW_APPOINTMENT_ACTION,
)
RESTORED = NotificationKind(
    name="restored",
    priority=Priority.CHANGE,
    label=_("Cancellation undone"),
    subject=_("Booked again: {when}"),
    body=_(
        "Dear {patient},\n\nYour appointment is booked again, as it was before. Nothing else "
        "has changed.\n\n{appointment}\n\n{changes}"
    ),
    placeholders=APPOINTMENT_PLACEHOLDERS,
    get_values=appointment_values,
    is_still_wanted=wanted_while(*UPCOMING_STATUSES),
    get_resend_params=booked_resend_params,
    get_attachments=attach_calendar_file("REQUEST"),
    action=VIEW_APPOINTMENT_ACTION,
)
MOVED = NotificationKind(
    name="moved",
    priority=Priority.CHANGE,
    label=_("Moved"),
    subject=_("{what}: {when}"),
    body=_("Dear {patient},\n\n{change}\n\n{words}\n\n{appointment}\n\n{was}\n\n{changes}"),
    placeholders=APPOINTMENT_PLACEHOLDERS
    | {
        "what": _("what is new, in two words: the time or the therapist"),
        "change": _("what has changed, as a sentence"),
        "was": _("the time before, as a sentence"),
        "words": _("what the staff want the patient to know, if anything"),
    },
    get_values=moved_values,
    get_sample_values=moved_sample_values,
    is_still_wanted=wanted_while(*UPCOMING_STATUSES),
    get_resend_params=moved_resend_params,
    get_attachments=attach_calendar_file("REQUEST"),
    action=VIEW_APPOINTMENT_ACTION,
)
CANCELLED = NotificationKind(
    name="cancelled",
    priority=Priority.CHANGE,
    label=_("Canceled"),
    subject=_("Canceled: {when}"),
    body=_(
        "Dear {patient},\n\n{who}\n\n{words}\n\n{appointment}\n\n"
        "You would be welcome at another time. You can book online, or call us at {phone}."
    ),
    placeholders=APPOINTMENT_PLACEHOLDERS
    | {
        "who": _("who canceled it, as a sentence"),
        "words": _("what the staff want the patient to know, if anything"),
    },
    get_values=cancelled_values,
    get_sample_values=cancelled_sample_values,
    is_still_wanted=wanted_while(Status.CANCELLED),
    get_resend_params=cancelled_resend_params,
    get_attachments=attach_calendar_file("CANCEL"),
    action=(_("Book another time"), "book"),
)
