"""What somebody has typed who has not booked."""

import json
from typing import Any

from booking.models import Appointment


def load_draft(hold: Appointment) -> dict[str, Any]:
    """Name, e-mail, phone and note of the draft; empty when nothing has been typed."""
    draft: dict[str, Any] = json.loads(hold.draft) if hold.draft else {}
    return draft
