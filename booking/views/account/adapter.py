"""allauth's account adapter: who may sign in how, and how mails are sent."""

import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.access import staff_sessions
from booking.access.allauth_internals import (
    SECOND_FACTOR,
    authentication_records,
    cancel_login,
)
from booking.access.landing import landing_page
from booking.access.roles import is_staff_account
from booking.actions.rate_limit import count_use
from booking.demo import is_demo_account
from booking.forms.account.sign_in import SIGN_IN_PER_EMAIL_LIMIT
from booking.notifications.subjects.accounts import (
    notify_account_changed,
    notify_sign_in_code,
)
from clinic.lib.dates import clock
from clinic.lib.http.proxies import rate_limit_address

RECENT_SIGN_IN_SECONDS = 300
"""How long after sign-in no reauthentication is asked."""
STAFF_SIGN_IN_METHODS = frozenset({"password", SECOND_FACTOR})


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed: staff are invited, and patients sign in with a mailed code."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "incorrect_password": _("That is not your password."),
        "enter_current_password": _("That is not your password now."),
        "incorrect_code": _("That code is not right. Please look at the mail again."),
        "too_many_login_attempts": _("That code was wrong too often. Please ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return rate_limit_address(request)

    def is_safe_url(self, url: str) -> bool:
        """Return whether a redirect to the URL is allowed; False if it cannot be parsed
        (`//[::1`)."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_login_stages(self) -> list[str]:
        mfa = "allauth.mfa.stages.AuthenticateStage"
        ours = "booking.views.account.stages.SecondFactorStage"
        return [ours if stage == mfa else stage for stage in super().get_login_stages()]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return landing_page(request.user)

    def pre_login(self, request: HttpRequest, user: Any, **hooks: Any) -> HttpResponse | None:
        """Refuse staff who sign in with a mailed code, and demo accounts outside the demo."""
        refused: HttpResponse | None = super().pre_login(request, user, **hooks)
        shown = {record["method"] for record in authentication_records(request, user)}
        if refused is not None:
            return refused
        if is_staff_account(user) and STAFF_SIGN_IN_METHODS.isdisjoint(shown):
            return _refused(request, _("Please sign in with your password or passkey."))
        if is_demo_account(user) and not settings.DEMO:
            return _refused(request, _("This sign-in is the demo's, and works only there."))
        return None

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        staff_sessions.start_session(request.session, clock.now(), staff=is_staff_account(user))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a sign-in code in the outbox. allauth's other mails are not sent."""
        if template_prefix == "account/email/login_code":
            notify_sign_in_code(email, context["code"])

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        notify_account_changed(email or user.email, template_prefix)

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Check the password, with the rate limit of the user's e-mail address."""
        count_use(SIGN_IN_PER_EMAIL_LIMIT, user.email)
        return bool(user.check_password(password))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return False within RECENT_SIGN_IN_SECONDS after a complete sign-in."""
        request = context.request
        records = authentication_records(request, request.user)
        recent = [
            record for record in records if time.time() - record["at"] < RECENT_SIGN_IN_SECONDS
        ]
        enrolled = Authenticator.objects.filter(user_id=request.user.pk).exists()
        proven = any(record["method"] == SECOND_FACTOR for record in recent)
        return not (proven or (recent and not enrolled))


def _refused(request: HttpRequest, message: Any) -> HttpResponse:
    cancel_login(request)
    messages.error(request, message)
    return HttpResponseRedirect(reverse("account_login"))
