"""The code of the last release books, moves and cancels on the present tables."""

import os
import signal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from clinic.supervisor import is_healthy
from tests.booking.features.backups import places
from tests.clinic.upgrade.conftest import url_of
from tests.servers.ports import free_port
from tests.servers.starting import wait_until
from tests.soak import guests, journal, processes
from tests.soak.journal import Journal
from tests.upgrade.guests import AnyOrderGuest
from tests.upgrade.releases import has_commit, last_release, unpack
from tests.upgrade.trial import old_commands

MAX_VISITS = 20


@pytest.mark.django_db
@pytest.mark.postgresql
@pytest.mark.skipif(
    not has_commit(last_release().commit), reason="the clone does not have the last release"
)
def test_a_web_server_of_the_last_release_books_moves_and_cancels(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, django_db_setup: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(guests, "DAYS", 21)
    old, port, log = unpack(last_release().commit, tmp_path / "old"), free_port(), tmp_path / "log"
    file = tmp_path / "journal.jsonl"
    with (
        django_db_blocker.unblock(),
        places.new_tested(tmp_path) as database,
        places.at(dict(database), tmp_path / "media"),
    ):
        size = {"therapists": 2, "rooms": 2, "patients": 3, "appointments": 1}
        with override_settings(DEMO=True):  # whose health questions count as signed
            call_command("load_demo", verbosity=0, **size)
        connection.close()
        environment = os.environ | {
            "DATABASE_URL": url_of(database),
            "DATA_DIR": str(tmp_path / "data"),
            "BASE_URL": f"http://localhost:{port}",
            "DJANGO_SETTINGS_MODULE": "clinic.settings",
            "DEBUG": "on",  # nothing is collected
            "ABUSE_LIMITS": "off",
        }
        web = processes.start(old_commands(old, port, environment)[0], environment, log)
        try:
            wait_until(lambda: is_healthy(port), web, "The web server")
            done = visit(AnyOrderGuest(port, Journal(file), "guest"), file)
        finally:
            processes.end(web, signal.SIGTERM)

    violations = [line["message"] for line in journal.read(file) if line["line"] == "violation"]
    assert violations == [], log.read_text()[-3000:]
    assert done == {"booked", "moved", "cancelled"}


def visit(guest: AnyOrderGuest, file: Path) -> set[str]:
    """Let the guest book until each kind of change was acknowledged; return the kinds."""
    done: set[str] = set()
    for _ in range(MAX_VISITS):
        guest.act()
        done = {
            line["what"] for line in journal.read(file) if line.get("outcome") == "acknowledged"
        }
        if len(done) == 3:
            break
    return done
