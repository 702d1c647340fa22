"""Somebody has lost the links to their appointments."""

from datetime import timedelta
from uuid import uuid4

from booking.actions.actor import Actor
from booking.actions.locks import write_transaction
from booking.actions.rate_limit import RateLimit, hit, hit_for_actor
from booking.errors import RateLimitExceeded
from booking.notifications import enqueue
from booking.notifications.outbox import PRIORITY_URGENT
from clinic.lib.dates import clock

LOST_LINK_LIMIT = RateLimit("lost-link", most=10, minutes=60)
LOST_LINK_PER_EMAIL_LIMIT = RateLimit("lost-link-email", most=3, minutes=60)
LINK_MAIL_VALID_FOR = timedelta(hours=12)


def resend_links(email: str, *, by: Actor) -> None:
    """Queue a mail with the links of the appointments to come under this address.

    Whether there are any is looked up when the mail is due, not now: so answer and time taken
    are the same for an address that we know and one that we do not. Raises RateLimitExceeded for
    the
    asking network address only: a limit on the mail address is kept in silence.
    """
    hit_for_actor(LOST_LINK_LIMIT, by)
    try:
        hit(LOST_LINK_PER_EMAIL_LIMIT, email)
    except RateLimitExceeded:
        return
    with write_transaction():
        enqueue(
            "lost_link",
            key=f"lost_link:{uuid4()}",
            to=email.strip().lower(),
            give_up_at=clock.now() + LINK_MAIL_VALID_FOR,
            priority=PRIORITY_URGENT,
        )
