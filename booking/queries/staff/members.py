"""Accounts of staff, their second factors and invitations."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from booking.models import Invitation, User

SECOND_FACTOR_LABELS = {"totp": _("authenticator app"), "webauthn": _("passkey")}


def staff_members() -> QuerySet[User]:
    """Return all users who have or had a role, active ones first."""
    return (
        User.objects.filter(Q(staff_roles__isnull=False) | Q(is_superuser=True))
        .prefetch_related("staff_roles")
        .distinct()
        .order_by("-is_active", "name", "email")
    )


def second_factor_labels(user: User) -> list[str]:
    """Return the labels of a user's second factors."""
    kinds = Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTOR_LABELS)
    return [
        str(SECOND_FACTOR_LABELS[kind])
        for kind in sorted(set(kinds.values_list("type", flat=True)))
    ]


def pending_invitations(now: datetime) -> QuerySet[Invitation]:
    """Return the invitations that can still be accepted."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
