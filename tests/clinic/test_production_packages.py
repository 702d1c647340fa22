"""What is installed on a production server: what the site imports, and nothing for tests."""

import re
import tomllib
from pathlib import Path

from clinic.production_packages import REQUIREMENTS, production_packages

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def name_of(requirement: str) -> str:
    found = NAME.match(requirement)
    assert found
    return found[0].lower().replace(".", "-")


def test_the_lock_for_production_has_no_test_package() -> None:
    lock = REQUIREMENTS.read_text()
    part = production_packages(lock)
    names = set(re.findall(r"^([a-z0-9-]+)==", part, re.MULTILINE))
    wanted = {name_of(entry) for entry in PROJECT["project"]["dependencies"]}
    tests = {name_of(entry) for entry in PROJECT["dependency-groups"]["test"]}

    assert wanted <= names
    assert names & tests == set()
    assert {"cffi", "sqlparse", "fido2"} <= names, "what these packages need themselves"
    assert set(part.splitlines()) <= set(lock.splitlines())
    blocks = re.split(r"^(?=[a-z0-9])", part, flags=re.MULTILINE)[1:]
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
