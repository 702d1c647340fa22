"""Somebody has lost the links to their appointments."""

from datetime import timedelta
from uuid import uuid4

from booking.actions.actor import Actor
from booking.actions.locks import one_at_a_time
from booking.actions.rate_limit import Rule, spend, spend_by
from booking.errors import TooMany
from booking.notifications import enqueue
from booking.notifications.outbox import URGENT
from clinic.lib.dates import clock

LOST_LINKS = Rule("lost-link", most=10, minutes=60)
LOST_LINKS_OF_EMAIL = Rule("lost-link-email", most=3, minutes=60)
OF_USE_FOR = timedelta(hours=12)


def resend_links(email: str, *, by: Actor) -> None:
    """Queue a mail with the links of the appointments to come under this address.

    Whether there are any is looked up when the mail is due, not now: so answer and time taken
    are the same for an address that we know and one that we do not. Raises TooMany for the
    asking network address only: a limit on the mail address is kept in silence.
    """
    spend_by(LOST_LINKS, by)
    try:
        spend(LOST_LINKS_OF_EMAIL, email)
    except TooMany:
        return
    with one_at_a_time():
        enqueue(
            "lost_link",
            key=f"lost_link:{uuid4()}",
            to=email.strip().lower(),
            give_up_at=clock.now() + OF_USE_FOR,
            priority=URGENT,
        )
