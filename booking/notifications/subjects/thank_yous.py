"""What the appointment itself does not need: off until the owner wants it, and easily stopped."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from booking.lifecycle import Status
from booking.models import ClinicProfile, Message
from booking.notifications.appointment_text import appointment_of
from booking.notifications.kinds import Kind, register
from booking.notifications.links import link_to
from booking.notifications.subjects.appointments import PLACEHOLDERS, told
from booking.queries.notifications.unsubscribes import has_stopped, stop_token


def thanks_wanted(message: Message, _now: datetime) -> bool:
    """While the owner wants it, the appointment is completed, and nobody has stopped it."""
    clinic = ClinicProfile.objects.get()
    done = appointment_of(message).status == Status.COMPLETED
    return clinic.thank_you_mail and done and not has_stopped(message.to_email)


def stop_link(message: Message) -> str:
    """One press there, or none at all in a mail program that knows RFC 8058."""
    patient = appointment_of(message).patient
    return link_to("mail-stop", stop_token(patient)) if patient else ""


THANK_YOU = register(
    Kind(
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
        context=told,
        still_wanted=thanks_wanted,
        action=(_("Book again"), "book"),
        stop_link=stop_link,
    )
)
