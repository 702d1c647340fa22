"""The form for the rules of online booking."""

from typing import Any

from crispy_forms.layout import Row
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.features.onboarding.forms.steps import step_form_helper
from booking.inputs import BookingRules
from booking.models import ClinicProfile


class BookingRulesForm(forms.ModelForm):
    """When patients may book, move and cancel online."""

    class Meta:
        model = ClinicProfile
        fields = (
            "horizon_days", "notice_minutes", "grid_minutes", "cancellation_hours",
            "max_patient_moves",
        )  # fmt: skip
        labels = {
            "horizon_days": _("How many days ahead can patients book?"),
            "notice_minutes": _("How many minutes before the start can they still book?"),
            "grid_minutes": _("How many minutes apart can appointments start?"),
            "cancellation_hours": _("Until how many hours before can they move or cancel?"),
            "max_patient_moves": _("How often can they move one appointment?"),
        }
        help_texts = {
            "cancellation_hours": _("After that they are asked to call. The desk always can."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = step_form_helper(
            Row("horizon_days", "notice_minutes"), "grid_minutes",
            Row("cancellation_hours", "max_patient_moves"),
        )  # fmt: skip

    @property
    def rules(self) -> BookingRules:
        """The rules of a valid form."""
        return BookingRules(**{name: self.cleaned_data[name] for name in self.Meta.fields})
