"""Save changes of therapists and rooms by the action that the desk's pages use."""

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
        """Save the object, and by `change_schedule` what may affect appointments.

        A field whose change is refused, as somebody has booked since the form was checked, keeps
        its value, and a message says why.
        """
        changes = form.previewed_changes() if change and ClinicProfile.current() is not None else {}
        for name, previewed in changes.items():
            try:
                change_schedule(previewed, resolutions={}, by=current_actor())
            except Refusal as refusal:
                setattr(obj, name, getattr(type(obj).objects.get(pk=obj.pk), name))
                messages.error(request, str(refusal))
        super().save_model(request, obj, form, change)
