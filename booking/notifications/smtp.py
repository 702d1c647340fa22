"""One conversation with the mail server: send a mail and return the reply that decided.

Every wait is limited by settings.EMAIL_TIMEOUT, and a whole mail by `send_limit()`, so that a
worker's lease outlasts everything that its server may do (see `leasing`). Nothing here uses the
database: mails are sent in threads (see `senders`).
"""

import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from socket import SHUT_RDWR, socket
from threading import Timer
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address

from booking.models import Notification
from booking.notifications.return_path import return_path
from booking.notifications.smtp_replies import GO_ON, NO_REPLY, Meaning, Reply, Stage

TIMEOUTS_IN_A_MAIL = 3
"""A mail may take as long as this many time-outs. Each reply may take one; only that after the
content as long as is left, because a server may check the content before it answers, and a mail
whose reply comes too late is sent again (RFC 5321, 4.5.3.2.6)."""
TIMED_OUT = "timed out"
NOT_OFFERED = 502
"""What we take for the reply of a server that does not offer the sign-in or the encryption that
EMAIL_URL asks for."""


class UnwritableAddress(Exception):
    """The recipient's address cannot be written in a mail, so no mailbox can have it."""


class UnwritableSender(Exception):
    """DEFAULT_FROM_EMAIL is no address, so no mail can be sent."""

    reply = Reply(Stage.MAIL, 553, "5.1.7 DEFAULT_FROM_EMAIL is no mail address")
    """What a server would say to it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail with the two addresses that the server gets before it."""

    sender: str
    recipient: str
    email: EmailMultiAlternatives


def envelope_sender(notification: Notification) -> str:
    """Return the address that the mail server reports failures of delivery to (MAIL FROM)."""
    return return_path(notification) or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def make_envelope(notification: Notification, email: EmailMultiAlternatives) -> Envelope:
    """Return the mail with its addresses in ASCII.

    Raises UnwritableSender, UnwritableAddress, or ValueError for a header that cannot be written.
    """
    try:
        sanitize_address(settings.DEFAULT_FROM_EMAIL, "utf-8")
        sender = sanitize_address(envelope_sender(notification), "utf-8")
    except ValueError as error:
        raise UnwritableSender from error
    if not all(sender.rpartition("@")):
        raise UnwritableSender
    try:
        recipient = sanitize_address(notification.to_email, "utf-8")
    except ValueError as error:
        raise UnwritableAddress from error
    email.message()
    return Envelope(sender, recipient, email)


def send_limit() -> timedelta:
    """Return how long one mail may take at most, from its lease to the last reply."""
    return timedelta(seconds=settings.EMAIL_TIMEOUT * TIMEOUTS_IN_A_MAIL)


class Mailer:
    """A connection to the mail server, opened when it is needed and used for many mails.

    Used by one thread at a time.
    """

    def __init__(self) -> None:
        self._backend = get_connection()

    def send(self, envelope: Envelope, deadline: float) -> Reply:
        """Send one mail before `deadline` (as time.monotonic); return the reply that decided.

        That is the first that is not a success, or the one after the content.
        """
        backend = self._backend
        if not isinstance(backend, smtp.EmailBackend):
            return _hand_over(backend, envelope)
        was_open = backend.connection is not None
        reply = self._open_and_send(backend, envelope, deadline)
        if was_open and _is_closed_session(reply):
            reply = self._open_and_send(backend, envelope, deadline)
        return reply

    def close(self) -> None:
        """Close the connection without waiting for an answer."""
        backend = self._backend
        if isinstance(backend, smtp.EmailBackend):
            # Where Django keeps a connection whose sign-in has failed; its types do not say so.
            for name in ("connection", "_partial_connection"):
                session: smtplib.SMTP | None = getattr(backend, name)
                if session is not None:
                    _hang_up(session)
                setattr(backend, name, None)

    def _open_and_send(
        self, backend: smtp.EmailBackend, envelope: Envelope, deadline: float
    ) -> Reply:
        failure = _open(backend)
        if failure is None and time.monotonic() >= deadline:
            failure = Reply(Stage.CONNECT, NO_REPLY, TIMED_OUT)
        session = backend.connection
        if failure is not None or session is None:
            self.close()
            return failure or Reply(Stage.CONNECT, NO_REPLY, "not connected")
        conversation = Conversation(session, deadline)
        with _time_limit(session, deadline):
            reply = conversation.send(envelope)
            is_usable = reply.meaning == Meaning.ACCEPTED or conversation.reset(reply)
        if not is_usable:
            self.close()
        return reply


def _open(backend: smtp.EmailBackend) -> Reply | None:
    """Connect and sign in unless that is done. Return the reply if it is not a success."""
    try:
        backend.open()
        if backend.connection is not None:
            backend.connection.ehlo_or_helo_if_needed()
    except smtplib.SMTPAuthenticationError as error:
        return _reply(Stage.AUTH, error.smtp_code, error.smtp_error)
    except smtplib.SMTPResponseException as error:
        return _reply(Stage.CONNECT, error.smtp_code, error.smtp_error)
    except smtplib.SMTPNotSupportedError as error:
        return Reply(Stage.AUTH, NOT_OFFERED, str(error))
    except OSError as error:  # SMTPException is one too
        return Reply(Stage.CONNECT, NO_REPLY, describe_error(error))
    return None


def _hand_over(backend: BaseEmailBackend, envelope: Envelope) -> Reply:
    """Give the mail to a backend that is not SMTP, such as files."""
    try:
        backend.send_messages([envelope.email])
    except OSError as error:
        return Reply(Stage.CONNECT, NO_REPLY, describe_error(error))
    return Reply(Stage.CONTENT, 250)


class Conversation:
    """The part of an SMTP session that is about one mail, with the stage that it has reached."""

    def __init__(self, session: smtplib.SMTP, deadline: float) -> None:
        self._session, self._deadline = session, deadline
        self._stage = Stage.MAIL

    def send(self, envelope: Envelope) -> Reply:
        """Send a mail; return the first reply that is not a success, or the last one."""
        message: Any = envelope.email.message()  # its class has this argument, its types do not
        content: bytes = message.as_bytes(linesep="\r\n")
        try:
            reply = self._begin(envelope, len(content))
            if reply.meaning != Meaning.ACCEPTED:
                return reply
            return self._send_content(content)
        except (smtplib.SMTPException, OSError) as error:
            return Reply(self._stage, NO_REPLY, describe_error(error))

    def reset(self, reply: Reply) -> bool:
        """End the mail after a bad reply. Return whether the session can be used for another."""
        if reply.code in (NO_REPLY, 421):
            return False
        try:
            code, _ = self._session.rset()
        except (smtplib.SMTPException, OSError):
            return False
        return code == 250

    def _begin(self, envelope: Envelope, size: int) -> Reply:
        options = [f"size={size}"] if self._session.has_extn("size") else []
        reply = _reply(Stage.MAIL, *self._session.mail(envelope.sender, options))
        if reply.meaning != Meaning.ACCEPTED:
            return reply
        self._stage = Stage.RCPT
        return _reply(Stage.RCPT, *self._session.rcpt(envelope.recipient))

    def _send_content(self, content: bytes) -> Reply:
        self._stage, sock = Stage.DATA, self._session.sock
        if sock is None:
            raise smtplib.SMTPServerDisconnected("connection closed")
        usual_timeout = sock.gettimeout()
        sock.settimeout(max(usual_timeout or 0, self._deadline - time.monotonic()))
        try:
            code, text = self._session.data(content)
        except smtplib.SMTPDataError as error:  # the reply to DATA itself
            return _reply(Stage.DATA, error.smtp_code, error.smtp_error)
        finally:
            sock.settimeout(usual_timeout)
        # 354 after the content makes no sense; as a reply to DATA it would be a success.
        return _reply(Stage.CONTENT, NO_REPLY if code == GO_ON else code, text)


def describe_error(error: Exception) -> str:
    """Return a few words about a failed connection, without addresses."""
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return TIMED_OUT
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "connection closed"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    return type(error).__name__


def _is_closed_session(reply: Reply) -> bool:
    """Whether the server had closed the session, which it found too old or used enough."""
    is_closed = reply.code == 421 or (reply.code == NO_REPLY and reply.text != TIMED_OUT)
    return reply.stage == Stage.MAIL and is_closed


def _reply(stage: Stage, code: int, text: bytes | str) -> Reply:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    # smtplib reports a reply that it cannot read as -1.
    return Reply(stage, max(code, NO_REPLY), words)


@contextmanager
def _time_limit(session: smtplib.SMTP, deadline: float) -> Iterator[None]:
    """Cut the connection at the deadline. A server that sends a byte now and then has no other
    limit, because a socket's time-out is for one byte."""
    left = max(0.0, deadline - time.monotonic())
    timer = Timer(left, _cut, (session.sock,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(sock: socket) -> None:
    with suppress(OSError):  # closed already
        sock.shutdown(SHUT_RDWR)


def _hang_up(session: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):  # closed already
        session.putcmd("quit")
    session.close()
