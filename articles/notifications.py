"""What editors are told by mail: how many comments wait, and nothing of what they say."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.queries.comments import how_many_wait
from booking.models import ClinicProfile, Message
from booking.notifications.kinds import Kind, register
from booking.notifications.links import link_to
from booking.notifications.sanitizing import one_line, spoken_name


def waiting(message: Message, _data: Mapping[str, Any]) -> dict[str, str]:
    """The values, read when it is sent."""
    number = how_many_wait()
    return {
        "name": spoken_name(message.to_name),
        "clinic": one_line(ClinicProfile.objects.get().name),
        "count": ngettext("%(n)d comment waits", "%(n)d comments wait", number) % {"n": number},
        "link": link_to("admin:articles_comment_changelist"),
    }


def something_waits(_message: Message, _now: datetime) -> bool:
    return how_many_wait() > 0


COMMENTS_WAITING = register(
    Kind(
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
        context=waiting,
        still_wanted=something_waits,
        action=(_("Read the comments"), "link"),
        editable=False,
    )
)
