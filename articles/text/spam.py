"""Signs that a comment is an advertisement. They are shown to editors, who decide."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOP_LEVEL_DOMAINS = "com|net|org|info|biz|shop|online|site|store|xyz|top|club|ru|cn|io|co|me|link"
LINK_PATTERN = re.compile(
    rf"\b[\w-]{{2,}}\s?(?:\.|\[\.\]|\(\.\)|\sdot\s)\s?(?:{TOP_LEVEL_DOMAINS})\b|hxxp", re.IGNORECASE
)
EMAIL_PATTERN = re.compile(r"[\w.+-]+\s?(?:@|\[at\]|\(at\))\s?[\w-]+\.\w+", re.IGNORECASE)
PHONE_PATTERN = re.compile(r"(?:\d[\s().-]{0,2}){9,}")
SALES_WORDS = re.compile(
    r"\b(?:buy|cheap|discount|promo|coupon|casino|crypto|bitcoin|loan|whatsapp|telegram|"
    r"click here|order now|free trial|miracle|100\s?% (?:cure|natural))\b",
    re.IGNORECASE,
)
REPEATED_PUNCTUATION = re.compile(r"([!?$])\1{2,}")
MIN_LETTERS = 20


@dataclass(frozen=True, slots=True)
class SpamSign:
    """A typical feature of advertisements, with its weight."""

    points: int
    description: str | Promise


def find_spam_signs(text: str) -> list[SpamSign]:
    """Return the signs of spam in a comment; an empty list for most comments."""
    matches = {
        SpamSign(3, _("a web address")): LINK_PATTERN.search(text),
        SpamSign(2, _("an e-mail address")): EMAIL_PATTERN.search(text),
        SpamSign(2, _("a phone number")): PHONE_PATTERN.search(text),
        SpamSign(2, _("words of selling")): SALES_WORDS.search(text),
        SpamSign(1, _("many signs in a row")): REPEATED_PUNCTUATION.search(text),
        SpamSign(1, _("mostly capital letters")): _is_mostly_capitals(text),
    }
    return [sign for sign, match in matches.items() if match]


def spam_score(signs: list[SpamSign]) -> int:
    """Return the sum of the signs' points, from 0 to 11; 3 or more deserves a second look."""
    return sum(sign.points for sign in signs)


def _is_mostly_capitals(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return len(letters) >= MIN_LETTERS and capitals * 2 > len(letters)
