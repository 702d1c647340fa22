"""The form with which a patient adds earlier bookings to the account."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lib.choice_widgets import CheckboxesByValue


class ClaimForm(forms.Form):
    """The records that were booked for the person who is signed in. None is ticked beforehand."""

    records = forms.MultipleChoiceField(
        label=_("Which of these were for you?"),
        help_text=_("Leave out what you booked for somebody else."),
        widget=CheckboxesByValue,
        error_messages={
            "required": _("Please tick at least one."),
            "invalid_choice": _("These bookings cannot be added. Please choose again."),
        },
    )

    def __init__(self, *args: Any, records: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        """`records` are the ids of the records with the text of each."""
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        field = self.fields["records"]
        field.choices = [(str(key), text) for key, text in records]  # type: ignore[attr-defined]

    def chosen(self) -> list[UUID]:
        """Return the ids of a valid form."""
        return [UUID(key) for key in self.cleaned_data["records"]]
