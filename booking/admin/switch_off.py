"""Save changes of therapists and rooms by the action that the desk's pages use."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from booking.actions.audit.record import current_actor
from booking.actions.schedule.change_schedule import change_schedule
from booking.admin.model_admins import ClinicModelAdmin
from booking.errors import Refusal
from booking.forms.admin.switch_off import PreviewedFieldsForm
from booking.models import ClinicProfile


class PreviewedFieldsAdmin(ClinicModelAdmin):
    """A model admin whose form is a PreviewedFieldsForm."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the object, and by `change_schedule` what may affect appointments.

        A field whose change is refused, as somebody has booked since the form was checked, keeps
        its value, and a message says why.
        """
        if change:
            _save_previewed(request, form)
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save related rows in the same way."""
        for related in formset.forms if change else ():
            if isinstance(related, PreviewedFieldsForm):
                _save_previewed(request, related)
        super().save_formset(request, form, formset, change)


def _save_previewed(request: HttpRequest, form: PreviewedFieldsForm) -> None:
    changes = form.previewed_changes() if ClinicProfile.current() is not None else {}
    for name, previewed in changes.items():
        try:
            change_schedule(previewed, resolutions={}, by=current_actor())
        except Refusal as refusal:
            form.keep_saved_value(name)
            messages.error(request, str(refusal))
