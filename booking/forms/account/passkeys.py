"""The forms of passkeys: allauth's, that a broken or forged answer of a browser cannot upset."""

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

from booking.actions.rate_limit import Rule, spend
from booking.forms.account.sign_in import where
from booking.forms.fields import LineField

PASSKEYS = Rule("passkey", most=60)
NAME_LENGTH = 60

NOT_THAT_ONE = _("That passkey did not work. Please try once more, or use another way.")
UNREADABLE = (
    TypeError, ValueError, LookupError, AttributeError, AssertionError, RuntimeError,
    InvalidSignature, struct.error,
)  # fmt: skip
"""What reading and checking a forged answer may raise; allauth expects only the first two."""


class CredentialField(forms.JSONField):
    """What the browser says about a passkey; refused in one sentence, whatever is wrong."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
        except (ValidationError, RecursionError) as error:
            raise ValidationError(NOT_THAT_ONE, code="invalid") from error
        if found is not None and not isinstance(found, dict):
            raise ValidationError(NOT_THAT_ONE, code="invalid")
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """An answer is never shown again: it would be of no use."""
        return None

    def prepare_value(self, value: Any) -> str:
        return ""


class _Checked(forms.Form):
    """The answer is checked by allauth; everything that is wrong with it is one refusal."""

    credential = CredentialField(error_messages={"required": NOT_THAT_ONE})

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]  # allauth's form has it
        except (ValidationError, *UNREADABLE) as error:
            raise ValidationError(NOT_THAT_ONE, code="incorrect_code") from error


class PasskeySignInForm(_Checked, LoginWebAuthnForm):
    """Signing in with nothing but a passkey."""

    def clean_credential(self) -> Authenticator:
        spend(PASSKEYS, where())
        return super().clean_credential()


class PasskeySecondForm(_Checked, AuthenticateWebAuthnForm):
    """The second step of signing in, by passkey."""


class PasskeyAgainForm(_Checked, ReauthenticateWebAuthnForm):
    """Asked again, by passkey."""


class AddPasskeyForm(AddWebAuthnForm):
    """Adding a passkey. Every one can sign in by itself, so each must verify the person."""

    name = LineField(
        label=_("A name to know it by"),
        help_text=_("For example: my phone."),
        max_length=NAME_LENGTH,
        required=False,
    )
    credential = CredentialField(error_messages={"required": NOT_THAT_ONE})
    passwordless = forms.BooleanField(required=False, widget=forms.HiddenInput, initial=True)

    def clean_passwordless(self) -> bool:
        return True

    def clean(self) -> dict[str, Any]:
        """Only what is needed later is kept: the rest is a stranger's text."""
        try:
            data: dict[str, Any] = super().clean()
            if credential := data.get("credential"):
                data["credential"] = _bare(credential)
        except (ValidationError, *UNREADABLE) as error:
            raise ValidationError(NOT_THAT_ONE, code="incorrect_code") from error
        return data


class RenamePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    name = LineField(label=_("A name to know it by"), max_length=NAME_LENGTH)


def _bare(credential: dict[str, Any]) -> dict[str, Any]:
    """Those parts of a checked answer by which the passkey is known again."""
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
