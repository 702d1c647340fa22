"""The panel on the patient's record that leads the owner to the preview of an erasure."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from booking.access.roles import Ability, has_ability
from booking.models import Patient


def patient_panel(request: HttpRequest, patient: Patient) -> Mapping[str, Any] | None:
    """Return the patient for the owner, None for everybody else."""
    return {"patient": patient} if has_ability(request.user, Ability.STAFF) else None
