"""Prove an e-mail address: ask for a code by mail and enter it."""

from django.db.models.functions import Lower

from booking.actions.actor import Actor
from booking.actions.locks import write_action, write_transaction
from booking.actions.rate_limit import RateLimit, count_use, count_use_by_actor
from booking.errors import RateLimitExceeded, WrongEmailCode
from booking.lifecycle import Status
from booking.models import Appointment, BookingOrigin, Notification, Patient, ProvenEmail
from booking.notifications.subjects.mailed_codes import notify_email_code
from booking.queries.patients.mailed_codes import (
    find_email_code_notification,
    is_notification_code,
    make_code_token,
)
from booking.queries.patients.proven_emails import mailbox_hash
from clinic.lib.dates import clock
from clinic.lib.http.proxies import network_of
from clinic.lib.mailboxes import mailbox_of

PROOF_LIMIT = RateLimit("proof", most=60, minutes=60)
"""High enough for thirty patients behind one network address with two codes each."""
PROOF_PER_NETWORK_LIMIT = RateLimit("proof-network", most=120, minutes=60)
PROOF_PER_EMAIL_LIMIT = RateLimit("proof-email", most=3, minutes=60)
CODE_GUESS_LIMIT = RateLimit("email-code-guess", most=5, minutes=60)
CODE_GUESS_PER_ADDRESS_LIMIT = RateLimit("email-code-guess-address", most=120)


def may_mail_proof(email: str, *, by: Actor) -> bool:
    """Count a request for a link or code; return whether it may be mailed.

    Raises RateLimitExceeded only when the network address or network asks too often. Beyond the
    limit of the e-mail address it returns False, so that the page looks the same for all addresses.
    """
    count_use_by_actor(PROOF_LIMIT, by)
    count_use(PROOF_PER_NETWORK_LIMIT, network_of(by.ip_address) if by.ip_address else "")
    try:
        count_use(PROOF_PER_EMAIL_LIMIT, mailbox_of(email))
    except RateLimitExceeded:
        return False
    return True


@write_action
def request_email_code(email: str, *, by: Actor) -> str:
    """Queue a code for an address and return the token with which it is entered.

    Raises RateLimitExceeded. Beyond the limit of the address no code is mailed.
    """
    is_mailed = may_mail_proof(email, by=by)
    with write_transaction():
        notification = notify_email_code(email)
        if not is_mailed:
            notification.status = Notification.Status.DROPPED
            notification.save(update_fields=["status"])
    return make_code_token(notification)


@write_action
def enter_email_code(token: str, code: str, *, by: Actor) -> str:
    """Check a code and return the hash of the mailbox that it proves.

    Raises WrongEmailCode for a code that is wrong or too old, and RateLimitExceeded after some
    attempts.
    """
    count_use_by_actor(CODE_GUESS_PER_ADDRESS_LIMIT, by)
    count_use(CODE_GUESS_LIMIT, token)
    notification = find_email_code_notification(token)
    if notification is None or not is_notification_code(notification, code, clock.now()):
        raise WrongEmailCode()
    with write_transaction():
        record_proven_email(notification.to_email)
    return mailbox_hash(notification.to_email)


def record_proven_email(email: str) -> None:
    """Record that an address is proven, and mark its upcoming bookings as proven.

    Call it in a transaction.
    """
    now = clock.now()
    ProvenEmail.objects.update_or_create(mailbox=mailbox_hash(email), defaults={"proven_at": now})
    patients = Patient.objects.alias(small=Lower("email")).filter(small=email.strip().lower())
    upcoming = Appointment.objects.filter(
        patient__in=patients, status=Status.BOOKED, starts_at__gt=now
    )
    unproven = BookingOrigin.objects.filter(appointment__in=upcoming, is_proven=False)
    unproven.update(is_proven=True)
