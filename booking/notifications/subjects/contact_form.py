"""The mail to the clinic with a question from the contact form."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.errors import CannotSendAgain
from booking.models import ClinicProfile, Notification
from booking.notifications.kinds import NotificationKind, NotificationParams, PlaceholderValues
from booking.notifications.outbox import enqueue
from booking.notifications.sample_values import SAMPLE_EMAIL
from booking.notifications.sanitizing import clean_line, clean_text, greeting_name


def notify_contact_form(
    clinic: ClinicProfile, *, name: str, email: str, message: str
) -> Notification:
    """Send what somebody wrote in the contact form to the clinic; a reply goes to `email`."""
    return enqueue(
        "contact",
        key=f"contact:{uuid4()}",
        to=clinic.email,
        to_name=clinic.name,
        data={"name": name, "reply_to": email, "message": message},
    )


def contact_form_values(_notification: Notification, data: Mapping[str, Any]) -> dict[str, str]:
    """Return what the sender typed."""
    return {
        "name": greeting_name(str(data.get("name", ""))),
        "email": clean_line(str(data.get("reply_to", ""))),
        "message": clean_text(str(data.get("message", ""))),
    }


def contact_form_sample_values(_clinic: ClinicProfile) -> PlaceholderValues:
    """Return a sample sender and question."""
    return {"email": SAMPLE_EMAIL, "message": gettext("May I bring my own music?")}


def contact_form_resend_params(notification: Notification, _now: datetime) -> NotificationParams:
    """Return the parameters to send a question again.

    Raises CannotSendAgain if its text has been deleted.
    """
    if not notification.data:
        raise CannotSendAgain(_("Its text was deleted when it was sent."))
    clinic = ClinicProfile.objects.get()
    data = json.loads(notification.data)
    return {"key": notification.key, "to": clinic.email, "to_name": clinic.name, "data": data}


CONTACT_FORM = NotificationKind(
    name="contact",
    label=_("A question from the website, to the clinic"),
    subject=_("A question from {name}"),
    body=_(
        "{name} has written through the form on the website. Your reply goes to {email}.\n\n"
        "{message}"
    ),
    placeholders={
        "name": _("the sender's name"),
        "email": _("the sender's address"),
        "message": _("what was written"),
    },
    get_values=contact_form_values,
    get_sample_values=contact_form_sample_values,
    required_placeholders=frozenset({"message"}),
    has_sign_off=False,
    get_resend_params=contact_form_resend_params,
)
