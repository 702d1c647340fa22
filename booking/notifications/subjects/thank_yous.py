"""The thank-you mail on the day after an appointment.

The appointment does not need it, so it is off until the owner turns it on, and every mail carries
a link that stops such mails.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from booking.errors import CannotSendAgain, NoEmailAddress
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Notification, Priority
from booking.notifications.appointment_values import (
    APPOINTMENT_PLACEHOLDERS,
    appointment_values,
    get_appointment,
)
from booking.notifications.kinds import NotificationKind, NotificationParams
from booking.notifications.links import absolute_url
from booking.notifications.outbox import enqueue
from booking.queries.notifications.unsubscribes import (
    has_stopped_optional_mail,
    make_unsubscribe_token,
)


def notify_thank_you(appointment: Appointment, *, due_at: datetime, give_up_at: datetime) -> bool:
    """Queue the thank-you mail of an appointment.

    Returns False if the patient has no address or has unsubscribed.
    """
    patient = appointment.patient
    if patient is None or not patient.email or has_stopped_optional_mail(patient.email):
        return False
    enqueue(
        "thank_you",
        key=thank_you_key(appointment),
        to_patient=True,
        appointment=appointment,
        due_at=due_at,
        give_up_at=give_up_at,
    )
    return True


def thank_you_key(appointment: Appointment) -> str:
    """Return the notification's key: one for each appointment."""
    return f"thank_you:{appointment.public_id}"


def is_thank_you_wanted(notification: Notification, _now: datetime) -> bool:
    """Return whether the owner still wants it, the appointment is completed, and the patient has
    not unsubscribed."""
    clinic = ClinicProfile.objects.get()
    appointment = get_appointment(notification)
    return (
        clinic.thank_you_mail
        and appointment.status == Status.COMPLETED
        and appointment.patient is not None
        and not has_stopped_optional_mail(appointment.patient.email)
    )


def thank_you_resend_params(notification: Notification, now: datetime) -> NotificationParams:
    """Return the parameters to send a thank-you mail again.

    Raises CannotSendAgain or NoEmailAddress.
    """
    patient = get_appointment(notification).patient
    if patient is None or not patient.email:
        raise NoEmailAddress()
    if not is_thank_you_wanted(notification, now):
        raise CannotSendAgain(_("They do not want such mails, or the clinic sends none."))
    return {
        "key": thank_you_key(get_appointment(notification)),
        "to_patient": True,
        "appointment": notification.appointment,
    }


def unsubscribe_link(notification: Notification) -> str:
    """Return the link that stops such mails, also with one click (RFC 8058)."""
    patient = get_appointment(notification).patient
    return absolute_url("unsubscribe", make_unsubscribe_token(patient)) if patient else ""


THANK_YOU = NotificationKind(
    name="thank_you",
    priority=Priority.THANK_YOU,
    label=_("Thank you, the day after"),
    subject=_("Thank you for coming"),
    body=_(
        "Dear {patient},\n\nThank you for coming to us. We hope you feel well.\n\n"
        "If you would like to come again, you can book online at any time, or call us at "
        "{phone}."
    ),
    placeholders={
        name: APPOINTMENT_PLACEHOLDERS[name]
        for name in ("patient", "clinic", "phone", "when", "book")
    },
    get_values=appointment_values,
    is_still_wanted=is_thank_you_wanted,
    get_resend_params=thank_you_resend_params,
    action=(_("Book again"), "book"),
    get_unsubscribe_link=unsubscribe_link,
)
