"""The files of docs/deploy: systemd's own judgement, and whether they agree with the program."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deployment.commands import read_steps

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted(path.name for path in (DEPLOY / "systemd").glob("*.*") if path.is_file())
SERVICES = [name for name in UNITS if name.endswith(".service")]
PYTHON = "/opt/clinic/current/.venv/bin/python"
MAX_EXPOSURE = 2.5
SETTING = re.compile(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", re.MULTILINE)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root folder with systemd's own units, ours, and something at the program's place."""
    folder = tmp_path_factory.mktemp("root")
    own_units = Path("/usr/lib/systemd/system")
    if shutil.which("systemd-analyze") is None or not own_units.exists():
        pytest.skip("NOT RUN: there is no systemd-analyze on this machine")
    shutil.copytree(own_units, folder / "usr/lib/systemd/system", symlinks=True)
    shutil.copytree(DEPLOY / "systemd", folder / "etc/systemd/system")
    program = folder / PYTHON.lstrip("/")
    program.parent.mkdir(parents=True)
    program.write_text("")
    program.chmod(0o755)
    return folder


def analyze(root: Path, *arguments: str) -> str:
    """Return what systemd-analyze prints, and fail if it does."""
    command = ["systemd-analyze", *arguments[:1], f"--root={root}", "--no-pager", *arguments[1:]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_systemd_finds_no_fault_in_the_units(root: Path) -> None:
    assert analyze(root, "verify", *UNITS) == ""


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_exposed_little(root: Path, service: str) -> None:
    said = analyze(root, "security", "--offline=true", service)
    found = re.search(r"Overall exposure level for \S+ ([\d.]+)", said)
    assert found, said
    assert float(found[1]) <= MAX_EXPOSURE


def test_every_setting_of_the_example_is_in_the_table_of_settings() -> None:
    table = SETTING.findall((ROOT / "docs/reference/settings.md").read_text())
    known = {name for cell in table for name in re.findall(r"[A-Z_]+", cell)}
    example = re.findall(r"^([A-Z_]+)=", (DEPLOY / "clinic.env").read_text(), re.MULTILINE)

    assert {"SECRET_KEY", "BACKUP_KEEP_YEARS"} <= known
    assert set(example) <= known


def test_the_documents_name_every_file() -> None:
    """A file that no document mentions is installed by nobody."""
    text = "".join(path.read_text() for path in (ROOT / "docs").rglob("*.md"))
    files = {path.relative_to(DEPLOY) for path in DEPLOY.rglob("*") if path.is_file()}
    not_named = {
        str(file)
        for file in files
        if not any(str(part) in text for part in (file.name, *file.parents) if str(part) != ".")
    }

    assert not_named == set()


def test_make_deployment_test_finds_every_step_of_the_installation() -> None:
    steps = list(read_steps("1.2.3", database="postgresql"))

    assert [step.number for step in steps] == list(range(1, 11))
    assert "tar -xzf clinic-booking-1.2.3.tar.gz -C /opt/clinic" in steps[2].lines
    assert all(step.number != 6 for step in read_steps("1.2.3", database="sqlite"))


def test_the_command_for_operators_has_no_syntax_error() -> None:
    subprocess.run(["sh", "-n", DEPLOY / "clinic-manage"], check=True)
