"""The authentication backend: allauth's, which reads the patient record with the user."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from booking.models import User
from clinic.lib.compiled_queries import compiled_query


class AccountBackend(AuthenticationBackend):
    """allauth's backend, which loads a user together with their patient record, in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the user of a session by primary key, or None if they may not sign in any more."""
        user = next(iter(_users(int(user_id))), None)
        return user if user is not None and self.user_can_authenticate(user) else None


@compiled_query
def _users(pk: int) -> "QuerySet[User, User]":
    return User.objects.select_related("patient").filter(pk=pk)
