"""What the appointment itself does not need: off until the owner wants it, and easily stopped."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from booking.lifecycle import Status
from booking.models import ClinicProfile, Notification
from booking.notifications.appointment_text import get_appointment
from booking.notifications.kinds import NotificationKind, register_kind
from booking.notifications.links import absolute_url
from booking.notifications.subjects.appointments import PLACEHOLDERS, appointment_context
from booking.queries.notifications.unsubscribes import is_unsubscribed, make_unsubscribe_token


def is_thank_you_wanted(message: Notification, _now: datetime) -> bool:
    """While the owner wants it, the appointment is completed, and nobody has stopped it."""
    clinic = ClinicProfile.objects.get()
    done = get_appointment(message).status == Status.COMPLETED
    return clinic.thank_you_mail and done and not is_unsubscribed(message.to_email)


def unsubscribe_link(message: Notification) -> str:
    """One press there, or none at all in a mail program that knows RFC 8058."""
    patient = get_appointment(message).patient
    return absolute_url("unsubscribe", make_unsubscribe_token(patient)) if patient else ""


THANK_YOU = register_kind(
    NotificationKind(
        name="thank_you",
        label=_("Thank you, the day after"),
        subject=_("Thank you for coming"),
        body=_(
            "Dear {patient},\n\nThank you for coming to us. We hope you feel well.\n\n"
            "If you would like to come again, you can book online at any time, or call us on "
            "{phone}."
        ),
        placeholders={
            name: PLACEHOLDERS[name] for name in ("patient", "clinic", "phone", "when", "book")
        },
        context=appointment_context,
        is_still_wanted=is_thank_you_wanted,
        action=(_("Book again"), "book"),
        unsubscribe_link=unsubscribe_link,
    )
)
