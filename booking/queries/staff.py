"""Who works here."""

from datetime import datetime

from django.db.models import Q, QuerySet

from booking.models import Invitation, User


def members() -> QuerySet[User]:
    """Everybody who has, or had, a role; those with access first."""
    return (
        User.objects.filter(Q(staff_roles__isnull=False) | Q(is_superuser=True))
        .prefetch_related("staff_roles")
        .distinct()
        .order_by("-is_active", "name", "email")
    )


def open_invitations(now: datetime) -> QuerySet[Invitation]:
    """Those that can still be accepted."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
