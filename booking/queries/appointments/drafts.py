"""The drafts of people who have not booked yet."""

import json
from typing import Any

from booking.models import Appointment


def load_draft(hold: Appointment) -> dict[str, Any]:
    """Return name, e-mail, phone and note of the draft; empty if there is none."""
    draft: dict[str, Any] = json.loads(hold.draft) if hold.draft else {}
    return draft


def is_complete(draft: dict[str, Any]) -> bool:
    """Return whether a draft contains everything that a booking needs."""
    return all(draft.get(name) for name in ("name", "email", "phone"))
