"""allauth's sign-in forms with this site's labels, rate limits and rules.

Limits are counted in the database (booking.actions.rate_limit), across all processes.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    LoginForm,
    RequestLoginCodeForm,
)
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.access.allauth_internals import consume_recovery_code, is_code_for_present_address
from booking.access.roles import is_staff_account
from booking.access.second_factor import consume_totp_code
from booking.actions.patients.patient_accounts import get_or_create_patient_account
from booking.actions.rate_limit import RateLimit, count_use
from booking.notifications.subjects.accounts import notify_staff_sign_in
from clinic.lib.http.proxies import rate_limit_address

SIGN_IN_LIMIT = RateLimit("sign-in", most=60)
SIGN_IN_PER_EMAIL_LIMIT = RateLimit("sign-in-email", most=10)
CODE_LIMIT = RateLimit("code", most=30)
CODE_PER_EMAIL_LIMIT = RateLimit("code-email", most=5)
CODE_GUESS_LIMIT = RateLimit("code-guess", most=30)
SECOND_FACTOR_LIMIT = RateLimit("second-factor", most=10)

PASSWORD_HELP = _(
    "At least 12 characters. A few random words are easy to remember and hard to guess."
)
WRONG_CODE = _("That code is not right, or was used before. Please wait for a new one.")


EMAIL_REQUIRED = _("Please enter your e-mail address.")
PASSWORD_REQUIRED = _("Please type your password.")
CODE_REQUIRED = _("Please type the code.")


def _set_label(field: forms.Field, label: Any, missing: Any) -> None:
    """Set the label and the error if empty; remove the placeholder, which vanishes on typing."""
    field.label = label
    field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)


def client_address() -> str:
    """Return the network address that rate limits count."""
    return rate_limit_address(context.request)


class SignInForm(LoginForm):
    """Sign-in of staff with e-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_label(self.fields["login"], _("E-mail"), EMAIL_REQUIRED)
        _set_label(self.fields["password"], _("Password"), PASSWORD_REQUIRED)
        self.fields["password"].help_text = ""
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"

    def clean_login(self) -> str:
        login = str(super().clean_login())
        count_use(SIGN_IN_LIMIT, client_address())
        count_use(SIGN_IN_PER_EMAIL_LIMIT, login)
        return login


class RequestCodeForm(RequestLoginCodeForm):
    """Requests a sign-in code by mail, without telling whether the address is known.

    A patient gets a code; their account is created the first time. For staff and deactivated users
    `_user` stays None, while page, status and number of queued mails are the same.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_label(self.fields["email"], _("E-mail"), EMAIL_REQUIRED)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        count_use(CODE_LIMIT, client_address())
        count_use(CODE_PER_EMAIL_LIMIT, email)
        user = get_or_create_patient_account(email)
        welcome = user.is_active and not is_staff_account(user)
        self._user = user if welcome else None
        if not welcome:
            notify_staff_sign_in(email)
        return email


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """Sign-in with the code from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_label(self.fields["code"], _("Code from the mail"), CODE_REQUIRED)

    def clean_code(self) -> str:
        count_use(CODE_GUESS_LIMIT, client_address())
        code = str(super().clean_code())
        if not is_code_for_present_address(context.request):
            raise get_adapter().validation_error("incorrect_code")
        return code


class PasswordChangeForm(ChangePasswordForm):
    """Changes the password of a user who has one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": _("Your password now"),
            "password1": _("New password"),
            "password2": _("New password, once more"),
        }
        for name, label in labels.items():
            _set_label(self.fields[name], label, PASSWORD_REQUIRED)
            self.fields[name].help_text = ""
        self.fields["password1"].help_text = PASSWORD_HELP


class _SecondFactorCodeMixin(forms.Form):
    """Accepts a code of the authenticator app, or a recovery code; each works once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_label(self.fields["code"], _("Code from your app, or a recovery code"), CODE_REQUIRED)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        user = self.user  # type: ignore[attr-defined]  # set by allauth's form
        count_use(SECOND_FACTOR_LIMIT, f"user {user.pk}")
        code: str = self.cleaned_data["code"]
        authenticator = consume_totp_code(user.pk, code) or self._recovery_codes(user.pk, code)
        if authenticator is None:
            raise ValidationError(WRONG_CODE, code="incorrect_code")
        authenticator.user = user
        self.authenticator = authenticator
        return code

    def _recovery_codes(self, user_id: int, code: str) -> Authenticator | None:
        recovery_codes: Authenticator | None = Authenticator.objects.filter(
            user_id=user_id, type=Authenticator.Type.RECOVERY_CODES
        ).first()
        if recovery_codes is None or not consume_recovery_code(recovery_codes, code):
            return None
        recovery_codes.refresh_from_db()
        return recovery_codes


class SecondFactorForm(_SecondFactorCodeMixin, AuthenticateForm):
    """The second step of sign-in, with a code."""


class SecondFactorReauthenticateForm(_SecondFactorCodeMixin, ReauthenticateForm):
    """Reauthentication with a code."""


class ActivateAppForm(ActivateTOTPForm):
    """Adds an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_label(self.fields["code"], _("Code that the app shows"), CODE_REQUIRED)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        count_use(SECOND_FACTOR_LIMIT, f"user {self.user.pk}")
        return str(super().clean_code())
