"""The form with which a patient adds earlier bookings to the account."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lib.choice_widgets import CheckboxesByValue


class ClaimForm(forms.Form):
    """The bookings that a patient can add to their account. No box is checked beforehand."""

    records = forms.MultipleChoiceField(
        label=_("Which of these were for you?"),
        help_text=_("Leave out what you booked for somebody else."),
        widget=CheckboxesByValue,
        error_messages={
            "required": _("Please check at least one box."),
            "invalid_choice": _("These bookings cannot be added. Please choose again."),
        },
    )

    def __init__(self, *args: Any, records: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        """`records` are pairs: the public id of a guest's record, and the text beside its
        checkbox."""
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        field = self.fields["records"]
        field.choices = [(str(key), text) for key, text in records]  # type: ignore[attr-defined]

    def chosen(self) -> list[UUID]:
        """Return the public ids of the checked records. Call it on a valid form."""
        return [UUID(key) for key in self.cleaned_data["records"]]
