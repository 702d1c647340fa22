"""Phone numbers as people type them: how to dial and compare them.

The typed text is stored and shown. A number without a country code is one of the clinic's region,
an ISO 3166-1 code such as "US".
"""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from clinic.lib.text.invisible import without_format_characters

MIN_DIGITS, MAX_DIGITS = 3, 20
"""How many digits a dialable number has: from a short service number to long prefixes."""
MAX_PARSED_LENGTH = 100
EXTENSION = re.compile(
    r"[\s,;]*(?:ext(?:ension|n)?|x|app(?:arat)?|dw|poste|tel\.?\s*ext|\#|;ext=)"
    r"[\s.:=]*(\d{1,7})\s*$",
    re.IGNORECASE,
)
REMARK = re.compile(r"\([^()\d]*[^\W\d_][^()\d]*\)")
"""A remark in parentheses, such as (mobile)."""
SECOND_NUMBER = re.compile(r"\s*[,;]\s*|\s+(?:/|or|oder|ou|o)\s+", re.IGNORECASE)
MIN_DIGITS_BEFORE_SECOND = 6
SPREADSHEET_NUMBER = re.compile(r"\d(?:[.,]\d+)?e\+?\d{1,2}", re.IGNORECASE)
"""What a spreadsheet makes of a long number, such as 3.12555E+09."""


@dataclass(frozen=True, slots=True)
class ParsedPhone:
    """The digits that a typed number dials, with "+" and the country code if `is_complete`."""

    number: str
    extension: str = ""
    is_complete: bool = False


def parse_phone(text: str, region: str = "") -> ParsedPhone:
    """Return what a typed number dials from a region.

    It is complete if it is a valid number of some country; otherwise it is the typed number without
    all characters that cannot be dialed.
    """
    main, extension = split_extension(text)
    first = SECOND_NUMBER.split(main, maxsplit=1)[0]
    if len(digits_of(first)) >= MIN_DIGITS_BEFORE_SECOND:
        main = first
    main = REMARK.sub(" ", main)
    for candidate in (_without_letters(main), main):
        number = _international(candidate, region)
        if number:
            return ParsedPhone(number, extension, is_complete=True)
    plus = "+" if main.lstrip(" (").startswith("+") else ""
    return ParsedPhone(plus + digits_of(main), extension)


def split_extension(text: str) -> tuple[str, str]:
    """Return the number and its extension ("" without one), both as plain text."""
    plain = plain_phone(text)
    match = EXTENSION.search(plain)
    if match is None or not digits_of(plain[: match.start()]):
        return plain, ""
    return plain[: match.start()].strip(), match[1]


def plain_phone(text: str) -> str:
    """Return a typed number with ASCII digits, hyphens and spaces, without invisible characters."""
    letters = unicodedata.normalize("NFKC", without_format_characters(text[:MAX_PARSED_LENGTH]))
    return " ".join("".join(_plain_letter(letter) for letter in letters).split())


def tel_url(text: str, region: str = "") -> str:
    """Return the tel: URL (RFC 3966) of a typed number: tel:+13125550142;ext=12."""
    parsed = parse_phone(text, region)
    extension = f";ext={parsed.extension}" if parsed.extension else ""
    return f"tel:{parsed.number}{extension}"


def is_dialable(text: str) -> bool:
    """Return whether the text can be dialed: 3 to 20 digits, or a number with letters."""
    main, _extension = split_extension(text)
    main = REMARK.sub(" ", main)
    if "@" in main or looks_shortened(text):
        return False
    digits = digits_of(main)
    letters = sum(character.isalpha() for character in main)
    if letters > len(digits):
        return bool(_international(main, "US"))  # 1-800-FLOWERS; letters stand for digits there
    longest = 2 * MAX_DIGITS if SECOND_NUMBER.search(main) else MAX_DIGITS
    return MIN_DIGITS <= len(digits) <= longest


def looks_complete(text: str, region: str = "") -> bool:
    """Return whether a number has as many digits as numbers of its country."""
    parsed = parse_phone(text, region)
    if parsed.is_complete:
        return True
    try:
        number = phonenumbers.parse(parsed.number, region or None)
    except NumberParseException:
        return not region and not parsed.number.startswith("+")  # no country to compare it with
    possible = phonenumbers.is_possible_number_with_reason(number)
    return bool(possible == phonenumbers.ValidationResult.IS_POSSIBLE)


def looks_shortened(text: str) -> bool:
    """Return whether a spreadsheet has changed the number into one such as 3.12555E+09."""
    return SPREADSHEET_NUMBER.fullmatch(plain_phone(text).replace(" ", "")) is not None


def phone_digits(text: str) -> str:
    """Return the digits by which numbers are compared and searched, without the extension.

    A number with a country code is normalized: +44 (0)20 7946 0958 becomes 442079460958.
    """
    main, _extension = split_extension(text)
    international = _international(main, "") if main.lstrip(" (").startswith("+") else ""
    return digits_of(international or main)


def searched_digits(text: str, region: str = "") -> list[str]:
    """Return the digits to search for in `phone_digits`.

    They are those typed, and those without country code and zero. A number of a caller's display,
    with the country code but without "+", is understood too.
    """
    main, _extension = split_extension(text)
    digits = digits_of(main)
    found = [digits.lstrip("0")]
    for candidate, candidate_region in ((main, region), (f"+{digits}", "")):
        if number := _international(candidate, candidate_region):
            parsed = phonenumbers.parse(number, None)
            found.append(str(parsed.national_number))
    return list(dict.fromkeys(filter(None, found)))


def digits_of(text: str) -> str:
    """Return the ASCII digits of the text."""
    return "".join(letter for letter in text if letter in "0123456789")


def _plain_letter(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.digit(letter))
    if category == "Pd" or letter == "\N{MINUS SIGN}":
        return "-"
    return letter


def _without_letters(text: str) -> str:
    return "".join(letter for letter in text if not letter.isalpha())


def _international(text: str, region: str) -> str:
    """Return a valid number such as +13125550142, or ""."""
    try:
        parsed = phonenumbers.parse(text, region or None)
    except NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed):
        return ""
    return str(phonenumbers.format_number(parsed, PhoneNumberFormat.E164))
