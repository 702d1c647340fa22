"""What allauth asks this site about second factors."""

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from booking.models import ClinicProfile
from clinic.lib import cipher

PLACE = "mfa_authenticator.data"


class MfaAdapter(DefaultMFAAdapter):
    """Secrets are encrypted under FIELD_KEYS; names are the clinic's."""

    def encrypt(self, text: str) -> str:
        return cipher.encrypt(text, place=PLACE, secrets=settings.FIELD_KEYS)

    def decrypt(self, encrypted_text: str) -> str:
        return cipher.decrypt(encrypted_text, place=PLACE, secrets=settings.FIELD_KEYS)

    def build_totp_svg(self, url: str) -> str:
        """Without the XML declaration, so that it can stand in the page: no data: address."""
        svg = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def _get_site_name(self) -> str:
        clinic = ClinicProfile.current()
        return clinic.name if clinic else str(context.request.get_host())
