"""Whether the site is up and ready, for monitoring."""

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
    """The process is up. Asks nothing of anybody else."""
    return JsonResponse({"status": "ok"})


@open_to_all
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Whether everything a visitor needs is there: 200, or 503 naming what is not."""
    checks: dict[str, Callable[[], bool]] = {
        "database": _database_answers,
        "cache": _cache_answers,
        "migrations": _nothing_to_migrate,
        "worker": _worker_seen_lately,
    }
    states = {name: _run_check(check) for name, check in checks.items()}
    ready = all(states.values())
    answer = {
        "status": "ok" if ready else "not ready",
        "checks": {name: "ok" if state else "failed" for name, state in states.items()},
    }
    return JsonResponse(answer, status=200 if ready else 503)


def _run_check(check: Callable[[], bool]) -> bool:
    """A check that fails in any way has failed; what went wrong is not for strangers."""
    try:
        return check()
    except (DatabaseError, OSError, ConnectionError):
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        row: tuple[int] | None = cursor.fetchone()
    return row == (1,)


def _cache_answers() -> bool:
    cache.set("readyz", "ok", 5)
    return bool(cache.get("readyz") == "ok")


def _worker_seen_lately() -> bool:
    """A worker shows itself every quarter of a minute; after a start, within seconds."""
    return is_worker_alive(clock.now())


def _nothing_to_migrate() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
