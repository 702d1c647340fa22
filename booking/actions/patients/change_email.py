"""Change the e-mail address that a patient signs in with, and undo such a change.

The old address is proven by the sign-in, the new one by a code that is mailed to it. The old one
gets a mail with a link that restores it for UNDO_PERIOD. That link also signs everybody out, and
removes passkeys, calendar addresses and grants that were added since. If the new address has an
account, its owner gets a mail that says so, and the page gives the same answer as for any other
address.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from booking.access import proxies
from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.end_links import end_old_links, is_other_mailbox
from booking.actions.patients.end_sessions import end_all_sessions, end_other_sessions
from booking.actions.patients.proof_of_email import may_mail_proof, record_proven_email
from booking.actions.rate_limit import RateLimit, count_use
from booking.actions.staff.calendar_feeds import revoke_feeds
from booking.constraints import translate_violations
from booking.errors import EmailChangeEnded, OldAddressInUse, SameEmailAddress, WrongEmailCode
from booking.models import EmailChange, Patient, User
from booking.models.email_changes import UNDO_PERIOD
from booking.notifications.subjects.email_changes import notify_change_code, notify_email_changed
from booking.queries.patients.email_changes import (
    find_by_undo_token,
    is_change_code,
    pending_change,
)
from booking.queries.patients.unused_accounts import find_unused_account
from clinic.lib.dates import clock

CHANGE_LIMIT = RateLimit("email-change", most=10, minutes=60)
"""Limits one account, since each request mails a code to an address that may be a stranger's."""
GUESS_LIMIT = RateLimit("email-change-guess", most=5, minutes=60)
ADDRESS_TAKEN = ("user_email_once", "UNIQUE constraint failed: booking_user.email")
"""Parts of the database's message (PostgreSQL, SQLite) if another account has got the address."""


@write_action
def request_email_change(user: User, new_email: str, *, by: Actor) -> EmailChange:
    """Mail a code to the new address, and return the change that waits for it.

    An earlier change that waits is replaced. Raises SameEmailAddress, or RateLimitExceeded when the
    account or the network address asks too often. Beyond the limit of the new address nothing is
    mailed, without a message.
    """
    email = new_email.strip().lower()
    if email == user.email:
        raise SameEmailAddress()
    count_use(CHANGE_LIMIT, f"user {user.pk}")
    is_mailed = may_mail_proof(email, by=by)
    with write_transaction():
        change = EmailChange.objects.create(
            user=user, old_email=user.email, new_email=email, requested_at=clock.now()
        )
        if is_mailed:
            notify_change_code(change, is_taken=_is_taken(email, user))
        record_audit(Action.SENT, _email_object(user, patient_of(user)), by=by)
    return change


@write_action
def complete_email_change(
    user: User, code: str, *, by: Actor, end_others_but: str | None = None
) -> EmailChange:
    """Change the address of the account and of the patient's record. Return the change.

    Waiting mails go to the new address, and the links in mails to the old one end. All other
    devices are signed out if `end_others_but` is given: the row key of the session that stays.
    Raises WrongEmailCode, also if the address belongs to another account, and RateLimitExceeded.
    """
    count_use(GUESS_LIMIT, f"user {user.pk}")
    with translate_violations(dict.fromkeys(ADDRESS_TAKEN, WrongEmailCode)), write_transaction():
        row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        change = pending_change(row, clock.now())
        if (
            change is None
            or not is_change_code(change, code)
            or change.old_email != row.email
            or _is_taken(change.new_email, row)
        ):
            raise WrongEmailCode()
        change.completed_at = clock.now()
        change.save(update_fields=["completed_at"])
        _set_address(row, change.new_email, by=by)
        record_proven_email(change.new_email)
        if end_others_but is not None:
            end_other_sessions(row, keep=end_others_but, by=by)
        notify_email_changed(change)
    user.email = row.email
    return change


@write_action
def undo_email_change(token: str, *, by: Actor) -> User:
    """Restore the old address, sign the account out everywhere, and return the user.

    Later changes are undone as well. Raises EmailChangeEnded or OldAddressInUse.
    """
    change = find_by_undo_token(token)
    if change is None:
        raise EmailChangeEnded()
    with translate_violations(dict.fromkeys(ADDRESS_TAKEN, OldAddressInUse)), write_transaction():
        user = User.objects.select_for_update(no_key=True).get(pk=change.user_id)
        change, now = EmailChange.objects.get(pk=change.pk), clock.now()
        if not change.can_be_undone(now):
            raise EmailChangeEnded()
        if _is_taken(change.old_email, user):
            raise OldAddressInUse()
        later = EmailChange.objects.filter(user=user, requested_at__gte=change.requested_at)
        later.filter(completed_at__isnull=False, undone_at=None).update(undone_at=now)
        later.filter(completed_at=None).delete()
        _set_address(user, change.old_email, by=by)
        Authenticator.objects.filter(user=user, created_at__gte=change.requested_at).delete()
        end_all_sessions(user, by=by)
        proxies.end_agreed_since(user, change.requested_at)
        patient = patient_of(user)
        if patient is not None:
            revoke_feeds(patient)
    return user


def delete_old_email_changes(now: datetime) -> int:
    """Delete changes that can be neither completed nor undone any more. Return how many."""
    old = EmailChange.objects.filter(requested_at__lt=now - 2 * UNDO_PERIOD)
    return old.delete()[0]


def patient_of(user: User) -> Patient | None:
    """Return the patient's record of an account, or None. One query."""
    return Patient.objects.filter(user=user).first()


def _is_taken(email: str, user: User) -> bool:
    """Return whether another account that is in use has this address."""
    others = User.objects.filter(email=email).exclude(pk=user.pk)
    return others.exists() and find_unused_account(email) is None


def _set_address(user: User, email: str, *, by: Actor) -> None:
    """Give the account and its patient this address; an unused account that has it loses it."""
    unused = find_unused_account(email)
    if unused is not None and unused.pk != user.pk:
        _release_address(unused, by=by)
    EmailAddress.objects.filter(user=user).delete()
    user.email = email
    user.save(update_fields=["email"])
    rows = Patient.objects.select_for_update(of=("self",), no_key=True)
    patient = rows.filter(user=user).first()
    if patient is not None:
        old_email, patient.undeliverable_since = patient.email, None
        patient.set_email(email, is_own=True)
        patient.save()
        if is_other_mailbox(old_email, email):
            end_old_links(patient.appointments.all())
    record_audit(Action.CHANGED, _email_object(user, patient), by=by)


def _release_address(unused: User, *, by: Actor) -> None:
    end_all_sessions(unused, by=by)
    EmailAddress.objects.filter(user=unused).delete()
    unused.email, unused.is_active = f"replaced-{unused.pk}@invalid.example", False
    unused.save(update_fields=["email", "is_active"])


def _email_object(user: User, patient: Patient | None) -> AuditObject:
    return AuditObject(
        ObjectType.EMAIL_ADDRESS,
        patient.public_id if patient else None,
        patient.pk if patient else None,
        user.email,
        affected_user=user,
    )
