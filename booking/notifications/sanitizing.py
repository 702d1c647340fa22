"""Making typed text safe for mail headers, sentences and calendar files."""

import re
import unicodedata

from django.utils.translation import gettext as _

MAX_SUBJECT_LENGTH = 150
MAX_NAME_LENGTH = 60
LINE_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
DOT_IN_WORD = re.compile(r"\.(?=\w)")


def clean_text(text: str) -> str:
    r"""Return the text with \n as its only control character, and without bidi controls."""
    plain = LINE_BREAKS.sub("\n", text)
    return "".join(c for c in plain if c == "\n" or not _is_control_character(c)).strip()


def clean_line(text: str) -> str:
    """Return the cleaned text in one line."""
    return " ".join(clean_text(text).split())


def clean_subject(text: str) -> str:
    """Return the cleaned text in one line of at most 150 characters."""
    line = clean_line(text)
    return (
        line if len(line) <= MAX_SUBJECT_LENGTH else line[: MAX_SUBJECT_LENGTH - 1].rstrip() + "…"
    )


def greeting_name(name: str) -> str:
    """Return a name for a greeting, or "guest" if it is empty.

    Anybody can type a name into a form together with somebody else's address. So the name is cut
    to 60 characters, and changed so that mail programs find no link in it.
    """
    line = DOT_IN_WORD.sub(". ", clean_line(name))
    text = " ".join(re.sub(r"[/\\@:<>\[\]]", " ", line).split())
    if len(text) > MAX_NAME_LENGTH:
        text = text[:MAX_NAME_LENGTH].rsplit(" ", 1)[0] + "…"
    return text or _("guest")


def abbreviated_name(name: str) -> str:
    """Return first name and last initial, for calendars and lists: Ada E."""
    parts = greeting_name(name).split()
    first = parts[0][:30]
    return f"{first} {parts[-1][0].upper()}." if len(parts) > 1 else first


def mask_email(address: str) -> str:
    """Return the address with most of the user name hidden: a***@reader.example."""
    user, _at, domain = clean_line(address).rpartition("@")
    return f"{user[:1]}***@{domain}"


def _is_control_character(character: str) -> bool:
    """Return whether to remove the character. Joiners stay: emoji and some scripts need them."""
    is_control = unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
    return is_control or character in BIDI_CONTROLS
