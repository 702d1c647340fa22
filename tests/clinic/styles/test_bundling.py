"""The style sheets: order of layers, size of files, bundles."""

import re
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from booking.queries.appointments.calendar_grid import ROW_MINUTES as GRID_ROW_MINUTES
from clinic.styles.bundling import CannotBundle, Paths, bundle
from clinic.styles.calendar_rows import FILE, ROW_MINUTES, calendar_rows_css

ROOT = Path(__file__).parents[3]
CSS = ROOT / "clinic" / "static" / "clinic" / "css"
SHEETS = sorted(CSS.rglob("*.css"))
PDF_SHEET = CSS / "receipt-pdf.css"
"""Given to WeasyPrint; no page links it."""
ENTRIES = sorted(set(CSS.glob("*.css")) - {PDF_SHEET})
BACK_OFFICE = {"admin.css", "editing.css"}
"""Beside Django's own sheets, which have no layers and would win over any."""
MAX_LINES = 320
LAYERS = re.compile(r"^@layer ([^{;]+);", re.MULTILINE)
IMPORTED = re.compile(r'@import "([^"]+)";')


def ids(path: Path) -> str:
    return str(path.relative_to(CSS))


def order(sheet: Path) -> list[str]:
    return [name.strip() for said in LAYERS.findall(sheet.read_text()) for name in said.split(",")]


def paths_in(folder: Path) -> Paths:
    storage = FileSystemStorage(location=folder)
    names = [str(path.relative_to(folder)) for path in folder.rglob("*.css")]
    return {name: (storage, name) for name in names}


def test_every_sheet_that_a_page_links_declares_the_same_order_of_layers() -> None:
    orders = {ids(sheet): order(sheet) for sheet in ENTRIES if sheet.name not in BACK_OFFICE}

    assert set(map(tuple, orders.values())) == {tuple(order(CSS / "site.css"))}


def test_no_public_rule_overrides_the_desk() -> None:
    layers = order(CSS / "site.css")
    desk = [name for name in layers if name.startswith("desk.")]
    first = layers.index(desk[0])

    assert layers[first : first + len(desk)] == desk
    assert layers[first + len(desk) :] == ["utilities", "print"]
    for sheet in SHEETS:
        if not ids(sheet).startswith("desk"):
            assert "@layer desk" not in sheet.read_text(), sheet


@pytest.mark.parametrize("sheet", SHEETS, ids=ids)
def test_every_sheet_has_a_comment_and_a_limited_length(sheet: Path) -> None:
    text = sheet.read_text()

    assert text.startswith("/* ")
    assert sheet == FILE or text.count("\n") <= MAX_LINES


def test_every_part_is_imported_and_every_sheet_is_linked() -> None:
    imports = {ids(sheet): IMPORTED.findall(sheet.read_text()) for sheet in ENTRIES}
    pages = "".join(page.read_text() for page in (ROOT / "templates").rglob("*.html"))

    assert {part for parts in imports.values() for part in parts} == {
        ids(sheet) for sheet in SHEETS if sheet not in {*ENTRIES, PDF_SHEET}
    }
    assert [name for name, parts in imports.items() if len(parts) != len(set(parts))] == []
    assert set(re.findall(r"clinic/css/([\w-]+\.css)", pages)) == {entry.name for entry in ENTRIES}


def test_the_generated_rows_of_the_calendar_are_current() -> None:
    assert ROW_MINUTES == GRID_ROW_MINUTES
    assert FILE.read_text() == calendar_rows_css()


def test_a_bundle_contains_all_parts_without_comments() -> None:
    text = bundle("site.css", paths_in(CSS))

    assert "@import" not in text
    assert "/*" not in text
    assert text.startswith("@layer base, layout,")
    assert text.index("--paper:") < text.index(".button {") < text.index(".visually-hidden {")


def test_a_part_must_exist_and_name_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text('/* A. */\n@import "b.css";\n')
    with pytest.raises(KeyError, match=r"b\.css"):
        bundle("a.css", paths_in(tmp_path))
    (tmp_path / "b.css").write_text('p { background: url("c.png"); }\n')
    with pytest.raises(CannotBundle, match=r"b\.css, imported by a\.css"):
        bundle("a.css", paths_in(tmp_path))


THEIRS = re.compile(
    r"ProseMirror-|selectedCell|field-|inline-|v[A-Z]|delete-confirmation|form-multiline"
)
"""Classes that Django's admin and the rich-text editor give."""
PLACES = ("templates", "articles", "booking", "clinic")
KINDS = {".html", ".svg", ".py", ".js"}


def test_every_styled_class_is_used() -> None:
    """Whole, or from its beginning on: `brief-{{ brief.notice_level }}` gives brief-care."""
    texts = [path.read_text() for place in PLACES for path in (ROOT / place).rglob("*.*")
             if path.suffix in KINDS]  # fmt: skip
    given = set(re.findall(r"[\w-]+", " ".join(texts)))
    begun = {found for text in texts for found in re.findall(r"([\w-]+-)(?:\$?\{|\\1)", text)}
    styled = {name for sheet in SHEETS if sheet != FILE for name in classes_of(sheet)}

    assert {
        name
        for name in styled - given
        if not THEIRS.match(name) and not any(name.startswith(start) for start in begun)
    } == set()


def classes_of(sheet: Path) -> set[str]:
    text = re.sub(r"/\*.*?\*/|@import[^;]+;|@layer[^;{]+", "", sheet.read_text(), flags=re.DOTALL)
    heads = re.findall(r"([^{};]+)\{", text)
    return {name for head in heads for name in re.findall(r"\.([a-zA-Z][\w-]*)", head)}
