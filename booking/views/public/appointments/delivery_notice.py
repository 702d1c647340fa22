"""What the appointment's own page says about the mail that tells of it."""

from typing import TypedDict

from django.conf import settings
from django.utils.translation import gettext as _

from booking.models import Appointment, Notification
from booking.notifications.sanitizing import mask_email
from booking.queries.notifications.last_notification import last_notification

Status = Notification.Status


class DeliveryNotice(TypedDict):
    """A sentence, and whether somebody must do something about it."""

    sentence: str
    has_failed: bool


def delivery_notice(appointment: Appointment) -> DeliveryNotice | None:
    """Whether the mail has gone; nothing where there is none, or nobody to send it."""
    message = last_notification(appointment)
    if message is None:
        return None
    sentence = _sentence(message.status)
    if not sentence:
        return None
    failed = message.status == Status.FAILED
    return {"sentence": sentence % {"email": mask_email(message.to_email)}, "has_failed": failed}


def _sentence(status: str) -> str:
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
