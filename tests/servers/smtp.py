"""A real SMTP server on loopback that accepts, defers, refuses, hangs up or falls silent."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from typing import AnyStr, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

Answer = str | Callable[[str], str]
OK = "250 OK"
HANG_UP, SILENCE, DRIP = "hang up", "silence", "drip"
DRIPS, DRIP_SECONDS = 300, 0.2


@dataclass
class Postbox:
    """The accepted mails, and the server's replies at each stage of a conversation.

    A reply is an SMTP reply, HANG_UP, SILENCE, DRIP (lines of a reply that does not end, one every
    now and then), or a function that gets the recipient (for `mail` the sender) and returns one.
    `data_command` is the reply to DATA, `data` that after the content; `ehlo` and `auth` are used
    if they are not OK.
    """

    port: int = 0
    greeting: str = OK
    ehlo: str = OK
    auth: str = OK
    mail: Answer = OK
    rcpt: Answer = OK
    data_command: Answer = OK
    data: Answer = OK
    mails: list[Mail] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    """The senders of MAIL FROM, in order."""

    sessions: list[SMTP] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        self.begun.append(address)
        answer = await carry_out(server, self.mail, address)
        if answer == OK:
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        answer = await carry_out(server, self.rcpt, address)
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
            self.envelopes.append((envelope.mail_from or "", envelope.rcpt_tos[0]))
        return await carry_out(server, answer, "")


async def carry_out(server: SMTP, answer: Answer, address: str) -> str:
    """Return the reply, after a minute of silence or with the connection gone if it says so."""
    reply = answer(address) if callable(answer) else answer
    if reply == SILENCE:
        await asyncio.sleep(60)
    transport = cast(asyncio.Transport, server.transport)
    for _ in range(DRIPS if reply == DRIP else 0):
        transport.write(b"250-wait\r\n")
        await asyncio.sleep(DRIP_SECONDS)
    if reply == HANG_UP:
        transport.abort()
    return reply


class ScriptedSMTP(SMTP):
    """aiosmtpd's server, with the stages scripted that its handler cannot answer."""

    @property
    def box(self) -> Postbox:
        return cast(Postbox, self.event_handler)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.box.sessions.append(self)
        super().connection_made(transport)

    async def push(self, status: AnyStr) -> None:
        is_greeting = isinstance(status, str) and status.startswith("220 ")
        if is_greeting and self.box.greeting != OK:
            await super().push(await carry_out(self, self.box.greeting, ""))
        else:
            await super().push(status)

    @syntax("EHLO hostname")
    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802  # aiosmtpd's name
        if self.box.ehlo != OK:
            await self.push(await carry_out(self, self.box.ehlo, ""))
            return
        await super().smtp_EHLO(hostname)

    @syntax("HELO hostname")
    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802  # aiosmtpd's name
        if self.box.ehlo != OK:
            await self.push(await carry_out(self, self.box.ehlo, ""))
            return
        await super().smtp_HELO(hostname)

    @syntax("AUTH <mechanism>")
    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        reply = "235 2.7.0 Welcome" if self.box.auth == OK else self.box.auth
        await self.push(await carry_out(self, reply, ""))

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        recipients = self.envelope.rcpt_tos if self.envelope else []
        reply = await carry_out(self, self.box.data_command, recipients[0] if recipients else "")
        if reply != OK:
            await self.push(reply)
            return
        await super().smtp_DATA(arg)


class ScriptedController(Controller):
    """Serves one Postbox with ScriptedSMTP."""

    def factory(self) -> SMTP:
        return ScriptedSMTP(self.handler, auth_require_tls=False, **self.SMTP_kwargs)


@contextmanager
def postbox(**answers: Answer) -> Iterator[Postbox]:
    """Start the server on a free port; stop it at the end."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Postbox(port=port, **answers)  # type: ignore[arg-type]
    controller = ScriptedController(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(end_sessions(box), controller.loop).result()
        controller.stop()


async def end_sessions(box: Postbox) -> None:
    """Close the connections that are open, also those on which the server is silent."""
    for session in box.sessions:
        if session.transport is not None:
            cast(asyncio.Transport, session.transport).abort()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
