"""Words that a password must not consist of: of the trade, of this clinic, and of its address.

The list for people to read is in docs/security.md.
"""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from booking.models import ClinicProfile, User

TRADE_WORDS = frozenset({
    "admin", "appointment", "booking", "calendar", "clinic", "desk", "editor", "frontdesk",
    "health", "massage", "owner", "password", "patient", "reception", "relax", "secret", "summer",
    "therapist", "therapy", "treatment", "welcome", "wellness", "winter",
})  # fmt: skip
MIN_WORD_LENGTH = 4
MIN_OTHER_CHARACTERS = 8


class ClinicWordsValidator:
    """Refuses a password that has fewer than 8 characters beside words that anybody would try."""

    def validate(self, password: str, _user: User | None = None) -> None:
        """Raise ValidationError if too little is left without the words. Case does not count."""
        left = password.casefold()
        for word in sorted(clinic_words(), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < MIN_OTHER_CHARACTERS:
            raise ValidationError(
                _("This is mostly words that others would try first: of the clinic or of its work. "
                  "Please add a few other words."),
                code="password_of_clinic_words",
            )  # fmt: skip

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("Words of the clinic and of its work are not enough.")


def clinic_words() -> frozenset[str]:
    """Return the words of the trade, of the clinic's name and of the site's address."""
    clinic = ClinicProfile.current()
    own = f"{clinic.name if clinic else ''} {urlsplit(settings.BASE_URL).hostname or ''}"
    words = re.findall(r"[^\W_]+", own.casefold())
    return TRADE_WORDS | {word for word in words if len(word) >= MIN_WORD_LENGTH}
