"""Forms of patients for a booked appointment: reschedule, cancel, answer a proposal."""

from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import MultilineField, StartField

REASON_MAX_LENGTH = 500


class RescheduleForm(forms.Form):
    """A new start, and a therapist or any. The server determines the rest."""

    start = StartField()
    therapist = forms.SlugField(required=False, max_length=80)
    any_therapist = forms.BooleanField(required=False)

    @property
    def requested_start(self) -> datetime:
        start: datetime = self.cleaned_data["start"]
        return start

    @property
    def requested_therapist(self) -> str | None:
        return self.cleaned_data["therapist"] or None

    @property
    def has_no_preference(self) -> bool:
        """Whether any therapist will do."""
        any_therapist: bool = self.cleaned_data["any_therapist"]
        return any_therapist or self.requested_therapist is None


class ProposalAnswerForm(forms.Form):
    """The patient's answer to a proposal of another time."""

    TAKE, OTHER, CANCEL = "take", "other", "cancel"
    answer = forms.ChoiceField(choices=[(TAKE, TAKE), (OTHER, OTHER), (CANCEL, CANCEL)])


class CancelForm(forms.Form):
    """An optional reason."""

    reason = MultilineField(
        label=_("Would you like to tell us why?"),
        help_text=_("You need not. Only the clinic reads it."),
        required=False,
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"max_length": _("Please use at most %(limit_value)d characters.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.summary_labels = False  # each error is a complete sentence
        self.helper.form_tag = False
