"""Forms of the desk for an appointment: calendar filter, status, canceling, notes, payments."""

from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from booking.forms.desk.placement import MAX_LENGTH_MESSAGE, NOTE_MAX_LENGTH, CalendarDateField
from booking.forms.fields import MultilineField, SingleLineField
from booking.forms.public.slot_request import MAX_ID
from booking.lifecycle import Status
from booking.models import Payment

REASON_MAX_LENGTH = 500
MAX_AMOUNT = Decimal("99999.99")
AMOUNT_MESSAGES = {
    "required": _("Please enter the amount."),
    "invalid": _("Please enter the amount as a number, such as 85.00."),
    "min_value": _("The amount must be more than nothing."),
    "max_value": _("That is more than one receipt can hold."),
}
_UNREADABLE_ADDRESS = _("We could not read all of that address. Here is what we could.")
UNREADABLE_MESSAGES = dict.fromkeys(
    ("invalid", "invalid_choice", "max_length", "null_characters_not_allowed"), _UNREADABLE_ADDRESS
)


class CalendarForm(forms.Form):
    """The GET of the calendar: everything is optional."""

    day = CalendarDateField(required=False)
    view = forms.ChoiceField(
        required=False,
        choices=[(view, view) for view in ("day", "three", "week", "table")],
        error_messages=UNREADABLE_MESSAGES,
    )
    by = forms.ChoiceField(
        required=False,
        choices=[("therapists", ""), ("rooms", "")],
        error_messages=UNREADABLE_MESSAGES,
    )
    therapist = forms.SlugField(required=False, max_length=80, error_messages=UNREADABLE_MESSAGES)


UNDO_PREFIX = "back-from-"


class StatusForm(forms.Form):
    """The POST of a status button: a status to set, or one to undo."""

    to = forms.ChoiceField(
        choices=[
            (to, to)
            for status in (Status.ARRIVED, Status.COMPLETED, Status.NO_SHOW)
            for to in (status.value, f"{UNDO_PREFIX}{status.value}")
        ]
    )

    @property
    def undone_status(self) -> Status | None:
        """The status to undo, or None."""
        to: str = self.cleaned_data["to"]
        return Status(to.removeprefix(UNDO_PREFIX)) if to.startswith(UNDO_PREFIX) else None


class LastSeenEventForm(forms.Form):
    """The newest event of the history that was on the page, to notice later changes."""

    seen = forms.IntegerField(min_value=0, max_value=MAX_ID, required=False)


class PatientMailForm(forms.Form):
    """Whether the patient gets a mail about what staff do with an appointment."""

    message = forms.ChoiceField(
        label=_("What does the patient get?"),
        choices=[
            ("tell", _("A mail about it")),
            ("silent", _("Nothing: they know already")),
        ],
        initial="tell",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether we write to the patient.")},
    )
    words = MultilineField(
        label=_("A sentence of yours in the mail"),
        required=False,
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages=MAX_LENGTH_MESSAGE,
    )

    @property
    def notifies_patient(self) -> bool:
        """Whether the patient gets a mail."""
        return bool(self.cleaned_data["message"] == "tell")

    @property
    def message_to_patient(self) -> str:
        """The sentence for the mail."""
        return str(self.cleaned_data["words"])


class StaffCancelForm(PatientMailForm, LastSeenEventForm):
    """Why an appointment is canceled, and whether the patient gets a mail."""

    reason = SingleLineField(
        label=_("Why?"),
        help_text=_("For the team only."),
        required=False,
        max_length=REASON_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages=MAX_LENGTH_MESSAGE,
    )

    field_order = ("seen", "reason", "message", "words")


class TeamNoteForm(LastSeenEventForm):
    """The note for the team."""

    team_note = MultilineField(
        label=_("Note for the team"),
        required=False,
        max_length=NOTE_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages=MAX_LENGTH_MESSAGE,
    )


class PaymentForm(LastSeenEventForm):
    """Amount and method of a payment. `seen` is how many payments were on the page."""

    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=Decimal("0.01"),
        max_value=MAX_AMOUNT,
        error_messages=AMOUNT_MESSAGES,
    )
    method = forms.ChoiceField(
        label=_("How"),
        choices=[(value, capfirst(label)) for value, label in Payment.Method.choices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose how it was paid.")},
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decimal_places = get_currency_precision(currency)
        amount = self.fields["amount"]
        amount.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount != round(amount, self.decimal_places):
            raise ValidationError(_("Please round the amount."), code="places")
        return amount
