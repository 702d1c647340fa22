"""The steps of signing in."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from booking.access.roles import is_staff_account


class SecondFactorStage(AuthenticateStage):
    """Asks staff who have a second factor. A patient's code or passkey is enough by itself."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        return user is not None and is_staff_account(user) and super()._should_handle(request)
