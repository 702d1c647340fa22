"""Scripts and pages agree on the names of data attributes: `data-lane` is `dataset.lane`."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "clinic/static/clinic/js"
PAGES = ((ROOT / "templates", "*.html"), (ROOT / "booking", "*.py"), (ROOT / "articles", "*.py"))
SELECTOR = re.compile(r"\[data-([a-z-]+)")
PROPERTY = re.compile(r"\bdataset\.([a-zA-Z]+)")
ANNOUNCED = re.compile(r'\bannounce\("([a-zA-Z]+)"\)')
"""The countdown of a hold announces attributes by name."""
WRITTEN_BY_SCRIPT = re.compile(r"\bdataset\.([a-zA-Z]+) = ")
ATTRIBUTE = re.compile(r"\bdata-([a-z][a-z-]*)")


def attribute_name(name: str) -> str:
    """Return the attribute of a property of `dataset`, without `data-`: "lane-kind"."""
    return re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


def read_all(folder: Path, pattern: str) -> Iterator[str]:
    """Yield the texts of the files in a folder, except migrations."""
    for file in folder.rglob(pattern):
        if "migrations" not in file.parts:
            yield file.read_text()


def written_attributes() -> set[str]:
    """Return the attributes that templates, forms and scripts write, without `data-`."""
    pages = "\n".join(text for place in PAGES for text in read_all(*place))
    scripts = "\n".join(read_all(SCRIPTS, "*.js"))
    by_scripts = map(attribute_name, WRITTEN_BY_SCRIPT.findall(scripts))
    return {*ATTRIBUTE.findall(pages), *by_scripts}


def test_every_attribute_that_a_script_reads_is_on_a_page() -> None:
    scripts = "\n".join(read_all(SCRIPTS, "*.js"))
    properties = [*PROPERTY.findall(scripts), *ANNOUNCED.findall(scripts)]
    read = {*SELECTOR.findall(scripts), *map(attribute_name, properties)}

    assert read - written_attributes() == set()


def test_every_attribute_that_browser_tests_use_is_on_a_page() -> None:
    tests = "\n".join(read_all(ROOT / "tests/browser", "*.py"))

    assert {*SELECTOR.findall(tests)} - written_attributes() == set()
