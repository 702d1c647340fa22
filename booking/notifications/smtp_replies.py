"""What the replies of a mail server mean for a mail and for the queue (RFC 5321, RFC 3463).

The meaning of a reply depends on the stage of the conversation, the code and the enhanced status
code, if the server gives one: 550 to MAIL FROM is about our sender address, 550 to RCPT TO about
the mailbox, 550 after the content about the mail. This is the table, for permanent replies (5xx):

| reply | stage | enhanced code | meaning |
|---|---|---|---|
| any | CONNECT, AUTH | any | SENDER_REFUSED |
| 530, 534, 535, 538 | any | any | SENDER_REFUSED: we are not signed in |
| any | any | x.1.7, x.1.8, x.7.8, x.7.9, ... (SENDER_DETAILS) | SENDER_REFUSED |
| any | any | x.2.3, x.3.4, x.6.y | MESSAGE_REFUSED: size or content |
| 552 | MAIL, DATA, CONTENT | none | MESSAGE_REFUSED: size |
| any | any after AUTH | x.3.y | SENDER_REFUSED: the system is not set up for us |
| any other | MAIL | any | SENDER_REFUSED |
| 550, 551, 556 | RCPT | none, but the text speaks of relaying, policy, spam ... | SENDER_REFUSED |
| 550, 551 | RCPT | none, but the text speaks of a mailbox that is not there | NO_SUCH_MAILBOX |
| 550, 551 | RCPT | none | UNEXPLAINED: see `unexplained_refusals` |
| 556 | RCPT | none | NO_SUCH_MAILBOX: the domain takes no mail (RFC 7504) |
| any | RCPT | x.1.1, x.1.2, x.1.3, x.1.6, x.1.10 | NO_SUCH_MAILBOX |
| 552 | RCPT | none | RECIPIENT_DEFERRED: the mailbox is full |
| any | RCPT, DATA, CONTENT | x.2.y | RECIPIENT_DEFERRED: the mailbox is full or disabled |
| any | RCPT | x.4.y | RECIPIENT_DEFERRED: the way there is broken |
| any | RCPT | x.7.y, except x.7.2, x.7.17 and x.7.18 | SENDER_REFUSED: policy |
| any other | RCPT, DATA, CONTENT | any | MESSAGE_REFUSED |

Temporary replies (4xx) are never final: they mean SERVER_UNAVAILABLE at CONNECT and AUTH, for 421,
for x.3.y (except size) and for what is about our sender; RECIPIENT_DEFERRED at RCPT and for x.2.y;
and MESSAGE_DEFERRED for the rest. A connection that fails, hangs or ends without a reply, or with
one that makes no sense, has the meaning of no reply: SERVER_UNAVAILABLE before a mail has begun,
NO_ANSWER after that.

If the class of an enhanced code contradicts the code (550 4.7.1), the code counts (RFC 2034, 3).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

EnhancedCode = tuple[int, int, int]
"""Class, subject and detail, such as (5, 1, 1)."""


class Stage(IntEnum):
    """The step of an SMTP conversation that a reply belongs to, in order."""

    CONNECT = 1
    """Connection, greeting, EHLO and STARTTLS."""
    AUTH = 2
    MAIL = 3
    """MAIL FROM, with the envelope sender and the size."""
    RCPT = 4
    """RCPT TO. Each mail has one recipient."""
    DATA = 5
    CONTENT = 6
    """After the end of the content."""


class Meaning(StrEnum):
    """What a reply means. The values are those of Notification.Failure."""

    ACCEPTED = "accepted"
    SENDER_REFUSED = "sender_refused"
    """The server does not take mail from us: sender, sign-in, network address or policy."""
    MESSAGE_REFUSED = "message_refused"
    """The server does not take this mail, as far as one can tell: size, content or policy."""
    NO_SUCH_MAILBOX = "no_such_mailbox"
    UNEXPLAINED = "unexplained"
    """The server refuses the recipient and does not say why."""
    SERVER_UNAVAILABLE = "server_unavailable"
    """The server takes no mail now."""
    NO_ANSWER = "no_answer"
    """The server hung or hung up in the middle of this mail."""
    RECIPIENT_DEFERRED = "recipient_deferred"
    """The server takes nothing for this address now: greylisting, a full mailbox."""
    MESSAGE_DEFERRED = "message_deferred"


NO_REPLY = 0
"""The code of a reply that never came."""

GO_ON = 354
"""The reply to DATA that asks for the content."""
SIGN_IN_CODES = frozenset({530, 534, 535, 538})
TOO_LARGE_CODE = 552

_ABOUT_US = re.compile(
    r"\b(relay\w*|authenticat\w*|authori[sz]\w*|sender|polic(?:y|ies)|spam\w*|block\w*|black-?list\w*"
    r"|blocklist\w*|listed|dnsbl|rbl|reputation|spf|dkim|dmarc|reverse dns|ptr|helo|ehlo|client|"
    r"your (?:host|ip|server|domain)|(?:access|permission) denied|not permitted|not allowed)\b",
    re.IGNORECASE,
)
"""Words in the text of a reply without an enhanced code that say that it is about us. A mistake
costs little: when another mail is accepted, the queue goes on, and nobody is marked."""
_NO_SUCH_MAILBOX = re.compile(
    r"(?:unknown|invalid|no such|no|non-?existent|bad|not a known|not a valid)(?: \w+)? "
    r"(?:user|recipient|mailbox|person|address|account)"
    r"|(?:user|recipient|mailbox|address|account)\b[^\n]{0,80}? (?:unknown|invalid|inactive"
    r"|non-?existent|(?:is |was |could |can )?not (?:be )?(?:found|exist|known|valid|here)"
    r"|(?:does not|doesn't|doesnt) exist)"
    r"|unknown in virtual|unrouteable address|unroutable address|no longer (?:valid|exists)",
    re.IGNORECASE,
)
"""Words that say that there is no such mailbox. "Mailbox unavailable" is not among them: it is what
RFC 5321 (4.2.3) writes for every 550."""

ADDRESS, MAILBOX, SYSTEM, ROUTING, CONTENT_SUBJECT, POLICY = 1, 2, 3, 4, 6, 7
"""Subjects of enhanced codes (RFC 3463, 3)."""

MAILBOX_DETAILS = frozenset({1, 2, 3, 6, 10})
"""x.1.y: no such mailbox, domain or address; moved away; the domain accepts no mail."""
SENDER_DETAILS = frozenset(
    {
        (ADDRESS, 7), (ADDRESS, 8),  # our sender address, or its domain
        (POLICY, 8), (POLICY, 9), (POLICY, 11), (POLICY, 13), (POLICY, 14),  # our sign-in
        (POLICY, 20), (POLICY, 21), (POLICY, 22),  # DKIM
        (POLICY, 23), (POLICY, 24), (POLICY, 25), (POLICY, 26),  # SPF, reverse DNS, DMARC
        (POLICY, 27), (POLICY, 28), (POLICY, 29),  # null MX of our domain, too many mails, ARC
    }
)  # fmt: skip
"""Subject and detail of codes about us, at whatever stage they come."""
SIZE_DETAILS = frozenset({(MAILBOX, 3), (SYSTEM, 4)})
RECIPIENT_POLICY_DETAILS = frozenset({2, 17, 18})
"""x.7.y about one recipient: a closed mailing list, a mailbox or domain with a new owner."""

_ENHANCED = re.compile(r"(?:^|#)([245])\.(\d{1,3})\.(\d{1,3})(?!\S*\.\d)")
"""At the beginning of the text (RFC 2034), or anywhere after a "#", as qmail writes it."""


BARE_REFUSALS_AT_RCPT: Mapping[int, Meaning] = {
    550: Meaning.UNEXPLAINED,
    551: Meaning.UNEXPLAINED,
    552: Meaning.RECIPIENT_DEFERRED,
    556: Meaning.NO_SUCH_MAILBOX,
}
"""Meanings of replies without enhanced code or words. 550 can stand for a missing mailbox, for "no
access" and for "policy reasons" (RFC 5321, 4.2.3); for 552 see 4.5.3.1.10."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of a mail server. `code` is NO_REPLY if none came; then `text` says why."""

    stage: Stage
    code: int
    text: str = ""

    @property
    def enhanced(self) -> EnhancedCode | None:
        """The enhanced status code, or None."""
        return parse_enhanced_code(self.text) if self.code else None

    @property
    def meaning(self) -> Meaning:
        meaning = meaning_of(self.stage, self.code, self.enhanced)
        is_bare = meaning == Meaning.NO_SUCH_MAILBOX and self.enhanced is None
        if (is_bare or meaning == Meaning.UNEXPLAINED) and _ABOUT_US.search(self.text):
            return Meaning.SENDER_REFUSED
        if meaning == Meaning.UNEXPLAINED and _NO_SUCH_MAILBOX.search(self.text):
            return Meaning.NO_SUCH_MAILBOX
        return meaning

    @property
    def codes(self) -> str:
        """The code and the enhanced code, such as "550 5.1.1"; empty without a reply."""
        if not self.code:
            return ""
        enhanced = self.enhanced
        return f"{self.code} {'.'.join(map(str, enhanced))}" if enhanced else str(self.code)


def parse_enhanced_code(text: str) -> EnhancedCode | None:
    """Return the enhanced status code in the text of a reply, or None."""
    found = _ENHANCED.search(text.lstrip())
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def meaning_of(stage: Stage, code: int, enhanced: EnhancedCode | None = None) -> Meaning:
    """Return the meaning of a reply without words, by the table at the top of this module."""
    topic = enhanced[1:] if enhanced else None
    expected = code == GO_ON if stage == Stage.DATA else 200 <= code < 300
    if expected:
        return Meaning.ACCEPTED
    if 500 <= code < 600:
        return _permanent(stage, code, topic)
    if 400 <= code < 500:
        return _temporary(stage, code, topic)
    return Meaning.SERVER_UNAVAILABLE if stage <= Stage.AUTH else Meaning.NO_ANSWER


def _permanent(stage: Stage, code: int, topic: tuple[int, int] | None) -> Meaning:
    if stage <= Stage.AUTH or code in SIGN_IN_CODES or topic in SENDER_DETAILS:
        return Meaning.SENDER_REFUSED
    if topic in SIZE_DETAILS or (topic and topic[0] == CONTENT_SUBJECT):
        return Meaning.MESSAGE_REFUSED
    if topic and topic[0] == SYSTEM:
        return Meaning.SENDER_REFUSED
    if stage == Stage.RCPT:
        return _permanent_at_rcpt(code, topic)
    if stage == Stage.MAIL:
        is_size = code == TOO_LARGE_CODE and topic is None
        return Meaning.MESSAGE_REFUSED if is_size else Meaning.SENDER_REFUSED
    is_mailbox = topic is not None and topic[0] == MAILBOX
    return Meaning.RECIPIENT_DEFERRED if is_mailbox else Meaning.MESSAGE_REFUSED


def _permanent_at_rcpt(code: int, topic: tuple[int, int] | None) -> Meaning:
    if topic is None:
        return BARE_REFUSALS_AT_RCPT.get(code, Meaning.MESSAGE_REFUSED)
    subject, detail = topic
    if subject == ADDRESS and detail in MAILBOX_DETAILS:
        return Meaning.NO_SUCH_MAILBOX
    if subject in (MAILBOX, ROUTING):
        return Meaning.RECIPIENT_DEFERRED
    if subject == POLICY and detail not in RECIPIENT_POLICY_DETAILS:
        return Meaning.SENDER_REFUSED
    return Meaning.MESSAGE_REFUSED


def _temporary(stage: Stage, code: int, topic: tuple[int, int] | None) -> Meaning:
    if stage <= Stage.AUTH or code == 421 or topic in SENDER_DETAILS:
        return Meaning.SERVER_UNAVAILABLE
    if topic in SIZE_DETAILS:
        return Meaning.MESSAGE_DEFERRED
    if topic and topic[0] == SYSTEM:
        return Meaning.SERVER_UNAVAILABLE
    if stage == Stage.MAIL:
        return Meaning.SERVER_UNAVAILABLE
    is_mailbox = topic is not None and topic[0] == MAILBOX
    if stage == Stage.RCPT or is_mailbox:
        return Meaning.RECIPIENT_DEFERRED
    return Meaning.MESSAGE_DEFERRED
