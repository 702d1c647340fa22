"""A patient invites somebody to act for them; the invited person accepts or declines."""

import secrets
from datetime import datetime, time, timedelta
from uuid import UUID

from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.actions.rate_limit import RateLimit, count_use
from booking.actions.staff.invitations import hash_token
from booking.errors import NotAllowed
from booking.features.proxies.actions.grants import (
    GrantTerms,
    is_patient_side,
    lock_patient,
    make_grant,
    require_own_account,
)
from booking.features.proxies.actions.people import MAX_PEOPLE, may_mail
from booking.features.proxies.errors import (
    AlreadyActs,
    CannotActForOneself,
    EndsInThePast,
    InvitationNotOpen,
    NothingGranted,
    TooManyPeople,
)
from booking.features.proxies.models import (
    INVITATION_OPEN_FOR,
    Basis,
    Proxy,
    ProxyInvitation,
    ProxyRequest,
    permission_columns,
)
from booking.features.proxies.notifications.invitations import notify_accepted, notify_invited
from booking.features.proxies.queries import grants_over, live_grants, today
from booking.features.proxies.queries.invitations import invitations_of, open_invitations
from booking.models import ClinicProfile, Patient, User
from clinic.lib.dates import clock

INVITATION_LIMIT = RateLimit("proxy-invitation", most=10, minutes=24 * 60)
Answer = ProxyRequest.Answer


@write_action
def invite(email: str, patient: Patient, terms: GrantTerms, *, by: Actor) -> ProxyInvitation:
    """Invite somebody by e-mail to act for the patient who is signed in. Return the invitation.

    Another invitation to the same address, while one is open, changes its terms and mails nothing.
    The result is the same for known and unknown addresses, and for those that are mailed no more.
    Raises NotAllowed, CannotActForOneself, NothingGranted, EndsInThePast, TooManyPeople or
    RateLimitExceeded.
    """
    user, address = require_own_account(by), email.strip().lower()
    _require_terms(address, user, terms)
    if not is_patient_side(patient, by):
        raise NotAllowed()
    count_use(INVITATION_LIMIT, str(user.pk))
    with write_transaction():
        row = lock_patient(patient)
        open_rows = invitations_of(row, clock.now())
        known = next((other for other in open_rows if other.email == address), None)
        if known is not None:
            return _change_terms(known, terms)
        if len(grants_over(row)) + len(open_rows) >= MAX_PEOPLE:
            raise TooManyPeople()
        token = secrets.token_urlsafe(36)  # 48 characters, which the logs hide
        invitation = ProxyInvitation.objects.create(
            patient=row,
            invited_by=user,
            email=address,
            ends_on=terms.ends_on,
            token_hash=hash_token(token),
            invited_at=clock.now(),
            closes_at=_closes_at(terms),
            **permission_columns(terms.permissions),
        )
        if not _has_declined(invitation) and may_mail(address):
            notify_invited(invitation, token)
        record_audit(Action.SENT, _invitation_object(invitation), by=by)
    return invitation


@write_action
def accept_invitation(public_id: UUID, *, by: Actor) -> Proxy:
    """Accept an invitation, signed in with the address to which it was sent. Return the grant.

    It can be accepted once. Raises InvitationNotOpen, or AlreadyActs for a parent or somebody whom
    a court has appointed: what they may do is not decided by the patient alone.
    """
    user = require_own_account(by)
    with write_transaction():
        row = _lock_invitation_to(public_id, user)
        patient = lock_patient(row.patient)
        acts = live_grants().filter(actor=user, patient=patient)
        if acts.exclude(basis=Basis.CONSENT).exists():
            raise AlreadyActs()
        _answer(row, Answer.AGREED)
        record_audit(Action.ACCEPTED, _invitation_object(row), by=by)
        terms = GrantTerms(row.permissions, row.ends_on)
        grant = make_grant(
            user, patient, terms, basis=Basis.CONSENT, by=by, granted_by=row.invited_by
        )
        notify_accepted(grant)
    return grant


@write_action
def decline_invitation(public_id: UUID, *, by: Actor) -> None:
    """Decline an invitation. Who invited is not told. Raises InvitationNotOpen."""
    user = require_own_account(by)
    with write_transaction():
        _answer(_lock_invitation_to(public_id, user), Answer.DECLINED)


@write_action
def withdraw_invitation(public_id: UUID, patient: Patient, *, by: Actor) -> None:
    """Withdraw an invitation, as the patient.

    Raises InvitationNotOpen if it is somebody else's, accepted or withdrawn.
    """
    with write_transaction():
        rows = ProxyInvitation.objects.select_for_update(of=("self",)).filter(patient=patient)
        row = rows.filter(public_id=public_id, closes_at__gt=clock.now()).first()
        if row is None or not is_patient_side(patient, by):
            raise InvitationNotOpen()
        if row.answer not in ("", Answer.DECLINED):
            raise InvitationNotOpen()
        record_audit(Action.REVOKED, _invitation_object(row), by=by)
        if not row.answer:
            _answer(row, Answer.WITHDRAWN)
        else:  # it was declined: only remove it from the page
            row.closes_at = clock.now()
            row.save(update_fields=["closes_at"])


def find_open_by_token(token: str) -> ProxyInvitation | None:
    """Return the invitation with a mailed token if it can still be answered, else None."""
    return open_invitations(clock.now()).filter(token_hash=hash_token(token)).first()


def withdraw_invitations_since(user: User, since: datetime) -> None:
    """Withdraw what an account has invited since a moment, in the caller's transaction."""
    rows = ProxyInvitation.objects.filter(invited_by=user, invited_at__gte=since, answer="")
    rows.update(answer=Answer.WITHDRAWN, answered_at=clock.now())


def _require_terms(address: str, user: User, terms: GrantTerms) -> None:
    if address == user.email:
        raise CannotActForOneself()
    if not terms.permissions:
        raise NothingGranted()
    if terms.ends_on is not None and terms.ends_on < today():
        raise EndsInThePast()


def _closes_at(terms: GrantTerms) -> datetime:
    """Return until when the invitation can be answered: not after the last day of the grant."""
    closes_at, clinic = clock.now() + INVITATION_OPEN_FOR, ClinicProfile.current()
    if terms.ends_on is None or clinic is None:
        return closes_at
    day_after = terms.ends_on + timedelta(days=1)
    return min(closes_at, datetime.combine(day_after, time.min, clinic.zone))


def _change_terms(row: ProxyInvitation, terms: GrantTerms) -> ProxyInvitation:
    """Give an open invitation other terms. One that was declined stays as it is."""
    if not row.answer:
        for column, is_granted in permission_columns(terms.permissions).items():
            setattr(row, column, is_granted)
        row.ends_on = terms.ends_on
        row.closes_at = min(row.closes_at, _closes_at(terms))
        row.save()
    return row


def _has_declined(row: ProxyInvitation) -> bool:
    """Return whether the address has declined before, and is mailed no more for this patient."""
    before = ProxyInvitation.objects.filter(patient=row.patient, email=row.email)
    return before.filter(answer=Answer.DECLINED).exists()


def _lock_invitation_to(public_id: UUID, user: User) -> ProxyInvitation:
    """Return an open invitation to the user's address, locked. Raises InvitationNotOpen."""
    rows = open_invitations(clock.now()).filter(public_id=public_id, email=user.email)
    rows = rows.exclude(invited_by=user).select_related("patient", "invited_by")
    row = rows.select_for_update(of=("self",)).first()
    if row is None:
        raise InvitationNotOpen()
    return row


def _answer(row: ProxyInvitation, answer: Answer) -> None:
    row.answer, row.answered_at = answer, clock.now()
    row.save(update_fields=["answer", "answered_at"])


def _invitation_object(row: ProxyInvitation) -> AuditObject:
    """Return an invitation as the object of an entry, which does not name the invited address."""
    return AuditObject(
        ObjectType.INVITATION,
        row.public_id,
        row.patient_id,
        row.patient.email,
        details={
            "kind": "to act for the patient",
            "fields": sorted(str(permission) for permission in row.permissions),
        },
    )
