"""manage.py, run in a process of its own."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from clinic.demo_environment import PRODUCTION_SETTINGS, load_or_create_secrets

ROOT = Path(__file__).resolve().parents[2]
ASK_FOR_MODE = (
    "shell", "--verbosity=0", "-c", "from django.conf import settings as s; print(s.DEMO, s.DEBUG)",
)  # fmt: skip
OTHER_NAMES = ("DJANGO_SETTINGS_MODULE", "DATA_DIR", "DEMO", "DEBUG")


def manage(
    *arguments: str, python: str = sys.executable, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run it with nothing of this project in the environment but what is given."""
    ours = (*PRODUCTION_SETTINGS, *OTHER_NAMES)
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        [python, str(ROOT / "manage.py"), *arguments],
        cwd=ROOT.parent,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_manage_uses_the_demo_data_and_says_so(tmp_path: Path) -> None:
    load_or_create_secrets(tmp_path / "secrets.env")

    ended = manage(*ASK_FOR_MODE, DATA_DIR=str(tmp_path))

    assert (ended.returncode, ended.stdout) == (0, "True False\n")
    assert ended.stderr == (
        f"Using the demo's data in {tmp_path}, since no production setting is in the environment.\n"
    )


def test_what_it_makes_is_private(tmp_path: Path) -> None:
    load_or_create_secrets(tmp_path / "secrets.env")
    made = tmp_path / "clinic.sqlite3"

    ended = manage("shell", "-c", f"open({str(made)!r}, 'w')", DATA_DIR=str(tmp_path))

    assert ended.returncode == 0, ended.stderr
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "program",
    ["manage.py", "clinic/server.py", "clinic/supervisor.py", "clinic/wsgi.py"],
)
def test_every_program_makes_private_files(program: str) -> None:
    assert "make_new_files_private()" in (ROOT / program).read_text()


def test_before_the_first_run_manage_says_what_to_do(tmp_path: Path) -> None:
    ended = manage("check", DATA_DIR=str(tmp_path))

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"There is no demo in {tmp_path} and no production setting in the environment: run "
        "`make run` once, or set the variables that docs/deployment.md lists.\n"
    )


def test_a_setting_that_production_lacks_is_named_without_a_traceback(tmp_path: Path) -> None:
    load_or_create_secrets(tmp_path / "secrets.env")

    ended = manage("check", DATA_DIR=str(tmp_path), DATABASE_URL="sqlite://:memory:")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("SECRET_KEY is not set.")
    assert len(ended.stderr.splitlines()) == 1


def test_with_secrets_and_an_address_the_site_is_sound_and_its_folder_private(
    tmp_path: Path,
) -> None:
    secrets = load_or_create_secrets(tmp_path / "secrets.env")
    data = tmp_path / "below" / "data"

    example = (ROOT / "docs/deploy/clinic.env").read_text()
    documented = dict(re.findall(r'^([A-Z_]+)="?([^"\n]*)"?$', example, re.MULTILINE))
    places = {"DATA_DIR": str(data), "BACKUP_DIR": str(tmp_path)}
    strict = ("check", "--deploy", "--fail-level", "WARNING")
    ended = manage(*strict, **documented | places | secrets)

    assert ended.returncode == 0, ended.stderr
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_every_cookie_of_production_belongs_to_one_host(tmp_path: Path) -> None:
    secrets = load_or_create_secrets(tmp_path / "secrets.env")
    names = "from clinic.privacy_statement import cookies; print(*(c.name for c in cookies()))"

    ended = manage(
        *("shell", "--verbosity=0", "-c", names),
        **secrets | {"DATA_DIR": str(tmp_path), "BASE_URL": "https://clinic.example"},
    )

    assert ended.stdout.split()
    assert [name for name in ended.stdout.split() if not name.startswith("__Host-")] == []


def test_secrets_in_files_are_production_settings(tmp_path: Path) -> None:
    for name, value in load_or_create_secrets(tmp_path / "secrets.env").items():
        (tmp_path / f"clinic_{name}").write_text(f"{value}\n")

    folder = {"CREDENTIALS_DIRECTORY": str(tmp_path), "DATA_DIR": str(tmp_path / "data")}
    ended = manage(*ASK_FOR_MODE, BASE_URL="https://clinic.example", **folder)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "False False\n", "")


def test_the_web_server_reports_it_in_one_sentence_too(tmp_path: Path) -> None:
    ours = (*PRODUCTION_SETTINGS, *OTHER_NAMES)
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    ended = subprocess.run(
        [sys.executable, "-c", "import clinic.wsgi"],
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("The site cannot start: SECRET_KEY is not set.")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (("--settings=tests.settings",), {}),
        (("--settings", "tests.settings"), {}),
        ((), {"DJANGO_SETTINGS_MODULE": "tests.settings"}),
    ],
)
def test_other_settings_are_not_changed(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    ended = manage(*ASK_FOR_MODE, *arguments, DATA_DIR=str(tmp_path), **environment)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "False False\n", "")


def test_a_python_without_django_starts_the_one_of_the_clone(tmp_path: Path) -> None:
    load_or_create_secrets(tmp_path / "secrets.env")
    clone = tmp_path / "clone"
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / "manage.py").write_text((ROOT / "manage.py").read_text())
    called = clone / ".venv" / "bin" / "python"
    called.write_text('#!/bin/sh\necho "$@"\n')
    called.chmod(0o755)
    # -S: without site-packages, so without Django.
    ended = subprocess.run(
        [sys.executable, "-S", str(clone / "manage.py"), "check"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ended.stdout, ended.stderr) == (f"{clone}/manage.py check\n", "")


def test_a_python_without_django_in_a_fresh_clone_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "manage.py").write_text((ROOT / "manage.py").read_text())
    ended = subprocess.run(
        [sys.executable, "-S", str(tmp_path / "manage.py"), "check"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr == "Django is not installed: run `make run` or `make install` once.\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://clinic:hidden@db.example/clinic"),
        ("EMAIL_URL", "mail://clinic:hidden@mail.example"),
        ("TRUSTED_PROXIES", "127.0.0.1, hidden"),
        ("CACHE_URL", "memcached://hidden"),
    ],
)
def test_doctor_says_in_one_line_which_setting_cannot_be_read(
    tmp_path: Path, name: str, value: str
) -> None:
    keys = load_or_create_secrets(tmp_path / "secrets.env")
    site = {"BASE_URL": "https://clinic.example", "DATA_DIR": str(tmp_path)}

    ended = manage("doctor", **keys | site | {name: value})

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"{name} cannot be read. It looks like: ")
    assert len(ended.stderr.splitlines()) == 1
    assert "hidden" not in ended.stderr


def test_a_command_that_fails_hides_what_the_error_says(tmp_path: Path) -> None:
    load_or_create_secrets(tmp_path / "secrets.env")
    command = ("shell", "--verbosity=0", "-c", "raise ValueError('anna@mail.example')")

    ended = manage(*command, DATA_DIR=str(tmp_path))
    shown = manage(*command, "--traceback", DATA_DIR=str(tmp_path))

    assert (ended.returncode, "anna" in ended.stderr) == (1, False)
    assert "ValueError at <string>:1 <module>" in ended.stderr
    assert "ValueError: anna@mail.example" in shown.stderr
