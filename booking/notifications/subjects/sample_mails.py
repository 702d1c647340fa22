"""The messages with which the owner tries whether mail arrives, and how it looks."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.models import Message
from booking.notifications.kinds import Context, Kind, register


def _context(_message: Message, data: Mapping[str, Any]) -> Context:
    return {"clinic": str(data.get("clinic", ""))}


MAIL_TEST = register(
    Kind(
        name="mail_test",
        label=_("test of the mail settings"),
        subject=_("A test message from {clinic}"),
        body=_("This message was sent to try the mail settings of {clinic}.\n\nIt has arrived."),
        placeholders={"clinic": _("the clinic's name")},
        context=_context,
        editable=False,
    )
)
TEXT_TEST = register(
    Kind(
        name="text_test",
        label=_("test of a wording"),
        subject="",
        body="",
        placeholders={},
        context=_context,
        editable=False,
    )
)
"""Rendered when it is made, with made-up values: see actions.message_texts."""
