"""The copy of the migrated database is recreated when something it depends on changes."""

import ast
from pathlib import Path

from tests.migrated import PACKAGES, ROOT, hashed_files


def imported(path: Path) -> set[str]:
    """The project's modules that a file imports, as paths without their ending."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name.replace(".", "/") for name in names if name.partition(".")[0] in PACKAGES}


def test_all_imports_of_migrations_are_hashed() -> None:
    migrations = [path for path in hashed_files() if "migrations" in path.parts]
    wanted = {
        file
        for path in migrations
        for module in imported(path)
        for file in (ROOT / f"{module}.py", ROOT / module / "__init__.py")
        if file.exists() and file.stat().st_size
    }

    assert len(migrations) > 10
    assert {str(file.relative_to(ROOT)) for file in wanted - set(hashed_files())} == set()
