"""allauth's adapter for second factors: encryption, names and the QR code."""

from typing import Any, ClassVar

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.access.second_factor_secrets import (
    decrypt_secret,
    encrypt_secret,
    get_secrets_user_id,
)
from booking.models import ClinicProfile


class MfaAdapter(DefaultMFAAdapter):
    """allauth's adapter of second factors: encrypts secrets, and gives the clinic's name as the
    site's."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is not right. Please wait for the next one."),
    }

    def encrypt(self, text: str) -> str:
        return encrypt_secret(text, get_secrets_user_id())

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt_secret(encrypted_text, get_secrets_user_id())

    def build_totp_svg(self, url: str) -> str:
        """Return the SVG without its XML declaration, to be placed in the page itself."""
        svg = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  # allauth's
        """Return the name of a new passkey, until its owner changes it."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def _get_site_name(self) -> str:
        clinic = ClinicProfile.current()
        return clinic.name if clinic else str(context.request.get_host())
