"""The login stages of allauth."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from booking.access.roles import is_staff_account


class SecondFactorStage(AuthenticateStage):
    """Asks staff for their second factor. Patients sign in with a code or passkey alone."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        return user is not None and is_staff_account(user) and super()._should_handle(request)
