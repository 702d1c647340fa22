"""The query parameters of /api/slots."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.queries.availability.bookable_times import PARTS_OF_DAY

MAX_DAYS = 62
EARLIEST_DATE, LATEST_DATE = date(2000, 1, 1), date(2200, 1, 1)


class SlotsQueryForm(forms.Form):
    """The query of /api/slots. The field `from` is added by hand, as it is a Python keyword."""

    treatment = forms.SlugField(max_length=80)
    minutes = forms.IntegerField(min_value=1, max_value=1440)
    to = forms.DateField(input_formats=["%Y-%m-%d"])
    therapist = forms.SlugField(required=False, max_length=80)
    part = forms.ChoiceField(required=False, choices=[(part, part) for part in PARTS_OF_DAY])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = forms.DateField(input_formats=["%Y-%m-%d"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("from"), data.get("to")
        if first is None or last is None:
            return data
        if not EARLIEST_DATE <= first <= LATEST_DATE or not EARLIEST_DATE <= last <= LATEST_DATE:
            raise forms.ValidationError(_("Please ask about dates between 2000 and 2200."))
        if last < first:
            raise forms.ValidationError(_("The last date must not be before the first."))
        if last - first >= timedelta(days=MAX_DAYS):
            raise forms.ValidationError(
                _("At most %(days)s days at a time, please.") % {"days": MAX_DAYS}
            )
        return data

    def first_error(self) -> str:
        """Return which parameter is wrong and why, in one sentence."""
        name, errors = next(iter(self.errors.items()))
        return str(errors[0]) if name == "__all__" else f"{name}: {errors[0]}"
