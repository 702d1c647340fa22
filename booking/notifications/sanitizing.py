"""Words that others typed, made safe for a mail header, a sentence, or a calendar file."""

import re
import unicodedata

from django.utils.translation import gettext as _

LONGEST_SUBJECT = 150
LONGEST_NAME = 60
LINE_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
TURNS_DIRECTION = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
DOT_IN_WORD = re.compile(r"\.(?=\w)")


def many_lines(text: str) -> str:
    r"""The text with \n as its only control character, and nothing that turns its direction."""
    plain = LINE_BREAKS.sub("\n", text)
    return "".join(c for c in plain if c == "\n" or not _commands(c)).strip()


def one_line(text: str) -> str:
    """The same in one line."""
    return " ".join(many_lines(text).split())


def subject_line(text: str) -> str:
    """One line of at most 150 characters."""
    line = one_line(text)
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def spoken_name(name: str) -> str:
    """A name to greet with. Anybody can type one into a form, for somebody else's address: so it
    is short, and a mail program finds no link in it."""
    line = DOT_IN_WORD.sub(". ", one_line(name))
    words = " ".join(re.sub(r"[/\\@:<>\[\]]", " ", line).split())
    if len(words) > LONGEST_NAME:
        words = words[:LONGEST_NAME].rsplit(" ", 1)[0] + "…"
    return words or _("guest")


def short_name(name: str) -> str:
    """First name and initial, for calendars and lists: Ada E."""
    words = spoken_name(name).split()
    first = words[0][:30]
    return f"{first} {words[-1][0].upper()}." if len(words) > 1 else first


def masked(address: str) -> str:
    """a***@reader.example: enough to know one's own address, too little to learn another's."""
    user, _at, domain = one_line(address).rpartition("@")
    return f"{user[:1]}***@{domain}"


def _commands(character: str) -> bool:
    """Whether it is an invisible command. Joiners stay: emoji and some scripts need them."""
    is_command = unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
    return is_command or character in TURNS_DIRECTION
