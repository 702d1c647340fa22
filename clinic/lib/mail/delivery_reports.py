"""Read what a mail server reports about a mail that it could not deliver.

A delivery status notification (RFC 3464) says for each recipient what happened (Action), and why:
an enhanced status code (RFC 3463) in Status, and often a more exact one in Diagnostic-Code, the
reply of the server that refused it. Other formats are recognized by flufl.bounce; then the words
of the report are all there is to judge by.

| status | words | failure |
|---|---|---|
| action "delayed", or 4.x.x | any | TEMPORARY |
| 5.1.1, 5.1.2, 5.1.3, 5.1.6, 5.1.10 | any | NO_SUCH_MAILBOX |
| 5.0.0, or none | "user unknown", "does not exist"... | NO_SUCH_MAILBOX |
| any other | any | PERMANENT: full, too large, refused by a policy |

Answers of people and of their absence assistants are no reports.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses
from enum import StrEnum

from flufl.bounce import all_failures

log = logging.getLogger(__name__)

NO_SUCH_MAILBOX_CODES = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
VAGUE_CODES = frozenset({"", "5.0.0", "5.1.0"})
ENHANCED_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]\d)")
NO_SUCH_MAILBOX_WORDS = re.compile(
    r"user unknown|unknown user|no such (?:user|recipient|mailbox|person)|"
    r"(?:user|mailbox|address|account|recipient)[^.\n]{0,40} "
    r"(?:does not exist|doesn't exist|not found|unknown)|"
    r"no mailbox here by that name|unrouteable address|host or domain name not found",
    re.IGNORECASE,
)
ENVELOPE_HEADERS = (
    "Delivered-To", "X-Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To",
)  # fmt: skip
MAX_TEXT = 8_000


class Failure(StrEnum):
    """What became of a mail that was not delivered."""

    TEMPORARY = "temporary"
    """The server goes on trying."""
    PERMANENT = "permanent"
    """This mail was refused; another one may arrive."""
    NO_SUCH_MAILBOX = "no_such_mailbox"


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """A recipient, in lower case, to whom a mail was not delivered; `code` such as 5.1.1, or ""."""

    address: str
    failure: Failure
    code: str = ""


def read_failures(message: Message) -> Sequence[FailedRecipient]:
    """Return what a message reports; nothing if it is no report."""
    blocks = [block for part in message.walk() for block in _recipient_blocks(part)]
    if blocks:
        return [found for block in blocks if (found := _read_block(block)) is not None]
    return [] if _is_automatic_answer(message) else list(_read_other_formats(message))


def envelope_recipients(message: Message) -> list[str]:
    """Return the addresses that a message was sent to, from the headers that servers add."""
    values = [str(value) for name in ENVELOPE_HEADERS for value in message.get_all(name, [])]
    return [address for _name, address in getaddresses(values) if address]


def classify(code: str, text: str) -> Failure:
    """Return the kind of a permanent failure from its status code ("" if unknown) and its text."""
    if code.startswith("4."):
        return Failure.TEMPORARY
    if code in NO_SUCH_MAILBOX_CODES:
        return Failure.NO_SUCH_MAILBOX
    if code in VAGUE_CODES and NO_SUCH_MAILBOX_WORDS.search(text[:MAX_TEXT]):
        return Failure.NO_SUCH_MAILBOX
    return Failure.PERMANENT


def find_code(text: str) -> str:
    """Return the first enhanced status code in the reply of a server, or ""."""
    found = ENHANCED_CODE.search(text[:MAX_TEXT])
    return found[1] if found else ""


def _recipient_blocks(part: Message) -> list[Message]:
    """Return the blocks of a delivery status that are about one recipient each."""
    if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
        return []
    return [block for block in part.get_payload() if isinstance(block, Message) and block["Action"]]


def _read_block(block: Message) -> FailedRecipient | None:
    action = str(block["Action"]).strip().lower()
    address = _address(block["Final-Recipient"]) or _address(block["Original-Recipient"])
    status, reply = find_code(str(block["Status"] or "")), str(block["Diagnostic-Code"] or "")
    if action == "delayed" or status.startswith("4."):
        return FailedRecipient(address, Failure.TEMPORARY, status)
    if action != "failed":
        return None
    code = find_code(reply) if status in VAGUE_CODES else status
    return FailedRecipient(address, classify(code or status, reply), code or status)


def _address(field: object) -> str:
    """Return the address of a field such as `rfc822; ana@mail.example`, in lower case."""
    _type, _semicolon, address = str(field or "").rpartition(";")
    return address.strip().strip("<>").lower()


def _is_automatic_answer(message: Message) -> bool:
    submitted = str(message["Auto-Submitted"] or "").lower()
    precedence = str(message["Precedence"] or "").lower()
    return (
        submitted.startswith("auto-replied")
        or precedence == "auto_reply"
        or "X-Autoreply" in message
    )


def _read_other_formats(message: Message) -> Iterator[FailedRecipient]:
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # noqa: BLE001  # its detectors trip over mails of any shape
        log.warning("A delivery report could not be parsed.")
        return
    text = _text(message)
    for address in permanent:
        code = find_code(text)
        yield FailedRecipient(_decode(address), classify(code, text), code)
    for address in temporary:
        yield FailedRecipient(_decode(address), Failure.TEMPORARY)


def _decode(address: bytes) -> str:
    return address.decode(errors="replace").lower()


def _text(message: Message) -> str:
    """Return the words of the report itself, without the mail that came back."""
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(payload, bytes):
            return payload.decode(errors="replace")[:MAX_TEXT]
    return ""
