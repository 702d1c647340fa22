"""A small IMAP server with one mailbox, on a port of its own, for tests."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

PASSWORD = "p%40ss"
"""As it stands in the URL."""


@dataclass
class FakeMailbox:
    """The messages of the server by UID, with their flags. `fails` names a command to refuse."""

    port: int = 0
    messages: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    fails: str = ""

    @property
    def url(self) -> str:
        return f"imap://bounces:{PASSWORD}@127.0.0.1:{self.port}/INBOX"

    def put(self, message: Message | bytes) -> int:
        """Add an unread message and return its UID."""
        uid = len(self.messages) + len(self.commands) + 1
        content = message if isinstance(message, bytes) else message.as_bytes()
        self.messages[uid], self.flags[uid] = content, set()
        return uid


class _Handler(StreamRequestHandler):
    def handle(self) -> None:
        self.say("* OK ready")
        for raw in self.rfile:
            tag, _space, rest = raw.decode().strip().partition(" ")
            if self.answer(tag, rest):
                return

    @property
    def box(self) -> FakeMailbox:
        return self.server.box

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def answer(self, tag: str, command: str) -> bool:
        """Answer one command; return whether the conversation is over."""
        box, name = self.box, command.upper()
        box.commands.append(re.sub(r"LOGIN .*", "LOGIN", command))
        is_wrong = name.startswith("LOGIN") and '"p@ss"' not in command
        if is_wrong or (box.fails and box.fails in name):
            self.say(f"{tag} NO refused")
            return False
        self.do(name, command)
        self.say(f"{tag} OK done")
        return name.startswith("LOGOUT")

    def do(self, name: str, command: str) -> None:
        box = self.box
        if name.startswith("CAPABILITY"):
            self.say("* CAPABILITY IMAP4rev1")
        elif name.startswith("SELECT"):
            self.say(f"* {len(box.messages)} EXISTS")
        elif name.startswith("UID SEARCH"):
            unread = [str(uid) for uid, flags in box.flags.items() if r"\Seen" not in flags]
            self.say(f"* SEARCH {' '.join(unread)}")
        elif name.startswith("UID FETCH"):
            self.fetch(int(command.split()[2]))
        elif name.startswith("UID STORE"):
            self.store(int(command.split()[2]), command)
        elif name.startswith("CLOSE"):
            self.expunge()

    def fetch(self, uid: int) -> None:
        text = self.box.messages[uid][: 256 * 1024]
        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(text)}}}\r\n".encode() + text)
        self.say(")")

    def store(self, uid: int, command: str) -> None:
        flags = set(re.findall(r"\\\w+", command))
        if "-FLAGS" in command:
            self.box.flags[uid] -= flags
        else:
            self.box.flags[uid] |= flags

    def expunge(self) -> None:
        for uid in [uid for uid, flags in self.box.flags.items() if r"\Deleted" in flags]:
            del self.box.messages[uid], self.box.flags[uid]


class _Server(ThreadingTCPServer):
    daemon_threads = True
    box: FakeMailbox
    tls: ssl.SSLContext | None = None

    def get_request(self) -> tuple:
        connection, address = super().get_request()
        if self.tls is not None:
            connection = self.tls.wrap_socket(connection, server_side=True)
        return connection, address

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients of tests hang up in the middle."""


@contextmanager
def imap_server(certificate: Path | None = None) -> Iterator[FakeMailbox]:
    """Run the server; with the file of a key and certificate it speaks TLS."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.box = FakeMailbox(port=server.server_address[1])
        if certificate is not None:
            server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.tls.load_cert_chain(certificate)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.box
        finally:
            server.shutdown()
            thread.join()
