"""Who works here, and in which roles."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import slugify

from booking.errors import CannotDeactivateSelf, LastOwner, OwnerRequired, RoleRequired
from booking.models import Therapist, User
from booking.models.staff import CalendarFeed, Invitation, Role, StaffRole
from clinic.lib.dates import clock

BACK_OFFICE_ROLES = frozenset({Role.OWNER, Role.EDITOR})
"""Roles whose work is done in the back office too."""


@transaction.atomic
def add_staff_roles(
    email: str, roles: Iterable[Role], *, name: str = "", password: str | None = None
) -> User:
    """Somebody with these roles, beside those they have.

    A person who was no (active) member of staff, such as a patient, starts anew: their sessions
    and passkeys were made with no more than a code by mail.
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
        _grant_role(user, role)
    user.save()
    return user


@transaction.atomic
def set_staff_roles(user: User, roles: Iterable[Role], *, by: User) -> None:
    """These roles and no others, at once. Who is no therapist any more loses the calendar feed."""
    wanted = set(roles)
    owners = _lock_owners()
    locked = User.objects.select_for_update().get(pk=user.pk)
    if by.pk not in owners:
        raise OwnerRequired()
    if not wanted:
        raise RoleRequired()
    if Role.OWNER not in wanted and not locked.is_superuser and owners == {locked.pk}:
        raise LastOwner()
    locked.staff_roles.exclude(role__in=wanted).delete()
    locked.is_staff = locked.is_superuser
    for role in wanted:
        _grant_role(locked, role)
    if Role.THERAPIST not in wanted:
        _revoke_feeds(CalendarFeed.objects.filter(therapist__user=locked))
    locked.save()


@transaction.atomic
def deactivate_staff(user: User, *, by: User | None = None) -> None:
    """End somebody's access at once: sessions, password, passkeys, calendar feeds, invitations.

    Owners are locked first, all of them: of two who deactivate each other, one is told no.
    """
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
    theirs = Q(therapist__user=locked) | Q(patient__user=locked)
    _revoke_feeds(CalendarFeed.objects.filter(theirs))
    open_ones = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    open_ones.filter(Q(email=locked.email) | Q(invited_by=locked)).update(revoked_at=clock.now())


def revoke_credentials(user: User) -> None:
    """Nothing that opened the account before opens it again; the caller saves."""
    invalidate_sessions(user)
    Authenticator.objects.filter(user_id=user.pk).delete()


def invalidate_sessions(user: User) -> None:
    """Make every session of the user worthless for ever; the caller saves.

    A session carries a hash of the password as it was stored: with another one, even an
    unusable one (which is random), it is nobody's. So nothing comes back when somebody is
    activated again; they choose a new password by an invitation.
    """
    user.set_unusable_password()


def _grant_role(user: User, role: Role) -> None:
    """The role and what comes with it; the caller saves the user."""
    StaffRole.objects.get_or_create(user=user, role=role)
    user.is_staff = user.is_staff or role in BACK_OFFICE_ROLES
    if role == Role.THERAPIST:
        _ensure_therapist_profile(user)


def _revoke_feeds(feeds: QuerySet[CalendarFeed]) -> None:
    feeds.filter(revoked_at=None).update(revoked_at=clock.now())


def _lock_owners() -> set[int]:
    """The active owners, none of whom changes until the end of the transaction."""
    given = StaffRole.objects.filter(role=Role.OWNER).values("user")
    owners = User.objects.select_for_update().filter(Q(is_superuser=True) | Q(pk__in=given))
    return {user.pk for user in owners.order_by("pk") if user.is_active}


def _ensure_therapist_profile(user: User) -> None:
    """A therapist's profile, without offers and hours, so that nothing can be booked yet."""
    if Therapist.objects.filter(user=user).exists():
        return
    name = user.name or user.email.partition("@")[0]
    stem = slugify(name)[:70] or "therapist"
    taken = set(Therapist.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug = next(s for s in (stem, *(f"{stem}-{n}" for n in range(2, 999))) if s not in taken)
    Therapist.objects.create(user=user, name=name[:120], slug=slug)
