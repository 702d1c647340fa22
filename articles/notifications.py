"""The mail to editors about comments that wait for a decision. It says only how many."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.queries.comments import count_pending_comments
from booking.models import ClinicProfile, Notification
from booking.notifications.kinds import NotificationKind, register_kind
from booking.notifications.links import absolute_url
from booking.notifications.sanitizing import clean_line, greeting_name


def comments_pending_values(notification: Notification, _data: Mapping[str, Any]) -> dict[str, str]:
    """Return the placeholders, counted at the moment of sending."""
    count = count_pending_comments()
    return {
        "name": greeting_name(notification.to_name),
        "clinic": clean_line(ClinicProfile.objects.get().name),
        "count": ngettext("%(n)d comment waits", "%(n)d comments wait", count) % {"n": count},
        "link": absolute_url("admin:articles_comment_changelist"),
    }


def has_pending_comments(_notification: Notification, _now: datetime) -> bool:
    """Return whether the mail is still worth sending."""
    return count_pending_comments() > 0


COMMENTS_PENDING = register_kind(
    NotificationKind(
        name="comments_waiting",
        label=_("Comments that wait, to the editors"),
        subject=_("{count} to be read"),
        body=_("Dear {name},\n\n{count} on the website of {clinic} until somebody has read them."),
        placeholders={
            "name": _("the editor's name"),
            "clinic": _("the clinic's name"),
            "count": _("how many wait"),
            "link": _("the address of the list"),
        },
        get_values=comments_pending_values,
        is_still_wanted=has_pending_comments,
        action=(_("Read the comments"), "link"),
        is_editable=False,
    )
)
