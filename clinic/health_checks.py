"""Health checks for monitoring."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.queries.notifications.heartbeats import is_worker_alive
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import open_to_all


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
    """Answer 200 if everything the site needs works, or 503 with the checks that failed."""
    checks: dict[str, Callable[[], bool]] = {
        "database": _check_database,
        "cache": _check_cache,
        "migrations": _check_migrations,
        "worker": _check_worker,
    }
    states = {name: _run_check(check) for name, check in checks.items()}
    ready = all(states.values())
    answer = {
        "status": "ok" if ready else "not ready",
        "checks": {name: "ok" if state else "failed" for name, state in states.items()},
    }
    return JsonResponse(answer, status=200 if ready else 503)


def _run_check(check: Callable[[], bool]) -> bool:
    """Return whether the check passes. Error texts are not shown, because the page is public."""
    try:
        return check()
    except (DatabaseError, OSError, ConnectionError):
        return False


def _check_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        row: tuple[int] | None = cursor.fetchone()
    return row == (1,)


def _check_cache() -> bool:
    cache.set("readyz", "ok", 5)
    return bool(cache.get("readyz") == "ok")


def _check_worker() -> bool:
    """Return whether a worker was seen lately. Workers record a heartbeat every 15 seconds."""
    return is_worker_alive(clock.now())


def _check_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
