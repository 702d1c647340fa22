"""Mailing lost appointment links again."""

from datetime import timedelta

from booking.actions.actor import Actor
from booking.actions.locks import write_action, write_transaction
from booking.actions.rate_limit import RateLimit, count_use, count_use_by_actor
from booking.errors import RateLimitExceeded
from booking.notifications.subjects.lost_links import notify_lost_links
from clinic.lib.dates import clock

LOST_LINK_LIMIT = RateLimit("lost-link", most=10, minutes=60)
LOST_LINK_PER_EMAIL_LIMIT = RateLimit("lost-link-email", most=3, minutes=60)
LINK_MAIL_VALID_FOR = timedelta(hours=12)


@write_action
def resend_links(email: str, *, by: Actor) -> None:
    """Queue a mail with the links of the upcoming appointments under this address.

    Whether there are any is looked up when the mail is due, not now, so that the answer and the
    time it takes do not tell whether an address is known. Raises RateLimitExceeded only when the
    actor's network address asks too often; a limit on the mail address is applied silently.
    """
    count_use_by_actor(LOST_LINK_LIMIT, by)
    try:
        count_use(LOST_LINK_PER_EMAIL_LIMIT, email)
    except RateLimitExceeded:
        return
    with write_transaction():
        notify_lost_links(email, give_up_at=clock.now() + LINK_MAIL_VALID_FOR)
