"""The documents name existing paths, modules and links."""

import re
from pathlib import Path

import pytest

from tests.docs import er_diagram

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
ROOTS = ("articles", "booking", "clinic", "docs", "templates", "tests")
QUOTED_PATH = re.compile(rf"`((?:{'|'.join(ROOTS)})/[\w./<>*-]*)`")
QUOTED_MODULE = re.compile(rf"`((?:{'|'.join(ROOTS)})(?:\.[a-z_]+)+)`")
LONGEST_ARCHITECTURE = 150


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_path_that_a_document_quotes_exists(document: Path) -> None:
    quoted = set(QUOTED_PATH.findall(document.read_text()))
    missing = {path for path in quoted if "<" not in path and not list(ROOT.glob(path.rstrip("/")))}

    assert missing == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_module_that_a_document_quotes_exists(document: Path) -> None:
    missing = {
        module for module in QUOTED_MODULE.findall(document.read_text()) if not is_there(module)
    }

    assert missing == set()


def is_there(dotted: str) -> bool:
    """Whether a dotted name is a module, a package, or a name that its module defines."""
    path = ROOT / dotted.replace(".", "/")
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    module, _, attribute = dotted.rpartition(".")
    file = (ROOT / module.replace(".", "/")).with_suffix(".py")
    package = ROOT / module.replace(".", "/") / "__init__.py"
    source = next((path.read_text() for path in (file, package) if path.exists()), "")
    return re.search(rf"\b{attribute}\b", source) is not None


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_between_documents_work(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())
    missing = {target for target in targets if not (document.parent / target).exists()}

    assert missing == set()


def test_the_architecture_document_is_short() -> None:
    lines = (ROOT / "docs" / "architecture.md").read_text().splitlines()

    assert len(lines) <= LONGEST_ARCHITECTURE


def test_the_data_model_matches_the_models() -> None:
    assert er_diagram.FILE.read_text() == er_diagram.render(), "python -m tests.docs.er_diagram"
