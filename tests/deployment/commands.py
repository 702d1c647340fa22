"""The commands of docs/deployment.md, as an operator would type them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "deployment.md"
STEP = re.compile(r"^\*\*(\d+)\. ([^*]+?)[.,]?\*\*", re.MULTILINE)
BLOCK = re.compile(r"(?:^    .*\n)+", re.MULTILINE)
HOST = "book.example.com"

CERTIFICATE = f"""\
folder=/etc/letsencrypt/live/{HOST}; mkdir -p $folder
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN={HOST} \
    -addext subjectAltName=DNS:{HOST} -keyout $folder/privkey.pem -out $folder/fullchain.pem
"""
"""In place of certbot, which needs a host name that leads here."""
STAND_INS = {
    "certbot ": CERTIFICATE,
    "editor ": "",  # the example's own host name is the one that is tried
}
MAY_FAIL = "clinic-manage doctor"
"""It has reasons to complain until the clinic is set up."""


@dataclass(frozen=True)
class Step:
    """One step of the installation; `lines` is what to run in one shell."""

    number: int
    title: str
    lines: str


def read_steps(version: str, *, database: str) -> Iterator[Step]:
    """Yield the steps that have commands. Step 6 is left out for the database "sqlite"."""
    text = DOCUMENT.read_text()
    section = text[text.index("\n## Install\n") : text.index("\n## Afterwards\n")]
    _, *parts = STEP.split(section)
    for number, title, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if int(number) == 6 and database == "sqlite":
            continue
        block = "".join(BLOCK.findall(body)).replace("VERSION", version)
        lines = [_stand_in(line[4:]) for line in block.splitlines()]
        if any(lines):
            yield Step(int(number), title, "\n".join(lines))


def _stand_in(line: str) -> str:
    """Return a command, or what is done in its place."""
    for begin, other in STAND_INS.items():
        if line.startswith(begin):
            return other
    return f"{line} || true" if line.startswith(MAY_FAIL) else line
