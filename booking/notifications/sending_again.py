"""Queue a mail a second time: a fresh one of the same kind, with the content of today.

The key of the new notification is that of what it is about, and the press of a button: pressing
twice queues one.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from booking.errors import CannotSendAgain
from booking.models import Notification
from booking.notifications.kinds import NotificationParams, StrOrPromise, get_kind
from booking.notifications.outbox import build

AGAIN = ":again:"


def build_again(notification: Notification, *, press: UUID, now: datetime) -> Notification:
    """Return an unsaved notification like this one. Raises CannotSendAgain."""
    kind = get_kind(notification.kind)
    refusal = why_not_again(notification)
    if kind is None or kind.params_again is None or refusal:
        raise CannotSendAgain(refusal)
    return build(kind.name, **with_press(kind.params_again(notification, now), press))


def with_press(params: NotificationParams, press: UUID) -> NotificationParams:
    """Return the arguments with the press of a button in the key."""
    key = f"{event_key(params['key'])}{AGAIN}{press.hex}"
    return NotificationParams(**(params | {"key": key}))


def event_key(key: str) -> str:
    """Return the part of a key that says what the mail is about."""
    return key.partition(AGAIN)[0]


def why_not_again(notification: Notification) -> StrOrPromise:
    """Return why a mail of this kind, or one that waits, is not sent again; blank if it may be.

    Needs no query. Whether it still makes sense is found out by `build_again`.
    """
    kind = get_kind(notification.kind)
    if kind is None:
        return _("The part of the site that wrote this mail is switched off.")
    if notification.status == Notification.Status.WAITING:
        return _("It has not been sent yet. It goes by itself.")
    return "" if kind.params_again is not None else kind.why_only_once
