"""Open every encrypted value of a site with its keys: `python -m tests.trials.everything_opens`.

Prints a line of JSON: how many values open, those that do not, and those under an older key.
"""

import json
import sys
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from booking.features.privacy.queries.encrypted_columns import encrypted_columns
from clinic.lib.crypto.cipher import DecryptionError

ROWS_AT_A_TIME = 500
MAX_NAMED = 20


def open_everything() -> dict[str, Any]:
    """Return the figures, by their label."""
    opened, older, closed = 0, 0, []
    for column in encrypted_columns():
        older += column.outdated().count()
        for row in column.model._default_manager.order_by("pk").iterator(ROWS_AT_A_TIME):
            if not column.read(row):
                continue
            try:
                column.renew(row)
            except DecryptionError:
                closed.append(f"{column.label} {row.pk}")
            else:
                opened += 1
    return {
        "values that open": opened,
        "unreadable": closed[:MAX_NAMED],
        "under an old key": older,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(open_everything()) + "\n")
