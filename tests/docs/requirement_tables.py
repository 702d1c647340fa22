"""Read the tables that say of each requirement of a standard or a law what holds it."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATUSES = {"met", "partly", "not met", "clinic", "n/a"}
TEST = re.compile(r"`(tests/[\w/]+\.py)::([\w:]+)`")


@dataclass(frozen=True)
class Line:
    """A line of a table: its first cell, its status, and all of its text."""

    key: str
    status: str
    cells: tuple[str, ...]

    @property
    def tests(self) -> list[tuple[str, str]]:
        """The tests that the line names: path and name, with the class if there is one."""
        return TEST.findall(self.cells[-1])


def lines_of(document: Path) -> list[Line]:
    """Return the lines of all tables that have a column "status"."""
    found, place = [], None
    for text in document.read_text().splitlines():
        cells = tuple(cell.strip() for cell in text.strip("|").split("|"))
        if not text.startswith("|"):
            place = None
        elif "status" in cells:
            place = cells.index("status")
        elif place is not None and set(text) - set("|- "):
            found.append(Line(cells[0], cells[place], cells))
    return found


@cache
def names_of_tests(path: str) -> frozenset[str]:
    """Return the names of the tests of a file, those of classes as `Class::test`."""
    file = ROOT / path
    if not file.exists():
        return frozenset()
    names = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef):
            methods = (part for part in node.body if isinstance(part, ast.FunctionDef))
            names.update(f"{node.name}::{method.name}" for method in methods)
    return frozenset(names)
