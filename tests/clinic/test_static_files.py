"""Scripts are ES modules that import each other, under hashed and under plain names."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "clinic/static/clinic/js"
IMPORT = re.compile(r'\b(?:from|import) ?"([^"]+)"')
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")
SCRIPT = re.compile(r"<script\b[^>]*>")
DATA = re.compile(r'type="(?!module)[^"]+/[^"]+"')
"""JSON in a page is no script."""


def imports_in(folder: Path) -> list[Path]:
    """Every file that a module in the folder imports."""
    return [
        (script.parent / address).resolve()
        for script in folder.rglob("*.js")
        for address in IMPORT.findall(script.read_text())
    ]


def test_collected_modules_import_each_other_by_hashed_names_that_are_no_public_list(
    settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT, settings.DATA_DIR = tmp_path / "static", tmp_path
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "staticfiles.json").write_text("{}")  # of an older version
    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["css", "js", "json", "svg"]  # takes seconds
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "clinic.static_files.ModuleStaticFilesStorage"}
    }
    of_packages = ["admin/*", "django_*/*"]  # 180 files, which take seconds too
    call_command("collectstatic", "--noinput", verbosity=0, ignore_patterns=of_packages)
    found = imports_in(tmp_path / "static/clinic/js")

    assert len(found) == len(imports_in(SCRIPTS)) > 0
    assert [file for file in found if not file.is_file() or not HASHED.search(file.name)] == []
    assert not (tmp_path / "static/staticfiles.json").exists(), "it would be served"
    assert "clinic/js" in (tmp_path / "static-names/staticfiles.json").read_text()


def test_plain_modules_import_each_other_by_plain_names() -> None:
    assert [file for file in imports_in(SCRIPTS) if not file.is_file()] == []


@pytest.mark.parametrize("attribute", ["type", "src"])
def test_every_script_of_a_template_is_a_module_in_a_file(attribute: str) -> None:
    wanted = {"type": 'type="module"', "src": "src="}[attribute]
    found = [
        f"{template.relative_to(ROOT)}: {tag}"
        for template in (ROOT / "templates").rglob("*.html")
        for tag in SCRIPT.findall(template.read_text())
        if wanted not in tag and not DATA.search(tag)
    ]

    assert found == []


def test_no_script_reads_state_from_class_names() -> None:
    reads = re.compile(r"classList\.contains|className\.(match|includes|split)|\.matches\(\"\.")
    by_class = re.compile(r"(?:querySelector(?:All)?|closest|matches)\(\s*[\"'`][^\"'`]*\.[a-z]")
    found = [
        f"{script.name}: {line.strip()}"
        for script in SCRIPTS.rglob("*.js")
        for line in script.read_text().splitlines()
        if reads.search(line) or by_class.search(line)
    ]

    assert found == []
