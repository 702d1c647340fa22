"""The rules that an import linter cannot hold: sizes, and who may save."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("clinic", "booking", "articles", "tests")
MAIL = {
    ROOT / "templates/layouts/email.html",
    *(ROOT / "templates/booking/notifications").glob("*.html"),
}
WRITES_NOTHING = (
    "booking/views", "booking/forms", "booking/queries", "clinic",
    "articles/views", "articles/admin", "articles/forms",
    "articles/queries", "articles/templatetags",
)  # fmt: skip
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEMPLATE = 400, 50, 200
WIDEST_TEMPLATE = 120
TOP_LEVEL = {
    "clinic", "booking", "articles", "templates", "tests", "docs", "manage.py",
    "requirements.txt", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md",
    "SECURITY.md", "Makefile", "data", "dist",
}  # fmt: skip


def python_files() -> list[Path]:
    return sorted(
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts
    )


def files_in(place: Path) -> list[Path]:
    """A module, or all of a package."""
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls_to(tree: ast.AST, names: set[str]) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in names
    ]


def too_long_or_late(path: Path) -> Iterator[str]:
    """What is wrong with a file: its length, its functions', or imports inside of them."""
    source = path.read_text()
    name = path.relative_to(ROOT)
    if (length := len(source.splitlines())) > LONGEST_FILE:
        yield f"{name} has {length} lines, at most {LONGEST_FILE}: move a part to a new module"
    for function in functions(ast.parse(source)):
        length = (function.end_lineno or 0) - function.lineno + 1
        if length > LONGEST_FUNCTION:
            yield (
                f"{name}: {function.name} has {length} lines, at most {LONGEST_FUNCTION}: "
                "move a part to a function"
            )
        inner = (isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
        if function.name != "ready" and any(inner):
            yield f"{name}: {function.name} imports inside: import at the top of the file"


def test_files_and_functions_stay_short_and_import_at_the_top() -> None:
    assert [fault for path in python_files() for fault in too_long_or_late(path)] == []


DRAWS_PICTURES = ROOT / "clinic" / "lib" / "files" / "pictures.py"
"""Its `save` is Pillow's, into memory."""


def test_no_view_and_no_form_writes_to_the_database() -> None:
    writes = {"save", "create", "bulk_create", "update_or_create", "get_or_create", "delete"}
    found = {
        str(path.relative_to(ROOT)): lines
        for folder in WRITES_NOTHING
        for path in files_in(ROOT / folder)
        if path != DRAWS_PICTURES
        and any(f".{name}(" in path.read_text() for name in writes)
        and (lines := calls_to(ast.parse(path.read_text()), writes))
    }

    assert found == {}, "Views, forms and queries save nothing: call a function of actions/."


def test_no_signal_receivers_are_used() -> None:
    found = [
        str(path.relative_to(ROOT))
        for package in ("clinic", "booking", "articles")
        for path in (ROOT / package).rglob("*.py")
        if "django.dispatch" in path.read_text() or "models.signals" in path.read_text()
    ]

    assert found == [], "Call what has to happen from the action instead of a signal."


def test_local_dates_are_computed_by_the_clinic_profile_only() -> None:
    """By ClinicProfile.today() and .local_date(): the date by UTC is another one in the evening."""
    by_hand = re.compile(r"astimezone\([^\n]*\)\.date\(\)|now\(\)\.date\(\)|date\.today\(")
    found = [
        str(path.relative_to(ROOT))
        for package in ("clinic", "booking", "articles")
        for path in (ROOT / package).rglob("*.py")
        if by_hand.search(path.read_text())
    ]

    assert found == ["clinic/lib/dates/zones.py"], "Use ClinicProfile.today() or .local_date()."


def test_templates_stay_short_and_carry_nothing_inline() -> None:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text()
        length = len(text.splitlines())
        assert length <= LONGEST_TEMPLATE, (
            f"{path.relative_to(ROOT)} has {length} lines, at most {LONGEST_TEMPLATE}: "
            "move a part to an include"
        )
        if path not in MAIL:  # mail programs know no style sheet of ours
            assert "style=" not in text, path
            assert "<style" not in text, path
        assert "onclick=" not in text, path


def test_no_line_of_a_template_is_too_long_to_review() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > WIDEST_TEMPLATE
    ]

    assert found == [], f"Break lines at {WIDEST_TEMPLATE} characters."


def test_no_new_files_are_at_the_top_of_the_project() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}

    assert found - TOP_LEVEL == set(), "Move it into a folder, or list it in TOP_LEVEL."


def imported_names(path: Path) -> set[str]:
    """The dotted names that a file imports, each with its module."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_only_one_module_imports_the_internals_of_allauth() -> None:
    importing = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if "allauth" in path.read_text()
        for name in imported_names(path)
        if name.startswith("allauth.") and "internal" in name.split(".")
    ]

    assert set(importing) == {"booking/access/allauth_internals.py"}, (
        "Add what you need to booking/access/allauth_internals.py."
    )


def test_no_browser_test_lets_the_page_evaluate_a_condition_again() -> None:
    """Playwright's wait_for_function does so with eval, which our Content Security Policy forbids:
    the test fails unless the condition is true at once."""
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in files_in(ROOT / "tests" / "browser")
        for line in calls_to(ast.parse(path.read_text()), {"wait_for_function"})
    ]

    assert found == [], "Use wait_for_condition of tests/browser/steps.py."
