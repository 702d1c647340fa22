"""The version stands in one place, and the changelog has a section for it."""

import re
import tomllib
from pathlib import Path

from clinic import __version__

ROOT = Path(__file__).resolve().parent.parent
NEWEST = re.compile(r"^## (\S+).*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def test_the_changelog_begins_with_this_version_and_what_cannot_be_undone() -> None:
    newest = NEWEST.search((ROOT / "CHANGELOG.md").read_text())

    assert newest is not None
    assert newest[1] == __version__
    assert "### Upgrading" in newest[0]
    assert "cannot be undone" in newest[0]


def test_the_project_file_takes_the_version_from_the_code() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert "version" in project["dynamic"]
    assert "version" not in project
