"""Words that others typed, made safe for a mail header, a sentence, or a calendar file."""

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
    r"""The text with \n as its only control character, and nothing that turns its direction."""
    plain = LINE_BREAKS.sub("\n", text)
    return "".join(c for c in plain if c == "\n" or not _is_control_character(c)).strip()


def clean_line(text: str) -> str:
    """The same in one line."""
    return " ".join(clean_text(text).split())


def clean_subject(text: str) -> str:
    """One line of at most 150 characters."""
    line = clean_line(text)
    return (
        line if len(line) <= MAX_SUBJECT_LENGTH else line[: MAX_SUBJECT_LENGTH - 1].rstrip() + "…"
    )


def greeting_name(name: str) -> str:
    """A name to greet with. Anybody can type one into a form, for somebody else's address: so it
    is short, and a mail program finds no link in it."""
    line = DOT_IN_WORD.sub(". ", clean_line(name))
    words = " ".join(re.sub(r"[/\\@:<>\[\]]", " ", line).split())
    if len(words) > MAX_NAME_LENGTH:
        words = words[:MAX_NAME_LENGTH].rsplit(" ", 1)[0] + "…"
    return words or _("guest")


def abbreviated_name(name: str) -> str:
    """First name and initial, for calendars and lists: Ada E."""
    words = greeting_name(name).split()
    first = words[0][:30]
    return f"{first} {words[-1][0].upper()}." if len(words) > 1 else first


def mask_email(address: str) -> str:
    """a***@reader.example: enough to know one's own address, too little to learn another's."""
    user, _at, domain = clean_line(address).rpartition("@")
    return f"{user[:1]}***@{domain}"


def _is_control_character(character: str) -> bool:
    """Whether it is an invisible command. Joiners stay: emoji and some scripts need them."""
    is_command = unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
    return is_command or character in BIDI_CONTROLS
