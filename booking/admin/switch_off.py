"""Switch a therapist or a room off by the action that the desk's page uses."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from booking.actions.audit.record import current_actor
from booking.actions.schedule.change_schedule import change_schedule
from booking.admin.model_admins import ClinicModelAdmin
from booking.errors import Refusal
from booking.models import ClinicProfile


class SwitchOffAdmin(ClinicModelAdmin):
    """A model admin whose form is a SwitchOffForm."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the object; switch it off under the locks, where the form has allowed it.

        If somebody has booked meanwhile it stays on, and a message says so.
        """
        is_switched_off = change and not obj.is_active and "is_active" in form.changed_data
        if is_switched_off and ClinicProfile.current() is not None:
            try:
                change_schedule(form.switch_off(), resolutions={}, by=current_actor())
            except Refusal as refusal:
                obj.is_active = True
                messages.error(request, str(refusal))
        super().save_model(request, obj, form, change)
