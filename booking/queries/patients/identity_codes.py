"""E-mailed codes with which a signed-in person authenticates again."""

from datetime import datetime, timedelta
from uuid import UUID

from booking.models import Notification, User
from booking.queries.patients.mailed_codes import is_mailed_code, mailed_code

NOTIFICATION_KIND, PURPOSE = "identity_code", "identity-code"
CODE_VALID_FOR = timedelta(minutes=15)


def identity_code(notification: Notification) -> str:
    """Return the code of a notification, which is stored nowhere."""
    return mailed_code(PURPOSE, notification.public_id)


def is_identity_code(user: User, mail: UUID, code: str, now: datetime) -> bool:
    """Return whether this is the code of a mail to the user's address, and still valid."""
    notifications = Notification.objects.filter(public_id=mail, kind=NOTIFICATION_KIND)
    notification = notifications.filter(to_email=user.email).first()
    if notification is None or now >= notification.created_at + CODE_VALID_FOR:
        return False
    return is_mailed_code(PURPOSE, notification.public_id, code)
