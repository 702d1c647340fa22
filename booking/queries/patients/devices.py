"""The sessions and passkeys of a user."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet

from booking.models import User, UserSession


def sessions_of(user: User, now: datetime) -> QuerySet[UserSession]:
    """Return a user's sessions that have not ended, the last used first. One query."""
    running = Session.objects.filter(session_key=OuterRef("row_key"), expire_date__gt=now)
    return UserSession.objects.filter(Exists(running), user=user)


def passkeys_of(user: User) -> QuerySet[Authenticator]:
    """Return a user's passkeys, the oldest first. One query."""
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(
        user=user, type=Authenticator.Type.WEBAUTHN
    )
    return rows.order_by("created_at", "pk")
