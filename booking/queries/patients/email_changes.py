"""The code and the link of a change of an e-mail address. Both are stored nowhere.

See booking.queries.patients.mailed_codes.
"""

from datetime import datetime

from booking.models import EmailChange, User
from booking.queries.patients.mailed_codes import is_mailed_code, mailed_code
from clinic.lib.crypto import signed_links

CODE_PURPOSE, UNDO_PURPOSE, UNDO_VERSION = "email-change", "email-change-undo", 1


def change_code(change: EmailChange) -> str:
    """Return the code that completes a change."""
    return mailed_code(CODE_PURPOSE, change.public_id)


def is_change_code(change: EmailChange, code: str) -> bool:
    """Return whether this is the code of a change."""
    return is_mailed_code(CODE_PURPOSE, change.public_id, code)


def undo_token(change: EmailChange) -> str:
    """Return the token of the link that restores the old address."""
    return signed_links.make_token(UNDO_PURPOSE, change.public_id, UNDO_VERSION)


def find_by_undo_token(token: str) -> EmailChange | None:
    """Return the completed change of a valid token, or None."""
    row = signed_links.verified_row_id(token, UNDO_PURPOSE, UNDO_VERSION)
    if row is None:
        return None
    changes = EmailChange.objects.select_related("user")
    return changes.filter(public_id=row, completed_at__isnull=False).first()


def pending_change(user: User, now: datetime) -> EmailChange | None:
    """Return the user's latest change if its code can still be entered, else None."""
    last = EmailChange.objects.filter(user=user).first()
    return last if last is not None and last.awaits_code(now) else None
