"""The operators' files of docs/deploy/cluster, with the addresses and folders of a test run.

Each address and port in a file, such as 10.0.0.11:5432, becomes a free port of 127.0.0.1.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.ports import free_port
from tests.servers.site import ROOT

FOLDER = ROOT / "docs" / "deploy" / "cluster"
ENDPOINT = re.compile(
    r"(?P<host>10\.0\.0\.\d+|127\.0\.0\.1)(?P<between>:|\s(?:port|listen_port|PORT)\s?=?\s?)(?P<port>\d+)"
)
ADDRESS = re.compile(r"10\.0\.0\.\d+(?!/|\d)")
LOOPBACK = "127.0.0.1"
UNREPLACED = re.compile(r"10\.0\.0\.\d+|CHANGE_ME|THIS_[A-Z]+")


@dataclass
class Endpoints:
    """The free ports that stand for the endpoints of the files."""

    ports: dict[tuple[str, int], int] = field(default_factory=dict)

    def port(self, address: str, port: int) -> int:
        """Return the port that stands for an address and its port, the same each time."""
        return self.ports.setdefault((address, port), free_port())


def render(
    name: str,
    endpoints: Endpoints,
    *,
    changes: Mapping[str, str],
    machine: str = "",
    address: str = "",
) -> str:
    """Return the text of a file for one machine.

    `changes` are texts to replace, each of which must be in the file. A port of 127.0.0.1 is one
    of the machine with that `address`. Raises AssertionError if anything is left to replace.
    """
    text = (FOLDER / name).read_text()
    text = "".join(line for line in text.splitlines(keepends=True) if line[0] not in "#;")
    for old, new in changes.items():
        assert old in text, f"{name} has no {old}"
        text = text.replace(old, new)
    text = text.replace("THIS_NAME", machine).replace("THIS_ADDRESS", address)

    def on_loopback(found: re.Match[str]) -> str:
        host = address if found["host"] == LOOPBACK else found["host"]
        return f"{LOOPBACK}{found['between']}{endpoints.port(host, int(found['port']))}"

    text = ADDRESS.sub(LOOPBACK, ENDPOINT.sub(on_loopback, text))
    left = UNREPLACED.search(text)
    assert left is None, f"{name}: {left and left[0]} was not replaced"
    return text


def read_settings(text: str) -> dict[str, str]:
    """Return the variables of a file of NAME=value lines."""
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {name: value.strip('"') for name, value in pairs}


def write(path: Path, text: str) -> Path:
    """Write a file that the account of the programs can read. Returns its path."""
    path.write_text(text)
    path.chmod(0o644)
    return path
