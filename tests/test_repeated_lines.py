"""No two places of the tree share ten or more lines, outside of migrations."""

import re
import subprocess
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_SHARED = 9
SOURCES = ("*.py", "*.html", "*.css", "*.js")
IMPORT = re.compile(r"^(?:from \S+ )?import (?:\([^)]*\)|.*)$", re.MULTILINE)


def lines_of(file: Path) -> list[tuple[int, str]]:
    """Return the numbered lines of a file without indentation, blank lines and imports."""
    source = file.read_text()
    if file.suffix == ".py":
        source = IMPORT.sub(lambda match: "\n" * match[0].count("\n"), source)
    numbered = ((number, line.strip()) for number, line in enumerate(source.splitlines(), 1))
    return [(number, line) for number, line in numbered if line]


def test_no_two_places_share_ten_lines() -> None:
    command = ["git", "ls-files", *SOURCES]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    places = defaultdict(set)
    for name in listing.stdout.split():
        if "/migrations/" in name or not (ROOT / name).exists():
            continue
        lines = lines_of(ROOT / name)
        for at in range(len(lines) - MAX_SHARED):
            window = lines[at : at + MAX_SHARED + 1]
            places[tuple(line for _number, line in window)].add(f"{name}:{window[0][0]}")

    assert [sorted(shared) for shared in places.values() if len(shared) > 1] == []
