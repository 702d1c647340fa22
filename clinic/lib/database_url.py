"""DATABASE_URL: which databases there are."""

from typing import Any

import dj_database_url

ENGINES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")


def parse_database_url(url: str) -> dict[str, Any]:
    """Return Django's settings for SQLite or PostgreSQL. Raises ValueError for anything else."""
    configuration = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    if configuration["ENGINE"] not in ENGINES:
        raise ValueError("Only SQLite and PostgreSQL hold what must never overlap.")
    return configuration
