"""The engine is plain Python: it imports no Django and does not read the clock."""

import ast
import subprocess
import sys
from pathlib import Path

import booking.engine

ENGINE = Path(booking.engine.__file__).parent
ROOT = ENGINE.parent.parent

WITHOUT_DJANGO = """
import sys
sys.modules["django"] = None  # every import of it fails
sys.path.insert(0, sys.argv[1])
from datetime import date
from zoneinfo import ZoneInfo
from booking.engine import assignment, hours, policy, slots, spans
zone, day = ZoneInfo("America/Chicago"), date(2026, 11, 2)
diary = slots.TherapistCalendar(7, spans.Spans.of(hours.wall_clock_to_utc(day, (540, 660), zone)))
asked = slots.SlotQuery(
    slots.SessionLength(60, 10), (0, 1 << 40), hours.grid_starts(day, 30, zone), [diary],
    {1: spans.EMPTY_SPANS},
)
found = [
    hours.to_local_datetime(slot.start, zone).strftime("%H:%M")
    for slot in slots.find_slots(asked)
]
django = sorted(name for name in sys.modules if name.split(".")[0] == "django")
print(found, django)
"""


def engine_files() -> list[Path]:
    return sorted(ENGINE.glob("*.py"))


def imported_by(path: Path) -> set[str]:
    """The modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


def test_the_engine_works_without_django() -> None:
    run = subprocess.run(
        [sys.executable, "-I", "-c", WITHOUT_DJANGO, str(ROOT)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.stderr, run.stdout) == ("", "['09:00', '09:30', '10:00'] ['django']\n")


def test_the_engine_imports_only_itself_and_the_standard_library() -> None:
    strange = {
        name
        for path in engine_files()
        for name in imported_by(path)
        if not name.startswith("booking.engine.")
        and name.split(".")[0] not in sys.stdlib_module_names
    }
    assert strange == set()


def test_the_engine_never_asks_for_the_time() -> None:
    asked = {
        (path.name, node.attr)
        for path in engine_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today", "time_ns", "monotonic"}
        and not (isinstance(node.value, ast.Name) and node.value.id == "self")
    }
    assert asked == set()
