"""Ask a guest to verify an e-mail address, when more guests book than usual."""

from booking.actions.actor import Actor
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.locks import write_action, write_transaction
from booking.actions.rate_limit import RateLimit, hit, hit_for_actor
from booking.errors import HoldExpired
from booking.models import Appointment
from booking.notifications.subjects.email_verification import notify_email_verification
from booking.queries.patients.email_verification import LINK_VALID_FOR
from clinic.lib.dates import clock

EMAIL_VERIFICATION_LIMIT = RateLimit("proof", most=10, minutes=60)
VERIFICATION_PER_EMAIL_LIMIT = RateLimit("proof-email", most=3, minutes=60)


@write_action
def request_email_verification(hold: Appointment, email: str, *, by: Actor) -> None:
    """Queue a mail with a link that is valid for an hour.

    Raises HoldExpired, or RateLimitExceeded beyond the rate limits.
    """
    hit_for_actor(EMAIL_VERIFICATION_LIMIT, by)
    hit(VERIFICATION_PER_EMAIL_LIMIT, email)
    now = clock.now()
    with write_transaction():
        row = lock_appointment(hold)
        if not row.is_active_hold(now):
            raise HoldExpired()
        notify_email_verification(row, email, give_up_at=now + LINK_VALID_FOR)
