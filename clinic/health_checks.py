"""Health checks for monitoring.

In production `clinic.serving` answers both addresses before the site does: /healthz without
waiting for anything, /readyz in a time of its own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.notifications.mail_alarm import mail_problem
from booking.queries.notifications.heartbeats import find_worker_problem
from clinic.lib.background import BackgroundCall, TookTooLong
from clinic.lib.cache_probe import cache_keeps_values
from clinic.lib.database_probe import find_write_problem
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import open_to_all
from clinic.lib.schema_version import missing_migrations, schema_digest

MAX_SECONDS = 2.0
"""How long /readyz takes at most."""

Answer = dict[str, Any]


@open_to_all
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer that the process is running, without checking anything else."""
    return JsonResponse({"status": "ok"})


@open_to_all
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 if everything the site needs works, or 503 with what does not."""
    answer = readiness()
    return JsonResponse(answer, status=200 if answer["status"] == "ok" else 503)


def readiness() -> Answer:
    """Run all checks and return the answer of /readyz, within MAX_SECONDS.

    The checks run in a thread of their own, because one that hangs cannot be interrupted. Those
    that have not ended in time are failed.
    """
    if connection.in_atomic_block:  # in tests: another thread would not see their rows
        return _answer(run_checks())
    try:
        problems = _background.run(MAX_SECONDS)
    except TookTooLong:
        problems = dict.fromkeys(CHECKS, "This check did not end in time.") | dict(_found)
    return _answer(problems)


def run_checks(problems: dict[str, str] | None = None) -> dict[str, str]:
    """Run every check. Return the problem of each by its name, "" if there is none.

    `problems` is filled as the checks end. Without a database the checks that need it are not run.
    """
    problems = {} if problems is None else problems
    for name, check in CHECKS.items():
        is_pointless = bool(problems.get("database")) and name in NEED_DATABASE
        problems[name] = "The database does not answer." if is_pointless else _run_check(check)
    return problems


def _run_in_background() -> dict[str, str]:
    _found.clear()
    return run_checks(_found)


def _answer(problems: Mapping[str, str]) -> Answer:
    found = {name: problem for name, problem in problems.items() if problem}
    return {
        "status": "not ready" if found else "ok",
        "version": settings.VERSION,
        "schema": schema_digest(),
        "checks": {name: "failed" if name in found else "ok" for name in problems},
        "problems": found,
    }


def _run_check(check: Callable[[], str]) -> str:
    """Return the problem that a check finds. Error texts are not shown: the page is public."""
    try:
        return check()
    except (DatabaseError, InterfaceError):
        return "The database does not answer."
    except Exception:  # noqa: BLE001  # such as those of Redis, which are of no common class
        return "It cannot be reached."


def _check_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _check_cache() -> str:
    return "" if cache_keeps_values() else "The cache does not keep what it is given."


def _check_worker() -> str:
    return find_worker_problem(clock.now())


def _check_mail() -> str:
    """Return whether mails are sent. What the mail server said is for staff only."""
    problem = mail_problem(clock.now())
    return f"{problem} The desk and manage.py doctor say more." if problem else ""


def _check_migrations() -> str:
    missing = missing_migrations()
    return f"Migrations are missing ({len(missing)}): run manage.py upgrade." if missing else ""


CHECKS: Mapping[str, Callable[[], str]] = {
    "database": _check_database,
    "writes": find_write_problem,
    "migrations": _check_migrations,
    "worker": _check_worker,
    "mail": _check_mail,
    "cache": _check_cache,
}
NEED_DATABASE = ("writes", "migrations", "worker", "mail")
_found: dict[str, str] = {}
"""The problems by check that the run in the background has found so far."""
_background = BackgroundCall(_run_in_background)
