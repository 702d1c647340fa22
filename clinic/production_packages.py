"""Print the part of requirements.txt that a production server needs, without the test packages.

    python -m clinic.production_packages > production.txt
    pip install --require-hashes -r production.txt

requirements.txt is the lock for running and testing; under each package it names those that need it
("# via"). Plain Python, since nothing is installed yet.
"""

import re
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements.txt"
BLOCK = re.compile(r"^(?=[a-z0-9])", re.MULTILINE)
PROJECT = "clinic-booking (pyproject.toml)"
"""How "# via" names the site itself; for test packages it is `(pyproject.toml:test)`."""


def production_packages(lock: str) -> str:
    """Return the blocks of a lock that the site needs, directly or through other packages."""
    blocks = {block.split("==", 1)[0]: block for block in BLOCK.split(lock)[1:]}
    needed: set[str] = {PROJECT}
    while more := {name for name, block in blocks.items() if _parents(block) & needed} - needed:
        needed |= more
    return "".join(block for name, block in blocks.items() if name in needed)


def _parents(block: str) -> set[str]:
    """Return the names after "# via" in a block."""
    return {line.strip(" #") for line in block.partition("# via")[2].splitlines()}


if __name__ == "__main__":
    sys.stdout.write(production_packages(REQUIREMENTS.read_text()))
