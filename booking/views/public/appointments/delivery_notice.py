"""The notice on an appointment's page about its confirmation mail."""

from typing import TypedDict

from django.conf import settings
from django.utils.translation import gettext as _

from booking.models import Appointment, Notification
from booking.notifications.sanitizing import mask_email
from booking.queries.notifications.last_notification import last_notification

Status = Notification.Status


class DeliveryNotice(TypedDict):
    """A sentence about a mail, and whether it could not be delivered."""

    message: str
    has_failed: bool


def delivery_notice(appointment: Appointment) -> DeliveryNotice | None:
    """Return the notice about the last mail, or None if there is none or none is sent."""
    notification = last_notification(appointment)
    if notification is None:
        return None
    message = _message_for(notification.status)
    if not message:
        return None
    email = mask_email(notification.recipient_email)
    failed = notification.status == Status.FAILED
    return {"message": message % {"email": email}, "has_failed": failed}


def _message_for(status: str) -> str:
    if status == Status.FAILED:
        return _("Our mail to %(email)s did not arrive. Please keep the link below, or call us.")
    if status == Status.SENT:
        return _("We have sent all this to %(email)s, with the link to this page.")
    if status == Status.WAITING and settings.EMAIL_URL:
        return _("A mail with all this and the link to this page is on its way to %(email)s.")
    if status in (Status.WAITING, Status.KEPT) and settings.DEMO:
        return _(
            "In this demo no mail leaves. The one to %(email)s can be read at the desk, under Mail."
        )
    return ""
