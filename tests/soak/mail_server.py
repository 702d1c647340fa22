"""The mail server of a run: `python -m tests.soak.mail_server PORT FILE`.

Each accepted mail is written to the file as a line of JSON before the server answers. The answer
is delayed, so that the server is sometimes killed in between and the answer is lost.
"""

import asyncio
import json
import os
import random
import signal
import sys
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_ANSWER_DELAY_SECONDS = 0.1


class MailRecorder:
    """Appends every accepted mail to a file."""

    def __init__(self, file: Path) -> None:
        self.file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        mail = message_from_bytes(envelope.original_content or b"", policy=default)
        assert isinstance(mail, EmailMessage)
        line = {"id": mail["Message-ID"], "to": envelope.rcpt_tos, **calendar_facts(mail)}
        os.write(self.file, json.dumps(line).encode() + b"\n")
        await asyncio.sleep(random.uniform(0, MAX_ANSWER_DELAY_SECONDS))
        return "250 OK"


def calendar_facts(mail: EmailMessage) -> dict[str, str]:
    """Return METHOD and SEQUENCE of the attached calendar file, if there is one."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            lines = str(part.get_content()).splitlines()
            found = dict(line.split(":", 1) for line in lines if ":" in line)
            return {name.lower(): found.get(name, "") for name in ("METHOD", "SEQUENCE", "UID")}
    return {}


def main(port: int, file: Path) -> None:
    """Serve until SIGTERM or SIGINT."""
    Controller(MailRecorder(file), hostname="127.0.0.1", port=port).start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
