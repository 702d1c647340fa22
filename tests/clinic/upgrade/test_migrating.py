"""Migrations wait shortly for locks, are tried again, and can be killed at any moment."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from clinic.lib.schema_version import missing_migrations
from clinic.upgrade import migrating
from clinic.upgrade.migrating import migrate
from clinic.upgrade.problem import UpgradeProblem
from tests.booking.constraints.definitions import definitions
from tests.booking.features.backups import places
from tests.clinic.upgrade.conftest import url_of
from tests.upgrade.releases import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

KILLED = """
import os, signal, sys
from django.core.management import execute_from_command_line
from django.db.migrations.recorder import MigrationRecorder
name, when = sys.argv[1:]
record = MigrationRecorder.record_applied
def killed(self, app, migration):
    if (migration, when) == (name, "before"):
        os.kill(os.getpid(), signal.SIGKILL)
    record(self, app, migration)
    if (migration, when) == (name, "after"):
        os.kill(os.getpid(), signal.SIGKILL)
MigrationRecorder.record_applied = killed
execute_from_command_line(["manage.py", "upgrade", "--yes", "--no-backup", "--wait", "0"])
"""
"""Runs the command, and kills it around the moment in which a migration is recorded."""


def upgrade_killed(database: dict[str, Any], name: str, when: str) -> None:
    """Start the upgrade in a process of its own, which is killed at this migration."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": url_of(database),
    }
    connection.close()
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, name, when],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def test_an_upgrade_that_is_killed_at_the_worst_moments_is_run_again(
    older_database: dict[str, Any], tmp_path: Path
) -> None:
    """Django itself records such a migration in a transaction of its own, and stumbles here."""
    upgrade_killed(older_database, "0037_answers_shown_in_accounts", "before")
    assert ("booking", "0037_answers_shown_in_accounts") in missing_migrations()
    upgrade_killed(older_database, "0038_erasure", "before")
    assert ("booking", "0037_answers_shown_in_accounts") not in missing_migrations()
    upgrade_killed(older_database, "0039_rotate_clearances", "after")
    migrate(print)

    assert missing_migrations() == []
    upgraded = definitions()
    with places.new_tested(tmp_path) as new, places.at(dict(new), tmp_path):
        assert upgraded == definitions()


def test_a_table_in_use_is_tried_again_until_it_is_free(
    older_database: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "LOCK_SECONDS", 0.05)
    said: list[str] = []
    with in_use(older_database) as release:
        migrate(said.append, pauses=(1, 2), sleep=lambda pause: release() if pause == 2 else None)

    assert said == [
        "A table that must be changed is in use. Trying again in 1 s.",
        "A table that must be changed is in use. Trying again in 2 s.",
    ]
    assert missing_migrations() == []


def test_a_table_that_stays_in_use_ends_the_upgrade_with_a_sentence(
    older_database: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "LOCK_SECONDS", 0.05)
    with (
        in_use(older_database),
        pytest.raises(UpgradeProblem, match="at 2 tries"),
    ):
        migrate(lambda _sentence: None, pauses=(1,), sleep=lambda _pause: None)

    assert missing_migrations() != []


def test_another_fault_is_not_tried_again(
    older_database: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(MigrationRecorder, "record_applied", fail)
    with pytest.raises(ZeroDivisionError):
        migrate(lambda _sentence: None, sleep=lambda _pause: pytest.fail("It was tried again."))


@contextmanager
def in_use(database: dict[str, Any]) -> Iterator[Any]:
    """Another program has an open transaction; yields what ends it."""
    if connection.vendor == "sqlite":
        connection.close()
        connection.settings_dict["OPTIONS"]["timeout"] = 0.05
        with closing(sqlite3.connect(database["NAME"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield lambda: other.execute("ROLLBACK")
        return
    with closing(psycopg2.connect(url_of(database))) as other:
        with other.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM booking_patient")
        yield other.rollback
