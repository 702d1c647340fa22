"""/metrics for Prometheus: measures that are read from the database when they are asked for.

In production `clinic.serving` answers it before the site does, in a time of its own. It needs the
token in METRICS_TOKEN; without that setting there is no such page.
"""

import hmac
import platform
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import django
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from booking.registries.metrics import Gauge, collect_all
from clinic.lib.background import BackgroundCall, TookTooLong
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import open_to_all
from clinic.lib.schema_version import schema_digest

MAX_SECONDS = 3.0
"""How long /metrics takes at most."""
PLAIN_TEXT = "text/plain; charset=utf-8"
SCHEME = "Bearer "


@dataclass(frozen=True, slots=True)
class MetricsAnswer:
    """Status, type and body of a response."""

    status: int
    content_type: str
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the response."""
        headers = {"Content-Type": self.content_type, "Cache-Control": "no-store"}
        if self.status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return headers


@open_to_all
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """GET /metrics: the measures, for whoever has the token."""
    answer = answer_metrics(request.headers.get("Authorization", ""))
    return HttpResponse(answer.body, status=answer.status, headers=answer.headers)


def answer_metrics(authorization: str) -> MetricsAnswer:
    """Return the answer to a request with this Authorization header.

    404 without METRICS_TOKEN, 401 with a wrong token, 503 if the database does not answer in time.
    """
    if not settings.METRICS_TOKEN:
        return _plain(404, "There are no metrics here.")
    if not _is_token(authorization):
        return _plain(401, "Metrics need the token.")
    try:
        inside = connection.in_atomic_block  # in tests: another thread would not see their rows
        text = _write_metrics() if inside else _background.run(MAX_SECONDS)
    except TookTooLong:
        return _plain(503, "The database does not answer in time.")
    except Error:
        return _plain(503, "The database does not answer.")
    return MetricsAnswer(200, CONTENT_TYPE_PLAIN_0_0_4, text)


def _is_token(authorization: str) -> bool:
    """Return whether it is the token. The time that takes tells nothing about it."""
    given = authorization.removeprefix(SCHEME) if authorization.startswith(SCHEME) else ""
    return hmac.compare_digest(
        given.encode(errors="replace"), settings.METRICS_TOKEN.encode(errors="replace")
    )


def _plain(status: int, sentence: str) -> MetricsAnswer:
    return MetricsAnswer(status, PLAIN_TEXT, f"{sentence}\n".encode())


def _write_metrics() -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_DatabaseCollector())
    return generate_latest(registry)


class _DatabaseCollector(Collector):
    """Reads the measures that are registered in booking.registries.metrics."""

    def collect(self) -> Iterator[Metric]:
        for gauge in (_describe_program(), *collect_all(clock.now())):
            names = sorted({name for labels, _value in gauge.values for name in labels})
            family = GaugeMetricFamily(gauge.name, gauge.meaning, labels=names)
            for labels, value in gauge.values:
                family.add_metric([labels[name] for name in names], value)
            yield family


def _describe_program() -> Gauge:
    """Return the versions of the program and of what it uses, as labels of a 1."""
    database = sqlite3.sqlite_version
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        database = str(connection.connection.server_version)
    labels = {
        "version": settings.VERSION,
        "schema": schema_digest(),
        "database": f"{connection.vendor} {database}",
        "python": platform.python_version(),
        "django": django.get_version(),
    }
    return Gauge("clinic_info", "1, with the versions as labels.", [(labels, 1)])


_background = BackgroundCall(_write_metrics)
