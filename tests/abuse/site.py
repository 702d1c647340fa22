"""A demo clinic for a trial: its programs, its mail, and what its database says."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from clinic.supervisor import (
    demo_environment,
    is_healthy,
    server_programs,
    setup_programs,
)
from tests.servers.ports import free_port
from tests.servers.site import OURS, ROOT
from tests.servers.smtp import Postbox, postbox
from tests.servers.starting import wait_until
from tests.soak import processes

HELD_SQL = """
SELECT COALESCE(SUM((julianday(blocked_until) - julianday(starts_at)) * 1440), 0)
FROM booking_appointment WHERE status = 'hold' AND hold_expires_at > datetime('now')
"""
BOOKED_SQL = """
SELECT COUNT(*) FROM booking_appointment JOIN booking_patient ON patient_id = booking_patient.id
WHERE status = 'booked' AND booking_patient.email LIKE ?
"""
OPENINGS = """
from booking.models import ClinicProfile
from booking.queries.availability.openings import opening_minutes
from clinic.lib.dates import clock
print(opening_minutes(ClinicProfile.objects.get(), clock.now()))
"""


@dataclass(frozen=True)
class AbusedSite:
    """A running demo clinic that believes this program about network addresses."""

    port: int
    folder: Path
    environment: dict[str, str]
    mail: Postbox

    def openings(self) -> int:
        """Return the minutes that can be booked in the next 14 days."""
        command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", OPENINGS]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        )
        return int(done.stdout.split()[-1])

    def held_minutes(self) -> int:
        """Return the minutes that live holds take."""
        return round(self._number(HELD_SQL))

    def bookings(self, emails: str) -> int:
        """Return the number of booked appointments under e-mail addresses like this (SQL)."""
        return round(self._number(BOOKED_SQL, emails))

    def release_all_holds(self) -> None:
        """Let the holds of one trial run out before the next one."""
        with closing(sqlite3.connect(self.folder / "clinic.sqlite3", timeout=30)) as database:
            database.execute(
                "UPDATE booking_appointment SET hold_expires_at = datetime('now', '-1 minute')"
                " WHERE status = 'hold'"
            )
            database.commit()

    def mails_to(self, email: str) -> list[str]:
        """Return the subjects of the mails that reached an address, in order."""
        pairs = zip(self.mail.envelopes, self.mail.mails, strict=False)
        return [str(mail["Subject"]) for (_, to), mail in pairs if to.lower() == email.lower()]

    def text_to(self, email: str) -> str:
        """Return the text of the newest mail that reached an address."""
        pairs = [*zip(self.mail.envelopes, self.mail.mails, strict=False)]
        for (_, to), mail in reversed(pairs):
            if to.lower() == email.lower():
                body = mail.get_body(("plain",))
                return f"{mail['Subject']}\n{body.get_content()}"
        return ""

    def _number(self, query: str, *values: str) -> float:
        file = self.folder / "clinic.sqlite3"
        with closing(sqlite3.connect(file, timeout=30)) as database:
            return float(database.execute(query, values).fetchone()[0])


@contextmanager
def abused_site(data: Path | None = None) -> Iterator[AbusedSite]:
    """Start a demo clinic on a free loopback port, with a mail server; stop all at the end.

    `data` is the folder of a demo whose copy is used; without, the demo is loaded as `make run`
    loads it, which takes a while.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as name, postbox() as box:
        folder = Path(name) / "data"
        if data is not None:
            shutil.copytree(data, folder)
        folder.mkdir(exist_ok=True)
        site = AbusedSite(port, folder, _environment(folder, port, box), box)
        for program in setup_programs() if data is None else setup_programs()[:1]:
            subprocess.run(
                program.command, cwd=ROOT, env=site.environment, check=True,
                stdout=subprocess.DEVNULL,
            )  # fmt: skip
        log = folder / "log"
        started = [
            processes.start(program.command, site.environment, log)
            for program in server_programs(port, "2")
        ]
        try:
            wait_until(lambda: is_healthy(port), started[0], "The site")
            yield site
        finally:
            for process in started:
                processes.end(process)


def _environment(folder: Path, port: int, box: Postbox) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    settings = {
        "ABUSE_LIMITS": "on",
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "EMAIL_URL": box.url,
        "PORT": str(port),
        "TRUSTED_PROXIES": "127.0.0.1",
    }
    return demo_environment(inherited | settings, folder)
