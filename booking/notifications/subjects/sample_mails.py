"""The messages with which the owner tries whether mail arrives, and how it looks."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.models import Notification
from booking.notifications.kinds import NotificationKind, PlaceholderValues, register_kind


def _clinic_context(_message: Notification, data: Mapping[str, Any]) -> PlaceholderValues:
    return {"clinic": str(data.get("clinic", ""))}


SETTINGS_TEST = register_kind(
    NotificationKind(
        name="mail_test",
        label=_("test of the mail settings"),
        subject=_("A test message from {clinic}"),
        body=_("This message was sent to try the mail settings of {clinic}.\n\nIt has arrived."),
        placeholders={"clinic": _("the clinic's name")},
        context=_clinic_context,
        editable=False,
    )
)
WORDING_TEST = register_kind(
    NotificationKind(
        name="text_test",
        label=_("test of a wording"),
        subject="",
        body="",
        placeholders={},
        context=_clinic_context,
        editable=False,
    )
)
"""Rendered when it is made, with made-up values: see actions.message_texts."""
