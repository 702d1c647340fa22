"""Save what takes therapists or rooms away by the action that the desk's pages use."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from booking.actions.audit.record import current_actor
from booking.actions.schedule.change_schedule import change_schedule
from booking.admin.model_admins import ClinicModelAdmin
from booking.errors import Refusal
from booking.models import ClinicProfile


class PreviewedFieldsAdmin(ClinicModelAdmin):
    """A model admin whose form is a PreviewedFieldsForm."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the object; make its previewed changes under the locks, where the form allowed them.

        If somebody has booked meanwhile the field stays as it was, and a message says so.
        """
        changes = form.previewed_changes() if change and ClinicProfile.current() is not None else {}
        for name, previewed in changes.items():
            try:
                change_schedule(previewed, resolutions={}, by=current_actor())
            except Refusal as refusal:
                setattr(obj, name, getattr(type(obj).objects.get(pk=obj.pk), name))
                messages.error(request, str(refusal))
        super().save_model(request, obj, form, change)
