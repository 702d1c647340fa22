"""What allauth asks this site about second factors."""

from typing import Any, ClassVar

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.models import ClinicProfile
from clinic.lib.crypto import cipher

ENCRYPTED_COLUMN = "mfa_authenticator.data"


class MfaAdapter(DefaultMFAAdapter):
    """Secrets are encrypted under FIELD_KEYS; names are the clinic's."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is not right. Please wait for the next one."),
    }

    def encrypt(self, text: str) -> str:
        return cipher.encrypt(text, associated_data=ENCRYPTED_COLUMN, secrets=settings.FIELD_KEYS)

    def decrypt(self, encrypted_text: str) -> str:
        return cipher.decrypt(
            encrypted_text, associated_data=ENCRYPTED_COLUMN, secrets=settings.FIELD_KEYS
        )

    def build_totp_svg(self, url: str) -> str:
        """Without the XML declaration, so that it can stand in the page: no data: address."""
        svg = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  # allauth's
        """What a passkey is called until its owner says so."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def _get_site_name(self) -> str:
        clinic = ClinicProfile.current()
        return clinic.name if clinic else str(context.request.get_host())
