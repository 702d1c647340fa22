"""A real SMTP server on loopback that accepts, defers, refuses, hangs up or falls silent."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Answer = str | Callable[[str], str]
OK = "250 OK"
HANG_UP, SILENCE = "hang up", "silence"


@dataclass
class Postbox:
    """The accepted mails, and the server's responses: `rcpt` and `data` are SMTP replies."""

    port: int = 0
    rcpt: Answer = OK
    data: Answer = OK
    mails: list[Mail] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        answer = self.rcpt(address) if callable(self.rcpt) else self.rcpt
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        answer = self.data(envelope.rcpt_tos[0]) if callable(self.data) else self.data
        if answer in (OK, HANG_UP):  # taken; with HANG_UP the answer is lost
            content = envelope.original_content or b""
            self.mails.append(message_from_bytes(content, policy=default))
        if answer == SILENCE:
            await asyncio.sleep(60)
        if answer == HANG_UP:
            cast(asyncio.Transport, server.transport).abort()
        return answer


@contextmanager
def postbox(**answers: Answer) -> Iterator[Postbox]:
    """Start the server on a free port; stop it at the end."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Postbox(port=port, **answers)  # type: ignore[arg-type]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
