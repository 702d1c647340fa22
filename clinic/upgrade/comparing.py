"""Compare what the running site says about itself with this code."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

from clinic.lib.schema_version import schema_digest

TIMES_ASKED = 8
"""How often each address is asked: its web processes take turns in answering."""
ANSWER_SECONDS, POLL_SECONDS = 5.0, 1.0


@dataclass(frozen=True, slots=True)
class SiteState:
    """What /readyz says: version and schema of the code, and the problems by check."""

    version: str
    schema: str
    problems: dict[str, str]


def ask_site(url: str) -> SiteState | None:
    """Return what an address says of itself; None if it does not answer as /readyz does."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=ANSWER_SECONDS) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:  # 503 has an answer, too
        text = error.read()
    except OSError:
        return None
    try:
        plain = json.loads(text)
        return SiteState(
            version=str(plain.get("version", "unknown")),
            schema=str(plain.get("schema", "unknown")),
            problems=dict(plain["problems"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def find_difference(url: str) -> str:
    """Return how a running site differs from this code, or "" if it does not."""
    schema = schema_digest()
    for _ in range(TIMES_ASKED):
        state = ask_site(url)
        if state is None:
            return f"{url} does not answer."
        if (state.version, state.schema) != (settings.VERSION, schema):
            return (
                f"{url} runs version {state.version} with schema {state.schema}, not "
                f"{settings.VERSION} with {schema}."
            )
        if problem := state.problems.get("migrations") or state.problems.get("database"):
            return f"{url} says: {problem}"
    return ""


def wait_for_site(
    urls: Sequence[str], seconds: float, *, sleep: Callable[[float], object] = time.sleep
) -> list[str]:
    """Wait until all addresses run this code. Return the differences that are left, or []."""
    until = time.monotonic() + seconds
    while differences := [*_differences(urls)]:
        if time.monotonic() > until:
            return differences
        sleep(POLL_SECONDS)
    return []


def _differences(urls: Iterable[str]) -> Iterable[str]:
    for url in urls:
        if difference := find_difference(url):
            yield difference
