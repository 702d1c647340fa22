"""Mails to the owner: a test of the mail settings, and a sample of a kind's words."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from booking.models import ClinicProfile, Notification, Priority
from booking.notifications.kinds import (
    NotificationKind,
    PlaceholderValues,
    RenderedMail,
)
from booking.notifications.mail_format import mail_to_json
from booking.notifications.outbox import enqueue

SAMPLE_VALID_FOR = timedelta(days=1)


def notify_settings_test(to: str) -> Notification:
    """Queue a mail that tests the mail settings, in the caller's transaction."""
    clinic = ClinicProfile.current()
    return enqueue(
        SETTINGS_TEST.name,
        key=f"mail_test:{uuid4()}",
        to=to,
        data={"clinic": clinic.name if clinic else ""},
    )


def notify_wording_sample(mail: RenderedMail, *, to: str) -> Notification:
    """Queue a mail that is rendered already, in the caller's transaction."""
    notification = enqueue(WORDING_SAMPLE.name, key=f"text_test:{uuid4()}", to=to)
    notification.rendered = mail_to_json(mail)
    notification.save(update_fields=["rendered"])
    return notification


def _clinic_values(_notification: Notification, data: Mapping[str, Any]) -> PlaceholderValues:
    return {"clinic": str(data.get("clinic", ""))}


SETTINGS_TEST = NotificationKind(
    name="mail_test",
    priority=Priority.LINK,
    give_up_after=SAMPLE_VALID_FOR,
    label=_("test of the mail settings"),
    subject=_("A test message from {clinic}"),
    body=_("This message was sent to try the mail settings of {clinic}.\n\nIt has arrived."),
    placeholders={"clinic": _("the clinic's name")},
    get_values=_clinic_values,
    is_editable=False,
)
WORDING_SAMPLE = NotificationKind(
    name="text_test",
    priority=Priority.LINK,
    give_up_after=SAMPLE_VALID_FOR,
    label=_("test of a wording"),
    subject="",
    body="",
    placeholders={},
    get_values=_clinic_values,
    is_editable=False,
)
"""Has no words of its own: it is rendered with sample values when it is queued."""
