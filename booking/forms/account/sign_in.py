"""The forms of signing in: allauth's, with our words, our limits, and our own rules.

Limits are counted in the database (booking.actions.rate_limit), so they hold over all processes.
"""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    LoginForm,
    RequestLoginCodeForm,
)
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.access.roles import is_staff_account
from booking.access.second_factor import use_app_code
from booking.actions.notifications.account_notifications import mail_no_code
from booking.actions.patients.patient_accounts import patient_account
from booking.actions.rate_limit import Rule, spend
from clinic.lib.http.proxies import fair_use_address

SIGN_INS = Rule("sign-in", most=60)
SIGN_INS_OF_EMAIL = Rule("sign-in-email", most=10)
CODES = Rule("code", most=30)
CODES_OF_EMAIL = Rule("code-email", most=5)
GUESSES = Rule("code-guess", most=30)
SECOND_FACTORS = Rule("second-factor", most=10)

PASSWORD_HELP = _(
    "At least 12 characters. A few random words are easy to remember and hard to guess."
)
WRONG_CODE = _("That code is not right, or was used before. Please wait for a new one.")


NO_EMAIL = _("Please enter your e-mail address.")
NO_PASSWORD = _("Please type your password.")
NO_CODE = _("Please type the code.")


def _plain(field: forms.Field, label: Any, missing: Any) -> None:
    """Our label and sentence, and no placeholder, which would vanish while typing."""
    field.label = label
    field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)


def where() -> str:
    """The address that is counted against the limits."""
    return fair_use_address(context.request)


class SignInForm(LoginForm):
    """E-mail and password: for the team."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], _("E-mail"), NO_EMAIL)
        _plain(self.fields["password"], _("Password"), NO_PASSWORD)
        self.fields["password"].help_text = ""
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"

    def clean_login(self) -> str:
        login = str(super().clean_login())
        spend(SIGN_INS, where())
        spend(SIGN_INS_OF_EMAIL, login)
        return login


class SendCodeForm(RequestLoginCodeForm):
    """Asks for a code by mail. Whose address it is shows in the mailbox only, never here.

    A patient gets a code, with an account made at the first time; for staff, and for anybody
    deactivated, `_user` stays None: the page, its status and the one mail queued are the same.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["email"], _("E-mail"), NO_EMAIL)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        spend(CODES, where())
        spend(CODES_OF_EMAIL, email)
        user = patient_account(email)
        welcome = user.is_active and not is_staff_account(user)
        self._user = user if welcome else None
        if not welcome:
            mail_no_code(email)
        return email


class EnterCodeForm(ConfirmLoginCodeForm):
    """The code from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], _("Code from the mail"), NO_CODE)

    def clean_code(self) -> str:
        spend(GUESSES, where())
        return str(super().clean_code())


class NewPasswordForm(ChangePasswordForm):
    """Another password, for those who have one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": _("Your password now"),
            "password1": _("New password"),
            "password2": _("New password, once more"),
        }
        for name, label in labels.items():
            _plain(self.fields[name], label, NO_PASSWORD)
            self.fields[name].help_text = ""
        self.fields["password1"].help_text = PASSWORD_HELP


class _AppOrRecoveryCode(forms.Form):
    """A code of the app, each once over all processes; or a recovery code, each once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], _("Code from your app, or a recovery code"), NO_CODE)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        user = self.user  # type: ignore[attr-defined]  # set by allauth's form
        spend(SECOND_FACTORS, f"user {user.pk}")
        code: str = self.cleaned_data["code"]
        found = use_app_code(user.pk, code) or self._recovery(user.pk, code)
        if found is None:
            raise ValidationError(WRONG_CODE, code="incorrect_code")
        found.user = user
        self.authenticator = found
        return code

    def _recovery(self, user_id: int, code: str) -> Authenticator | None:
        kept = Authenticator.objects.filter(
            user_id=user_id, type=Authenticator.Type.RECOVERY_CODES
        ).first()
        if kept is None or not RecoveryCodes(kept).validate_code(code):
            return None
        kept.refresh_from_db()
        return kept


class SecondFactorForm(_AppOrRecoveryCode, AuthenticateForm):
    """The second step of signing in."""


class SecondFactorAgainForm(_AppOrRecoveryCode, ReauthenticateForm):
    """Asked again before something important."""


class StartAppForm(ActivateTOTPForm):
    """Adding an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], _("Code that the app shows"), NO_CODE)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        spend(SECOND_FACTORS, f"user {self.user.pk}")
        return str(super().clean_code())
