"""Read a mailbox over IMAP (RFC 3501), with TLS.

    with open_mailbox(parse_mailbox_url("imaps://user:password@mail.example/INBOX")) as mailbox:
        for uid in mailbox.unread(most=50):
            content = mailbox.fetch(uid)
            mailbox.delete(uid)

Raises MailboxUnavailable whenever the server cannot be reached or refuses something.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from imaplib import IMAP4, IMAP4_SSL
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 10
MAX_MESSAGE_BYTES = 256 * 1024
"""The report stands at the beginning; the mail that came back after it may be cut off."""


REASONS: Mapping[type[OSError], str] = {
    TimeoutError: "the server does not answer",
    ConnectionRefusedError: "no mail server is at that port",
    socket.gaierror: "there is no such host",
    ssl.SSLCertVerificationError: "its certificate is not valid for that host",
}


class MailboxUnavailable(Exception):
    """The mailbox could not be read. The text holds neither the password nor anything from it."""


@dataclass(frozen=True, slots=True)
class MailboxAddress:
    """Where a mailbox is, and who opens it."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    with_tls: bool

    def __str__(self) -> str:
        return f"{self.user} on {self.host}"


def parse_mailbox_url(url: str) -> MailboxAddress:
    """Return the parts of `imaps://user:password@host:port/folder`. Raises ValueError.

    `imap://`, without TLS, is allowed for a server on this machine only.
    """
    parts = urlsplit(url)
    host, user, password = parts.hostname or "", parts.username or "", parts.password or ""
    if parts.scheme not in ("imap", "imaps") or not (host and user and password):
        raise ValueError("It must look like imaps://user:password@host/INBOX.")
    with_tls = parts.scheme == "imaps"
    if not with_tls and not _is_this_machine(host):
        raise ValueError("Without TLS (imap://) only a server on this machine can be read.")
    port = parts.port or (993 if with_tls else 143)
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    return MailboxAddress(host, port, unquote(user), unquote(password), folder, with_tls)


class Mailbox:
    """An open mailbox. Messages are identified by their UID."""

    def __init__(self, connection: IMAP4) -> None:
        self._connection = connection

    def unread(self, most: int) -> list[str]:
        """Return the UIDs of unread messages, the oldest first."""
        (found,) = self._uid("SEARCH", "UNSEEN")[:1]
        return found.decode().split()[:most] if isinstance(found, bytes) else []

    def fetch(self, uid: str) -> bytes | None:
        """Return the beginning of a message, which stays unread; None if it is gone."""
        for part in self._uid("FETCH", uid, f"(BODY.PEEK[]<0.{MAX_MESSAGE_BYTES}>)"):
            if isinstance(part, tuple):
                return bytes(part[1])
        return None

    def mark_read(self, uid: str) -> None:
        self._uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")

    def mark_unread(self, uid: str) -> None:
        self._uid("STORE", uid, "-FLAGS.SILENT", r"(\Seen)")

    def delete(self, uid: str) -> None:
        """Mark a message as deleted; it goes when the mailbox is closed."""
        self._uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen \Deleted)")

    def _uid(self, command: str, *arguments: str) -> list[object]:
        status, data = self._connection.uid(command, *arguments)
        if status != "OK":
            raise MailboxUnavailable(f"the mail server refused {command}")
        return list(data)


@contextmanager
def open_mailbox(address: MailboxAddress) -> Iterator[Mailbox]:
    """Open a mailbox, and remove the deleted messages at the end. Raises MailboxUnavailable."""
    try:
        connection = _connect(address)
        try:
            _sign_in(connection, address)
            status, _data = connection.select(_quote(address.folder))
            if status != "OK":
                raise MailboxUnavailable("the folder does not exist")
            yield Mailbox(connection)
            connection.close()
        finally:
            connection.shutdown()
    except UnicodeError as error:
        raise MailboxUnavailable("a name or password with letters that IMAP lacks") from error
    except IMAP4.error as error:
        raise MailboxUnavailable("refused by the server") from error
    except OSError as error:
        raise MailboxUnavailable(_describe(error)) from error


def _sign_in(connection: IMAP4, address: MailboxAddress) -> None:
    try:
        connection.login(address.user, address.password)
    except IMAP4.abort:
        raise
    except IMAP4.error as error:
        raise MailboxUnavailable("user name or password is refused") from error


def _describe(error: OSError) -> str:
    """Return why the server could not be reached, for the owner."""
    for kind, words in REASONS.items():
        if isinstance(error, kind):
            return words
    return type(error).__name__


def _connect(address: MailboxAddress) -> IMAP4:
    if not address.with_tls:
        return IMAP4(address.host, address.port, timeout=TIMEOUT_SECONDS)
    context = ssl.create_default_context()
    return IMAP4_SSL(address.host, address.port, ssl_context=context, timeout=TIMEOUT_SECONDS)


def _quote(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
