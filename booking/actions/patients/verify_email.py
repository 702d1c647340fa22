"""Ask a guest to verify an e-mail address, when more guests book than usual."""

from booking.actions.actor import Actor
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.proof_of_email import may_mail_proof
from booking.errors import HoldExpired
from booking.models import Appointment
from booking.notifications.subjects.email_verification import notify_email_verification
from booking.queries.patients.email_verification import LINK_VALID_FOR
from clinic.lib.dates import clock


@write_action
def request_email_verification(hold: Appointment, email: str, *, by: Actor) -> None:
    """Queue a mail with a link that is valid for an hour.

    Raises HoldExpired, or RateLimitExceeded when the network address asks too often. Beyond the
    limit of the e-mail address no link is mailed, without a message.
    """
    is_mailed, now = may_mail_proof(email, by=by), clock.now()
    with write_transaction():
        row = lock_appointment(hold)
        if not row.is_active_hold(now):
            raise HoldExpired()
        if is_mailed:
            notify_email_verification(row, email, give_up_at=now + LINK_VALID_FOR)
