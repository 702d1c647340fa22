"""Invitations of staff: mailed once, valid for a week, accepted once."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from booking.actions.actor import Actor, ActorType
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.staff.accounts import AUTOMATIC, add_staff_roles, invalidate_sessions
from booking.errors import InvalidInvitation, ProfileTaken
from booking.inputs import ProfileChoice
from booking.models import User
from booking.models.staff import Invitation, Role
from booking.notifications.subjects.accounts import notify_invitation
from clinic.lib.dates import clock

INVITATION_VALID_FOR = timedelta(days=7)
INVITATION_KEPT_FOR = timedelta(days=30)
"""How long an ended invitation is kept. Not longer, as it contains a name and an address."""


def hash_token(token: str) -> str:
    """Return the hash that is stored of a token; tokens are random, so SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_staff(
    email: str,
    roles: Sequence[Role],
    *,
    name: str = "",
    by: User | None = None,
    mail: bool = True,
    profile: ProfileChoice = AUTOMATIC,
) -> str:
    """Invite somebody and return the link.

    Earlier invitations to the address, or to the chosen profile, are revoked. Staff who forgot
    their password get a new one in this way, too.
    """
    address = email.strip().lower()
    now = clock.now()
    token = secrets.token_urlsafe(36)  # 48 characters, which the logs hide
    same = Q(email=address)
    if profile.existing is not None:
        same |= Q(therapist=profile.existing)
    revoke_invitations(list(Invitation.objects.filter(same).values_list("pk", flat=True)))
    Invitation.objects.create(
        email=address,
        name=name,
        roles=[role.value for role in roles],
        therapist_id=profile.existing,
        has_new_profile=profile.new,
        token_hash=hash_token(token),
        invited_by=by,
        expires_at=now + INVITATION_VALID_FOR,
    )
    record_audit(Action.CREATED, _invitation_to(address, [role.value for role in roles]))
    link = f"{settings.BASE_URL}{reverse('invitation', args=[token])}"
    if mail:
        notify_invitation(address, name, link)
    return link


@transaction.atomic
def revoke_invitations(invitations: Sequence[int]) -> None:
    """Revoke those of these invitations that are still open."""
    pending = Invitation.objects.filter(
        pk__in=list(invitations), accepted_at=None, revoked_at=None
    ).select_for_update()
    for invitation in pending:
        record_audit(Action.REVOKED, _invitation_to(invitation.email, invitation.roles))
    pending.update(revoked_at=clock.now())


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation with this token if it can be accepted now, else None."""
    return Invitation.objects.filter(
        token_hash=hash_token(token),
        accepted_at=None,
        revoked_at=None,
        expires_at__gt=clock.now(),
    ).first()


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str) -> User:
    """Make the invited person staff and return the user.

    Of two requests at once, one succeeds. Raises InvalidInvitation, also if the profile that the
    invitation is for belongs to somebody else by now.
    """
    used = Invitation.objects.filter(
        token_hash=hash_token(token), accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
    ).update(accepted_at=clock.now())
    if not used:
        raise InvalidInvitation()
    invitation = Invitation.objects.get(token_hash=hash_token(token))
    roles = [Role(role) for role in invitation.roles]
    profile = ProfileChoice(invitation.therapist_id, new=invitation.has_new_profile)
    try:
        user = add_staff_roles(invitation.email, roles, name=name, profile=profile)
    except ProfileTaken as taken:
        raise InvalidInvitation() from taken
    invalidate_sessions(user)
    user.set_password(password)
    user.save()
    accepted = AuditObject(ObjectType.INVITATION, affected_user=user)
    record_audit(Action.ACCEPTED, accepted, by=Actor(ActorType.STAFF, user))
    return user


def delete_old_invitations(now: datetime) -> int:
    """Delete invitations that ended, or were accepted, INVITATION_KEPT_FOR ago. Return how many."""
    cutoff = now - INVITATION_KEPT_FOR
    ended = Q(expires_at__lt=cutoff) | Q(accepted_at__lt=cutoff) | Q(revoked_at__lt=cutoff)
    return Invitation.objects.filter(ended).delete()[0]


def _invitation_to(email: str, roles: Sequence[str]) -> AuditObject:
    """Return an invitation as the object of an entry.

    `details` may hold the address, since it is not a patient's.
    """
    return AuditObject(
        ObjectType.INVITATION, email=email, details={"to": email, "roles": sorted(roles)}
    )
