"""The panel that the owner sees on Today while a check has found a problem."""

from typing import Any

from django.http import HttpRequest

from booking.access.roles import Ability, has_ability
from booking.features.monitoring.models import ProgramError
from booking.features.monitoring.views.monitoring import open_alerts


def today_panel(request: HttpRequest, _appointments: Any) -> dict[str, Any] | None:
    """Return what the panel shows, or None for others than the owner and while all is well."""
    if not has_ability(request.user, Ability.STAFF):
        return None
    alerts, errors = open_alerts(request), ProgramError.objects.unsettled().count()
    return {"alerts": alerts, "errors": errors} if alerts or errors else None
