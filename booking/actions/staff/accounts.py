"""Accounts and roles of staff."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, QuerySet

from booking.actions.actor import Actor, ActorType
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.actions.schedule.take_no_appointments import take_no_appointments
from booking.actions.staff.therapist_profiles import ensure_therapist_profile
from booking.errors import CannotDeactivateSelf, LastOwner, OwnerRequired, RoleRequired
from booking.inputs import ProfileChoice
from booking.models import Therapist, User
from booking.models.staff import CalendarFeed, Invitation, Role, StaffRole
from clinic.lib.dates import clock

BACK_OFFICE_ROLES = frozenset({Role.OWNER, Role.EDITOR})
"""Roles that may use the admin."""
AUTOMATIC = ProfileChoice()
"""The profile with the person's name or address, else a new one."""


@transaction.atomic
def add_staff_roles(
    email: str,
    roles: Iterable[Role],
    *,
    name: str = "",
    password: str | None = None,
    profile: ProfileChoice = AUTOMATIC,
) -> User:
    """Give a user these roles, in addition to those they have; create the user if needed.

    A therapist gets the chosen public profile; raises ProfileTaken if it is somebody else's.

    Sessions and passkeys of somebody who was not active staff, such as a patient, are revoked:
    they were created with no more than a code by mail. Returns the user.
    """
    address = email.strip().lower()
    user = User.objects.select_for_update().filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, password, name=name)
    elif not user.is_active or not (user.is_superuser or user.staff_roles.exists()):
        revoke_credentials(user)
    if password is not None:
        user.set_password(password)
    user.name = name or user.name
    user.is_active = True
    for role in roles:
        _grant_role(user, role, profile)
    user.save()
    _record_roles(user)
    return user


@write_action
def set_staff_roles(
    user: User, roles: Iterable[Role], *, by: User, profile: ProfileChoice = AUTOMATIC
) -> None:
    """Give a user exactly these roles.

    With the therapist role they lose their calendar feed and take no more appointments; booked ones
    stay until staff settle them. Raises OwnerRequired, RoleRequired, LastOwner or ProfileTaken.
    """
    new_roles = set(roles)
    with write_transaction():
        if Role.THERAPIST not in new_roles and user.staff_roles.filter(role=Role.THERAPIST):
            _take_no_appointments(user, by=by)
        _set_roles(user, new_roles, by=by, profile=profile)


def _take_no_appointments(user: User, *, by: User | None) -> None:
    """Switch the user's therapist profile off, if they have one.

    Call it before owners are locked: all actions lock therapists first.
    """
    therapist = Therapist.objects.filter(user=user.pk, is_active=True).first()
    if therapist is not None:
        actor = Actor(ActorType.STAFF, by) if by is not None else Actor.system()
        take_no_appointments(therapist, by=actor)


def _set_roles(user: User, new_roles: set[Role], *, by: User, profile: ProfileChoice) -> None:
    owners = _lock_owners()
    locked = User.objects.select_for_update().get(pk=user.pk)
    if by.pk not in owners:
        raise OwnerRequired()
    if not new_roles:
        raise RoleRequired()
    if Role.OWNER not in new_roles and not locked.is_superuser and owners == {locked.pk}:
        raise LastOwner()
    locked.staff_roles.exclude(role__in=new_roles).delete()
    locked.is_staff = locked.is_superuser
    for role in new_roles:
        _grant_role(locked, role, profile)
    if Role.THERAPIST not in new_roles:
        _revoke_feeds(CalendarFeed.objects.filter(therapist__user=locked))
    locked.save()
    _record_roles(locked)


@write_action
def deactivate_staff(user: User, *, by: User | None = None) -> None:
    """Revoke a user's access: sessions, password, passkeys, calendar feeds and invitations.

    A therapist takes no more appointments; booked ones stay. Owners are locked before anything is
    checked, so that two owners cannot deactivate each other at the same time. Raises
    CannotDeactivateSelf, LastOwner or OwnerRequired.
    """
    with write_transaction():
        _take_no_appointments(user, by=by)
        _deactivate(user, by=by)


def _deactivate(user: User, *, by: User | None) -> None:
    owners = _lock_owners()
    locked = User.objects.select_for_update().get(pk=user.pk)
    if by is not None and by.pk == user.pk:
        raise CannotDeactivateSelf()
    if locked.pk in owners and owners == {locked.pk}:
        raise LastOwner()
    if by is not None and by.pk not in owners:
        raise OwnerRequired()
    locked.is_active = False
    revoke_credentials(locked)
    locked.save()
    belongs_to_user = Q(therapist__user=locked) | Q(patient__user=locked)
    _revoke_feeds(CalendarFeed.objects.filter(belongs_to_user))
    open_invitations = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    open_invitations.filter(Q(email=locked.email) | Q(invited_by=locked)).update(
        revoked_at=clock.now()
    )
    record_audit(Action.DEACTIVATED, AuditObject(ObjectType.ACCOUNT, affected_user=locked))


def revoke_credentials(user: User) -> None:
    """Revoke sessions, password and second factors of a user, who must be saved afterwards."""
    invalidate_sessions(user)
    Authenticator.objects.filter(user_id=user.pk).delete()


def invalidate_sessions(user: User) -> None:
    """End every session of the user, who must be saved afterwards.

    A session contains a hash of the stored password, so another password, even an unusable one
    (which is random), ends it for good. A user who is activated again chooses a new password by
    an invitation.
    """
    user.set_unusable_password()


def _record_roles(user: User) -> None:
    """Record the user's roles, after a change, in the audit trail."""
    roles = sorted(user.staff_roles.values_list("role", flat=True))
    record_audit(
        Action.CHANGED,
        AuditObject(ObjectType.ROLES, affected_user=user, details={"roles": roles}),
    )


def _grant_role(user: User, role: Role, profile: ProfileChoice) -> None:
    """Add a role and what it needs; the user must be saved afterwards."""
    StaffRole.objects.get_or_create(user=user, role=role)
    user.is_staff = user.is_staff or role in BACK_OFFICE_ROLES
    if role == Role.THERAPIST:
        ensure_therapist_profile(user, profile)


def _revoke_feeds(feeds: QuerySet[CalendarFeed]) -> None:
    feeds.filter(revoked_at=None).update(revoked_at=clock.now())


def _lock_owners() -> set[int]:
    """Lock all owners until the end of the transaction; return the ids of the active ones."""
    owner_ids = StaffRole.objects.filter(role=Role.OWNER).values("user")
    owners = User.objects.select_for_update().filter(Q(is_superuser=True) | Q(pk__in=owner_ids))
    return {user.pk for user in owners.order_by("pk") if user.is_active}
