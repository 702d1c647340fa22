"""The forms about money at the desk."""

from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.features.money.models import EntryKind
from booking.forms.desk.appointments import AMOUNT_MESSAGES, MAX_AMOUNT
from booking.forms.fields import SingleLineField

REASON_MAX_LENGTH = 200
NEEDS_REASON = (EntryKind.DISCOUNT, EntryKind.WRITE_OFF)


class AmountForm(forms.Form):
    """An amount in a currency. `token` is sent back, so that the form counts once."""

    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=Decimal("0.01"),
        max_value=MAX_AMOUNT,
        error_messages=AMOUNT_MESSAGES,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decimal_places = get_currency_precision(currency)

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount != round(amount, self.decimal_places):
            raise ValidationError(_("Please round the amount."), code="places")
        return amount


class ShortTextField(SingleLineField):
    """One required line of text that staff write."""

    def __init__(self, *, label: Any, required_message: Any, help_text: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            max_length=REASON_MAX_LENGTH,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={
                "required": required_message,
                "max_length": _("Please use at most %(limit_value)d characters."),
            },
        )


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = ShortTextField(label=_("Why?"), required_message=_("Please say why."))


class ReasonAmountForm(AmountForm, ReasonForm):
    """An amount, and why: for discounts, write-offs and refunds."""

    field_order = ("amount", "reason", "token")


class ProductForm(AmountForm):
    """A product and its price."""

    description = ShortTextField(
        label=_("Which product?"), required_message=_("Please name the product.")
    )
    field_order = ("description", "amount", "token")


FORMS_BY_KIND: dict[EntryKind, type[AmountForm]] = {
    EntryKind.TIP: AmountForm,
    EntryKind.PRODUCT: ProductForm,
    EntryKind.DISCOUNT: ReasonAmountForm,
    EntryKind.WRITE_OFF: ReasonAmountForm,
}
