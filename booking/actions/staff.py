"""Who works here, and in which roles."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from booking.errors import Refusal
from booking.models import Therapist, User
from booking.models.staff import CalendarFeed, Invitation, Role, StaffRole
from clinic.lib import clock


class NotYourself(Refusal):
    sentence = _("You cannot deactivate yourself. Please ask another owner.")


class LastOwner(Refusal):
    sentence = _("This is the last owner. Please make somebody else an owner first.")


@transaction.atomic
def make_staff(
    email: str, roles: Iterable[Role], *, name: str = "", password: str | None = None
) -> User:
    """Somebody with these roles, beside those they have.

    A person who was no (active) member of staff, such as a patient, is signed out everywhere:
    their sessions began without what staff must show.
    """
    address = email.strip().lower()
    user = User.objects.select_for_update().filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, password, name=name)
    elif password is not None:
        user.set_password(password)
    elif not user.is_active or not (user.is_superuser or user.staff_roles.exists()):
        end_sessions(user)
    user.name = name or user.name
    user.is_active = True
    for role in roles:
        StaffRole.objects.get_or_create(user=user, role=role)
        user.is_staff = user.is_staff or role == Role.OWNER
        if role == Role.THERAPIST:
            _give_profile(user)
    user.save()
    return user


@transaction.atomic
def deactivate_staff(user: User, *, by: User | None = None) -> None:
    """End somebody's access at once: sessions, password, calendar feeds, open invitations."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    if by is not None and by.pk == user.pk:
        raise NotYourself()
    if _is_owner(locked) and not _other_owners(locked):
        raise LastOwner()
    locked.is_active = False
    end_sessions(locked)
    locked.save()
    now = clock.now()
    feeds = CalendarFeed.objects.filter(therapist__user=locked) | CalendarFeed.objects.filter(
        patient__user=locked
    )
    feeds.filter(revoked_at=None).update(revoked_at=now)
    open_ones = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    (open_ones.filter(email=locked.email) | open_ones.filter(invited_by=locked)).update(
        revoked_at=now
    )


def end_sessions(user: User) -> None:
    """Make every session of the user worthless for ever; the caller saves.

    A session carries a hash of the password as it was stored: with another one, even an
    unusable one (which is random), it is nobody's. So nothing comes back when somebody is
    activated again; they choose a new password by an invitation.
    """
    user.set_unusable_password()


@transaction.atomic
def patient_account(email: str) -> User:
    """The user for an address that a patient asks a code for; made at the first time.

    Without a password and without any patient's data, so it is worth nothing until the code
    that is mailed to the address comes back.
    """
    found: User | None = User.objects.filter(email=email.strip().lower()).first()
    return found or User.objects.create_user(email)


def _is_owner(user: User) -> bool:
    return user.is_superuser or user.staff_roles.filter(role=Role.OWNER).exists()


def _other_owners(user: User) -> bool:
    active: Any = User.objects.filter(is_active=True).exclude(pk=user.pk)
    return bool(
        active.filter(is_superuser=True).exists()
        or active.filter(staff_roles__role=Role.OWNER).exists()
    )


def _give_profile(user: User) -> None:
    """A therapist's profile, without offers and hours, so that nothing can be booked yet."""
    if Therapist.objects.filter(user=user).exists():
        return
    name = user.name or user.email.partition("@")[0]
    stem = slugify(name)[:70] or "therapist"
    taken = set(Therapist.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug = next(s for s in (stem, *(f"{stem}-{n}" for n in range(2, 999))) if s not in taken)
    Therapist.objects.create(user=user, name=name[:120], slug=slug)
