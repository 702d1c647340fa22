"""Ask a signed-in person to authenticate again before an important action."""

from uuid import UUID

from booking.actions.actor import Actor
from booking.actions.locks import write_action, write_transaction
from booking.actions.rate_limit import RateLimit, count_use
from booking.errors import WrongEmailCode
from booking.models import User
from booking.notifications.subjects.mailed_codes import notify_identity_code
from booking.queries.patients.mailed_codes import (
    find_identity_code_notification,
    is_notification_code,
)
from clinic.lib.dates import clock

IDENTITY_CODE_LIMIT = RateLimit("identity-code", most=5, minutes=60)
IDENTITY_GUESS_LIMIT = RateLimit("identity-guess", most=10, minutes=60)


@write_action
def request_identity_code(user: User) -> UUID:
    """Mail a code to the user and return the mail's public id, for `enter_identity_code`.

    Raises RateLimitExceeded.
    """
    count_use(IDENTITY_CODE_LIMIT, f"user {user.pk}")
    with write_transaction():
        return notify_identity_code(user).public_id


def enter_identity_code(user: User, mail: UUID, code: str, *, by: Actor) -> None:
    """Check the code of a mail. Raises WrongEmailCode or RateLimitExceeded."""
    count_use(IDENTITY_GUESS_LIMIT, f"user {user.pk} {by.actor_type}")
    notification = find_identity_code_notification(user, mail)
    if notification is None or not is_notification_code(notification, code, clock.now()):
        raise WrongEmailCode()
