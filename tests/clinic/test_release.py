"""The archive that operators install."""

import hashlib
import subprocess
import tarfile
from pathlib import Path

import pytest

from clinic import release

LOCK = """\
django==5.2 \\
    --hash=sha256:aa
    # via clinic-booking (pyproject.toml)
pytest==9.0 \\
    --hash=sha256:bb
    # via clinic-booking (pyproject.toml:test)
"""
FILES = {
    "manage.py": "print()\n",
    "clinic/server.py": "",
    "docs/deploy/clinic.env": "",
    "tests/test_it.py": "",
    "booking/tests.py": "",
    "requirements.txt": LOCK,
    "Makefile": "",
    ".ci/run": "",
    ".gitignore": "dist/\n",
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small repository with one commit."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], cwd=tmp_path, check=True)
    monkeypatch.setattr(release, "ROOT", tmp_path)
    monkeypatch.setattr(release, "REQUIREMENTS", tmp_path / "requirements.txt")
    return tmp_path


def test_a_release_has_neither_tests_nor_tools_nor_test_packages(repository: Path) -> None:
    archive = release.write_release(repository / "dist")

    name = archive.name.removesuffix(".tar.gz")
    assert name == f"clinic-booking-{release.__version__}"
    with tarfile.open(archive) as tar:
        files = {entry.name: entry for entry in tar.getmembers() if entry.isfile()}
        lock = tar.extractfile(f"{name}/requirements.txt")
        assert lock is not None
        packages = lock.read().decode()
    assert set(files) == {
        f"{name}/{file}"
        for file in ("manage.py", "clinic/server.py", "docs/deploy/clinic.env", "booking/tests.py")
    } | {f"{name}/requirements.txt"}
    assert packages == LOCK[: LOCK.index("pytest")]
    assert {entry.mode & 0o022 for entry in files.values()} == {0}


def test_the_checksum_beside_it_is_read_by_sha256sum(repository: Path) -> None:
    archive = release.write_release(repository / "dist")

    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    beside = archive.with_name(f"{archive.name}.sha256").read_text()
    assert beside == f"{digest}  {archive.name}\n"


def test_changes_that_are_not_committed_are_refused(repository: Path) -> None:
    (repository / "manage.py").write_text("print(1)\n")

    with pytest.raises(release.ReleaseError, match="not committed"):
        release.write_release(repository / "dist")
