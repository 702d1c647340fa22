"""How long each kind of work waits for the database: web requests, scheduled jobs, commands.

PostgreSQL gets its limits as start-up parameters of each connection. A pooler in transaction mode
(pgbouncer) may refuse those; then `settings.DATABASE_POOLER` leaves them out, and two limits that
need none are left: `clinic.lib.database_wait` in the web server, and SET LOCAL in
transactions (booking.actions.locks).

SQLite has one limit: how long a connection waits for the lock of the file.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import connections

CONNECT_SECONDS: int = 5
KEEPALIVES: dict[str, int] = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds
}
"""A server that is gone without a word (power, cable, firewall) is noticed within a minute."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds; 0 is no limit.

    `statement` is for one statement, waiting included; `lock` for one lock; `idle` for a
    transaction in which the program does nothing.
    """

    statement: float
    lock: float
    idle: float

    def options(self) -> str:
        """Return them as start-up parameters of PostgreSQL."""
        values = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
            # Ends a statement whose client is gone.
            "client_connection_check_interval": 1 if self.statement else 0,
        }
        return " ".join(f"-c {name}={int(1000 * value)}" for name, value in values.items())


class Workload(Enum):
    """What a process uses its database connections for."""

    WEB = "web"
    JOB = "job"
    COMMAND = "command"


def timeouts(workload: Workload) -> Timeouts:
    """Return the limits of a workload. A command, such as migrate, is never cut off."""
    wait = float(settings.DATABASE_WAIT_SECONDS)
    if workload is Workload.WEB:
        return Timeouts(statement=wait, lock=0.9 * wait, idle=6 * wait)
    if workload is Workload.JOB:
        return Timeouts(statement=24 * wait, lock=2 * wait, idle=24 * wait)
    return Timeouts(statement=0, lock=0, idle=0)


def use_timeouts(workload: Workload) -> None:
    """Give every new connection of this process the limits of a workload."""
    for name in connections:
        configuration = connections.settings[name]
        configuration["OPTIONS"] |= connection_options(configuration["ENGINE"], workload)


def connection_options(engine: str, workload: Workload) -> dict[str, Any]:
    """Return the OPTIONS of Django's database settings for a workload."""
    limits = timeouts(workload)
    if engine.endswith("sqlite3"):
        return {"timeout": limits.lock or 20}
    if settings.DATABASE_POOLER:
        return {}
    return {"options": limits.options()}
