"""Mails about grants, and copies to proxies of what patients are told about appointments.

No mail contains a link that works without signing in, so that the grant's end also ends what its
mails give access to.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.features.proxies.models import Proxy, ProxyRequest
from booking.features.proxies.queries import grants_to_notify, live_grants, may_be_told
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Notification, Priority, User
from booking.notifications.appointment_text import appointment_details, change_deadline_text
from booking.notifications.appointment_values import get_appointment
from booking.notifications.kinds import NotificationKind, PlaceholderValues, StrOrPromise
from booking.notifications.links import absolute_url
from booking.notifications.outbox import build, enqueue
from booking.notifications.sample_values import SAMPLE_EMAIL, SAMPLE_PATIENT
from booking.notifications.sanitizing import abbreviated_name, clean_line, greeting_name
from booking.notifications.subjects.reminders import KIND as REMINDER
from booking.notifications.subjects.reminders import is_too_late
from booking.queries.notifications.last_notification import CHANGE_KINDS
from booking.registries.mail_copies import MailOccasion
from clinic.lib.dates import clock, date_format

COPY = "proxy_copy"
UPCOMING = (Status.BOOKED, Status.ARRIVED)
WANTED_STATUSES: Mapping[str, tuple[Status, ...]] = {
    "booked": UPCOMING,
    "restored": UPCOMING,
    "moved": UPCOMING,
    "cancelled": (Status.CANCELLED,),
    REMINDER: (Status.BOOKED,),
}
SUBJECTS: Mapping[str, StrOrPromise] = {
    "booked": _("Booked"),
    "restored": _("Booked again"),
    "moved": _("New time"),
    "cancelled": _("Canceled"),
    REMINDER: _("A reminder"),
}
SENTENCES: Mapping[str, StrOrPromise] = {
    "booked": _("An appointment is booked for %(patient)s."),
    "restored": _("The appointment of %(patient)s is booked again, as it was before."),
    "moved": _("The appointment of %(patient)s has changed. This is how it is now:"),
    "cancelled": _("The appointment of %(patient)s is canceled."),
    REMINDER: _("A short reminder of the appointment of %(patient)s."),
}


def build_copies(occasion: MailOccasion) -> list[Notification]:
    """Return, unsaved, a mail to each proxy of the patient who may see the times."""
    return [
        build(
            COPY,
            key=f"{occasion.key}:for:{grant.pk}",
            to=grant.actor.email,
            to_name=str(grant.actor.name),
            appointment=occasion.appointment,
            data={
                "what": occasion.kind,
                "actor": grant.actor_id,
                "starts_at": occasion.appointment.starts_at.isoformat(),
            },
            due_at=occasion.due_at,
            give_up_at=occasion.give_up_at,
        )
        for grant in grants_to_notify(occasion.appointment)
        if occasion.kind in WANTED_STATUSES
    ]


def copy_values(notification: Notification, data: Mapping[str, Any]) -> PlaceholderValues:
    """Return the placeholders of a copy. The patient appears only as first name and initial."""
    appointment, clinic = get_appointment(notification), ClinicProfile.objects.get()
    what = str(data.get("what"))
    patient = abbreviated_name(appointment.patient.name) if appointment.patient else ""
    is_cancelled = what == "cancelled"
    deadline = change_deadline_text(appointment, clinic, clock.now())
    return clinic_values(clinic) | {
        "name": greeting_name(notification.to_name),
        "what": str(SUBJECTS[what]),
        "when": date_format.long_datetime(appointment.starts_at, clinic.zone),
        "sentence": str(SENTENCES[what]) % {"patient": patient},
        "appointment": appointment_details(appointment, clinic, with_price=False),
        "changes": "" if is_cancelled else deadline,
    }


def copy_sample_values(_clinic: ClinicProfile) -> PlaceholderValues:
    """Return sample values, those of a booking."""
    patient = abbreviated_name(SAMPLE_PATIENT)
    return {
        "what": gettext("Booked"),
        "sentence": str(SENTENCES["booked"]) % {"patient": patient},
        "link": absolute_url("me-family"),
    }


def is_copy_wanted(notification: Notification, now: datetime) -> bool:
    """Return whether the proxy may still see the appointment, and the mail is still correct."""
    data, appointment = read_data(notification), get_appointment(notification)
    what = str(data.get("what"))
    user = User.objects.filter(pk=data.get("actor") or 0).first()
    return (
        user is not None
        and user.email == notification.to_email
        and may_be_told(user, appointment)
        and appointment.status in WANTED_STATUSES.get(what, ())
        and now < appointment.ends_at
        and (
            _is_reminder_of_now(notification, data, appointment, now)
            if what == REMINDER
            else not _has_newer(notification)
        )
    )


def _is_reminder_of_now(
    notification: Notification, data: Mapping[str, Any], appointment: Appointment, now: datetime
) -> bool:
    """Return whether a reminder is about the present start, and in time."""
    return (
        data.get("starts_at") == appointment.starts_at.isoformat()
        and now < appointment.starts_at
        and not is_too_late(notification, appointment, now)
        and (appointment.booked_at is None or appointment.booked_at <= notification.due_at)
    )


def _has_newer(notification: Notification) -> bool:
    """Return whether a copy about a later change of the appointment was queued."""
    newer = Notification.objects.filter(
        appointment=notification.appointment_id, kind=COPY, pk__gt=notification.pk
    )
    keys = newer.filter(to_email=notification.to_email).values_list("key", flat=True)
    return any(key.partition(":")[0] in CHANGE_KINDS for key in keys)


def notify_asked(request: ProxyRequest) -> None:
    """Queue a mail that asks an adult whether somebody may act for them."""
    enqueue(
        ASKED.name,
        key=f"{ASKED.name}:{request.public_id}",
        to=request.email,
        data={"request": request.pk},
        give_up_at=request.closes_at,
        by_visitor=True,
    )


def asked_values(_notification: Notification, data: Mapping[str, Any]) -> PlaceholderValues:
    """Return the placeholders of a request. They do not depend on whether the address is known."""
    request = ProxyRequest.objects.select_related("actor").get(pk=data["request"])
    return clinic_values(ClinicProfile.objects.get()) | {
        "asker": greeting_name(request.actor.name),
        "address": clean_line(request.actor.email),
    }


def is_request_open(notification: Notification, now: datetime) -> bool:
    """Return whether the request can still be answered."""
    rows = ProxyRequest.objects.filter(pk=read_data(notification).get("request") or 0, answer="")
    return rows.filter(closes_at__gt=now, actor__is_active=True).exists()


def notify_agreed(grant: Proxy) -> None:
    """Queue a mail that tells somebody that they may act for the patient they asked about."""
    enqueue(
        AGREED.name,
        key=f"{AGREED.name}:{grant.public_id}",
        to=grant.actor.email,
        to_name=grant.actor.name,
        data={"grant": grant.pk},
    )


def notify_review_ahead(grant: Proxy, reason: str, due_on: date) -> int:
    """Queue one mail to a parent that a grant will be reviewed. Return 1, or 0 if it was queued."""
    key = f"{REVIEW_AHEAD.name}:{grant.pk}:{reason}"
    if Notification.objects.filter(key=key).exists():
        return 0
    enqueue(
        REVIEW_AHEAD.name,
        key=key,
        to=grant.actor.email,
        to_name=grant.actor.name,
        data={"grant": grant.pk, "day": due_on.isoformat()},
    )
    return 1


def grant_values(notification: Notification, data: Mapping[str, Any]) -> PlaceholderValues:
    """Return the placeholders of a mail about a grant: the patient, shortened, and a review's
    day."""
    grant = Proxy.objects.select_related("patient").get(pk=data["grant"])
    day = date.fromisoformat(str(data["day"])) if "day" in data else None
    return clinic_values(ClinicProfile.objects.get()) | {
        "name": greeting_name(notification.to_name),
        "patient": abbreviated_name(grant.patient.name),
        "day": date_format.long_day(day) if day else "",
    }


def is_grant_live(notification: Notification, _now: datetime) -> bool:
    """Return whether the grant is in force."""
    return live_grants().filter(pk=read_data(notification).get("grant") or 0).exists()


def family_sample_values(clinic: ClinicProfile) -> PlaceholderValues:
    """Return sample values of mails about grants."""
    return {
        "asker": SAMPLE_PATIENT,
        "address": SAMPLE_EMAIL,
        "patient": abbreviated_name(SAMPLE_PATIENT),
        "day": date_format.long_day(clinic.today(clock.now())),
        "link": absolute_url("me-family"),
    }


def read_data(notification: Notification) -> dict[str, Any]:
    """Return the JSON data that was stored with a notification."""
    stored: dict[str, Any] = json.loads(notification.data or "{}")
    return stored


def clinic_values(clinic: ClinicProfile) -> dict[str, str]:
    """Return the placeholders that all mails about grants have."""
    return {
        "clinic": clean_line(clinic.name),
        "phone": clean_line(clinic.phone),
        "link": absolute_url("me-family"),
    }


COMMON_PLACEHOLDERS: Mapping[str, StrOrPromise] = {
    "clinic": _("the clinic's name"),
    "phone": _("the clinic's phone number"),
    "link": _("the address of the page about family and carers"),
}
NAME = {"name": _("the reader's name")}
PATIENT = {"patient": _("first name and initial of the patient")}
COPY_MAIL = NotificationKind(
    name=COPY,
    priority=Priority.CHANGE,
    label=_("About an appointment, to somebody who acts for the patient"),
    subject=_("{what}: {when}"),
    body=_("Dear {name},\n\n{sentence}\n\n{appointment}\n\n{changes}"),
    placeholders={
        **COMMON_PLACEHOLDERS,
        **NAME,
        "what": _("what happened, in two words"),
        "when": _("day and time, with the time zone"),
        "sentence": _("what happened, as a sentence with the patient's first name and initial"),
        "appointment": _("time, treatment (neutral name), therapist and place, a line each"),
        "changes": _("until when it can be moved or canceled, or whom to call"),
    },
    required_placeholders=frozenset({"sentence"}),
    get_values=copy_values,
    get_sample_values=copy_sample_values,
    is_still_wanted=is_copy_wanted,
    action=(_("Sign in to see it"), "link"),
)
ASKED = NotificationKind(
    name="proxy_request",
    priority=Priority.LINK,
    label=_("Somebody asks to book for another adult"),
    subject=_("Somebody would like to book for you"),
    body=_(
        "Hello,\n\n{asker} ({address}) would like to make appointments for you at {clinic}.\n\n"
        "If that is right, sign in with the address to which this mail was sent. You choose what "
        "they may do, and can end it at any time.\n\n"
        "If you do not know them, or do not want it, you need do nothing."
    ),
    placeholders={
        **COMMON_PLACEHOLDERS,
        "asker": _("the name of the person who asks"),
        "address": _("their e-mail address"),
    },
    required_placeholders=frozenset({"address"}),
    get_values=asked_values,
    get_sample_values=family_sample_values,
    is_still_wanted=is_request_open,
    action=(_("Sign in to answer"), "link"),
)
AGREED = NotificationKind(
    name="proxy_agreed",
    label=_("Somebody can now book for another person"),
    subject=_("You can now book for somebody"),
    body=_(
        "Dear {name},\n\nYou can now act for {patient} at {clinic}. Sign in to see what you can "
        "do. The appointments stay theirs, and they can change or end it at any time."
    ),
    placeholders={**COMMON_PLACEHOLDERS, **NAME, **PATIENT},
    get_values=grant_values,
    get_sample_values=family_sample_values,
    is_still_wanted=is_grant_live,
    action=(_("See what you can do"), "link"),
)
REVIEW_AHEAD = NotificationKind(
    name="proxy_review_ahead",
    label=_("What a parent can do will be reviewed"),
    subject=_("About the people you book for"),
    body=_(
        "Dear {name},\n\nAs children grow up, they decide more for themselves. After {day} we will "
        "review what you can see and do for the people you book for. Nothing changes by itself, "
        "and we may call you about it.\n\n"
        "If you have a question, please call us at {phone}."
    ),
    placeholders={**COMMON_PLACEHOLDERS, **NAME, "day": _("the day on which the review is due")},
    get_values=grant_values,
    get_sample_values=family_sample_values,
    is_still_wanted=is_grant_live,
    action=(_("See the people you book for"), "link"),
)
KINDS = (COPY_MAIL, ASKED, AGREED, REVIEW_AHEAD)
