"""The pages that are asked for, and how many answers a second two cores must give."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

CONNECTIONS, MANY_CONNECTIONS = 16, 1_200
MAX_TAIL = 5
"""The highest ratio of the slowest hundredth of the answers (p99) to the median."""
ARTICLE = "/articles/can-massage-help-restless-legs/"
TREATMENT = "swedish-massage"
MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and its limit in answers a second; 0 is none."""

    what: str
    path: str
    limit: int = 0
    connections: int = CONNECTIONS


def our_pages(therapist: str) -> list[Page]:
    """Return the pages of this site. `therapist` is the slug of one."""
    tomorrow = datetime.now(tz=UTC).date() + timedelta(days=1)
    slots = f"/api/slots?treatment={TREATMENT}&minutes=60&from={tomorrow}"
    month, times = f"{slots}&to={tomorrow + timedelta(days=MONTH_DAYS - 1)}", f"/book/{TREATMENT}/"
    one = f"therapist={therapist}"
    return [
        Page("an empty page (/healthz)", "/healthz"),
        Page("home", "/", limit=1_000),
        Page("an article", ARTICLE, limit=1_500),
        Page("page of times", times, limit=80),
        Page(f"/api/slots, {MONTH_DAYS} days of any therapist", month, limit=120),
        Page("/api/slots, one day of one therapist", f"{slots}&to={tomorrow}&{one}"),
        Page("home", "/", connections=MANY_CONNECTIONS),
        Page("an article", ARTICLE, connections=MANY_CONNECTIONS),
        Page("page of times", times, connections=MANY_CONNECTIONS),
    ]


def next_workday() -> date:
    """Return the first day after today that is no Sunday."""
    tomorrow = datetime.now(tz=UTC).date() + timedelta(days=1)
    return tomorrow + timedelta(days=tomorrow.weekday() == 6)
