"""Installing the packages: once, and by one process at a time."""

import os
import subprocess
from pathlib import Path
from threading import Thread

import pytest

from clinic import install
from clinic.lib import file_lock


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with requirements and no virtual environment."""
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(install, "REQUIREMENTS", tmp_path / "requirements.txt")
    monkeypatch.setattr(install, "STAMP", tmp_path / ".venv" / ".installed")
    monkeypatch.setattr(install, "LOCK", tmp_path / ".venv.lock")
    return tmp_path


def install_as(monkeypatch: pytest.MonkeyPatch, clone: Path) -> list[str]:
    """Count installations instead of making them."""
    made: list[str] = []

    def stand_in() -> None:
        made.append("once")
        (clone / ".venv" / ".installed").touch()

    monkeypatch.setattr(install, "install", stand_in)
    return made


def test_the_installation_announces_what_takes_long(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = install_as(monkeypatch, clone)

    assert (install.main(), install.main()) == (0, 0)

    assert made == ["once"]
    assert capsys.readouterr().out == "Installing packages into .venv (about a minute)...\n"


def test_newer_requirements_are_installed_again(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = install_as(monkeypatch, clone)
    install.main()
    stamp = (clone / ".venv" / ".installed").stat()
    os.utime(clone / "requirements.txt", (stamp.st_mtime + 1, stamp.st_mtime + 1))

    install.main()

    assert made == ["once", "once"]


def test_a_second_installation_says_that_it_waits_and_then_does_nothing(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    made = install_as(monkeypatch, clone)
    first = file_lock.acquire(clone / ".venv.lock")
    assert first is not None
    second = Thread(target=install.main)
    second.start()
    second.join(0.2)
    assert second.is_alive()
    (clone / ".venv" / ".installed").touch()
    first.close()
    second.join(20)

    assert not second.is_alive()
    assert made == []
    assert capfd.readouterr().out == (
        "Another `make` is installing packages in this folder; waiting...\n"
    )


def test_a_failure_is_reported_in_one_sentence_and_retried_next_time(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise subprocess.CalledProcessError(1, "pip")

    monkeypatch.setattr(install, "install", fail)

    assert (install.main(), install.main()) == (1, 1)

    said = "The packages could not be installed; the reason is above.\n"
    assert capsys.readouterr().err == said * 2


def test_a_linked_virtual_environment_is_replaced_and_its_packages_kept(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared, link = clone / ".venv", clone / "link"
    (shared / "package").write_text("")
    link.symlink_to(shared)
    monkeypatch.setattr(install, "VENV", link)
    monkeypatch.setattr(subprocess, "run", lambda *_, **_options: link.mkdir(exist_ok=True))

    install.install()

    assert (shared / "package").exists()
    assert not link.is_symlink()
