"""What makes a comment look like an advertisement. It only helps editors to see; they decide."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from booking.notifications.kinds import Words

ENDS = "com|net|org|info|biz|shop|online|site|store|xyz|top|club|ru|cn|io|co|me|link"
LINK = re.compile(
    rf"\b[\w-]{{2,}}\s?(?:\.|\[\.\]|\(\.\)|\sdot\s)\s?(?:{ENDS})\b|hxxp", re.IGNORECASE
)
ADDRESS = re.compile(r"[\w.+-]+\s?(?:@|\[at\]|\(at\))\s?[\w-]+\.\w+", re.IGNORECASE)
PHONE = re.compile(r"(?:\d[\s().-]{0,2}){9,}")
SELLING = re.compile(
    r"\b(?:buy|cheap|discount|promo|coupon|casino|crypto|bitcoin|loan|whatsapp|telegram|"
    r"click here|order now|free trial|miracle|100\s?% (?:cure|natural))\b",
    re.IGNORECASE,
)
SHOUTING = re.compile(r"([!?$])\1{2,}")
FEWEST_LETTERS = 20


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that adverts have, and how much it counts."""

    points: int
    words: Words


def signs_of_spam(text: str) -> list[Sign]:
    """None for most of what people write."""
    found = {
        Sign(3, _("a web address")): LINK.search(text),
        Sign(2, _("an e-mail address")): ADDRESS.search(text),
        Sign(2, _("a phone number")): PHONE.search(text),
        Sign(2, _("words of selling")): SELLING.search(text),
        Sign(1, _("many signs in a row")): SHOUTING.search(text),
        Sign(1, _("mostly capital letters")): _shouts(text),
    }
    return [sign for sign, is_there in found.items() if is_there]


def score(signs: list[Sign]) -> int:
    """From 0 to 11; from 3 on it is worth a second look."""
    return sum(sign.points for sign in signs)


def _shouts(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return len(letters) >= FEWEST_LETTERS and capitals * 2 > len(letters)
