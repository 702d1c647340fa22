"""Mails about accounts, put into the outbox."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from booking.notifications import enqueue
from booking.notifications.kinds import NotificationKind
from booking.notifications.outbox import PRIORITY_URGENT
from booking.notifications.subjects import accounts
from clinic.lib.dates import clock

SIGN_IN_CODE_VALID_MINUTES = 15
ACCOUNT_CHANGES = {
    "mfa/email/totp_activated": _("an authenticator app was added."),
    "mfa/email/totp_deactivated": _("the authenticator app was removed."),
    "mfa/email/webauthn_added": _("a passkey was added."),
    "mfa/email/webauthn_removed": _("a passkey was removed."),
    "mfa/email/recovery_codes_generated": _("new recovery codes were made."),
    "account/email/password_changed": _("the password was changed."),
    "account/email/password_set": _("a password was set."),
}


def notify_sign_in_code(email: str, code: str) -> None:
    """The code to sign in; of no use to anybody after 15 minutes."""
    _enqueue(accounts.SIGN_IN_CODE, email, minutes=SIGN_IN_CODE_VALID_MINUTES, code=code)


def notify_staff_sign_in(email: str) -> None:
    """To a member of staff for whom a code was asked."""
    _enqueue(accounts.STAFF_CODE_REFUSED, email, minutes=SIGN_IN_CODE_VALID_MINUTES)


def notify_account_changed(email: str, template: str) -> None:
    """That something about signing in has changed."""
    if template in ACCOUNT_CHANGES:
        _enqueue(
            accounts.ACCOUNT_CHANGED, email, minutes=None, change=str(ACCOUNT_CHANGES[template])
        )


def notify_invitation(email: str, name: str, link: str) -> None:
    """The link of an invitation, in the transaction of the caller."""
    _enqueue(accounts.STAFF_INVITATION, email, name=name, minutes=None, link=link)


def _enqueue(
    kind: NotificationKind, email: str, *, minutes: int | None, name: str = "", **data: Any
) -> None:
    give_up = clock.now() + timedelta(minutes=minutes) if minutes else None
    with transaction.atomic():
        enqueue(
            kind.name,
            key=f"{kind.name}:{uuid4().hex}",
            to=email,
            to_name=name,
            data=data,
            give_up_at=give_up,
            priority=PRIORITY_URGENT,
        )
