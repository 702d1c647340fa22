"""Send a mail again: queue a new notification of the same kind, with current content.

The new key is made of the event's key and an id in the button's form, so that a double click queues
one mail.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from booking.errors import CannotSendAgain
from booking.models import Notification
from booking.notifications.kinds import NotificationParams, StrOrPromise, get_kind
from booking.notifications.outbox import build

AGAIN = ":again:"


def build_resent_notification(
    notification: Notification, *, submission_id: UUID, now: datetime
) -> Notification:
    """Return a new, unsaved notification of the same kind about the same event.

    `submission_id` is the id in the button's form; the same id gives the same key. Raises
    CannotSendAgain if this kind is never sent again, or the mail would be wrong now.
    """
    kind = get_kind(notification.kind)
    refusal = get_resend_refusal(notification)
    if kind is None or kind.get_resend_params is None or refusal:
        raise CannotSendAgain(refusal)
    return build(
        kind.name, **with_submission_id(kind.get_resend_params(notification, now), submission_id)
    )


def with_submission_id(params: NotificationParams, submission_id: UUID) -> NotificationParams:
    """Return the parameters with the id in the button's form appended to the key."""
    key = f"{event_key(params['key'])}{AGAIN}{submission_id.hex}"
    return NotificationParams(**(params | {"key": key}))


def event_key(key: str) -> str:
    """Return the part of a key that says what the mail is about."""
    return key.partition(AGAIN)[0]


def get_resend_refusal(notification: Notification) -> StrOrPromise:
    """Return why this mail cannot be sent again, or "" if its kind and status allow it.

    Needs no query. `build_resent_notification` also checks whether the content would still be true.
    """
    kind = get_kind(notification.kind)
    if kind is None:
        return _("The part of the site that wrote this mail is switched off.")
    if notification.status == Notification.Status.WAITING:
        return _("It has not been sent yet. It goes by itself.")
    return "" if kind.get_resend_params is not None else kind.resend_refusal
