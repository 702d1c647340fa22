"""allauth's passkey forms, made safe against broken or forged answers of a browser."""

import struct
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.actions.rate_limit import RateLimit, count_use
from booking.forms.account.sign_in import client_address
from booking.forms.fields import SingleLineField

PASSKEY_LIMIT = RateLimit("passkey", most=60)
NAME_MAX_LENGTH = 60

PASSKEY_FAILED = _("That passkey did not work. Please try once more, or use another way.")
CREDENTIAL_ERRORS = (
    TypeError, ValueError, LookupError, AttributeError, AssertionError, RuntimeError,
    InvalidSignature, struct.error,
)  # fmt: skip
"""What reading and checking a forged answer may raise; allauth expects only the first two."""


class CredentialField(forms.JSONField):
    """A browser's answer (WebAuthn credential) as JSON. Any mistake is the same error."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            credential = super().to_python(value)
        except (ValidationError, RecursionError) as error:
            raise ValidationError(PASSKEY_FAILED, code="invalid") from error
        if credential is not None and not isinstance(credential, dict):
            raise ValidationError(PASSKEY_FAILED, code="invalid")
        return credential

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Never show an answer again."""
        return None

    def prepare_value(self, value: Any) -> str:
        return ""


class _CredentialMixin(forms.Form):
    """Turns every error of allauth's check into the same validation error."""

    credential = CredentialField(error_messages={"required": PASSKEY_FAILED})

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]  # allauth's form has it
        except (ValidationError, *CREDENTIAL_ERRORS) as error:
            raise ValidationError(PASSKEY_FAILED, code="incorrect_code") from error


class PasskeySignInForm(_CredentialMixin, LoginWebAuthnForm):
    """Sign-in with a passkey alone."""

    def clean_credential(self) -> Authenticator:
        count_use(PASSKEY_LIMIT, client_address())
        return super().clean_credential()


class PasskeyAuthenticateForm(_CredentialMixin, AuthenticateWebAuthnForm):
    """The second step of sign-in, with a passkey."""


class PasskeyReauthenticateForm(_CredentialMixin, ReauthenticateWebAuthnForm):
    """Reauthentication with a passkey."""


class AddPasskeyForm(AddWebAuthnForm):
    """Adds a passkey. Each can sign in by itself, so user verification is required."""

    name = SingleLineField(
        label=_("A name to know it by"),
        help_text=_("For example: my phone."),
        max_length=NAME_MAX_LENGTH,
        required=False,
    )
    credential = CredentialField(error_messages={"required": PASSKEY_FAILED})
    passwordless = forms.BooleanField(required=False, widget=forms.HiddenInput, initial=True)

    def clean_passwordless(self) -> bool:
        return True

    def clean(self) -> dict[str, Any]:
        """Keep only the parts of the answer that are needed later."""
        try:
            data: dict[str, Any] = super().clean()
            if credential := data.get("credential"):
                data["credential"] = _without_unused_parts(credential)
        except (ValidationError, *CREDENTIAL_ERRORS) as error:
            raise ValidationError(PASSKEY_FAILED, code="incorrect_code") from error
        return data


class RenamePasskeyForm(EditWebAuthnForm):
    """Renames a passkey."""

    name = SingleLineField(label=_("A name to know it by"), max_length=NAME_MAX_LENGTH)


def _without_unused_parts(credential: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a verified answer that identify the passkey."""
    response = credential["response"]
    return {
        "id": credential["id"],
        "rawId": credential["rawId"],
        "type": credential["type"],
        "clientExtensionResults": {},
        "response": {
            "clientDataJSON": response["clientDataJSON"],
            "attestationObject": response["attestationObject"],
        },
    }
