"""The form for the period of a report."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.features.reports.queries.period import EARLIEST_DATE, LATEST_DATE, MAX_DAYS, PeriodUnit

INVALID_DATE = _("Please choose a date, such as 2026-12-01.")


class ReportPeriodForm(forms.Form):
    """First and last date, and the unit between them."""

    first = forms.DateField(
        label=_("From"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": INVALID_DATE, "required": INVALID_DATE},
    )
    last = forms.DateField(
        label=_("Until"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": INVALID_DATE, "required": INVALID_DATE},
    )
    step = forms.ChoiceField(
        label=_("By"),
        choices=[(PeriodUnit.WEEK.value, _("week")), (PeriodUnit.MONTH.value, _("month"))],
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last:
            self._check(first, last)
        return data

    def _check(self, first: date, last: date) -> None:
        if not (EARLIEST_DATE <= first <= LATEST_DATE and EARLIEST_DATE <= last <= LATEST_DATE):
            self.add_error("first", _("Please ask about dates between 2000 and 2199."))
        elif last < first:
            self.add_error("last", _("The last date must not be before the first."))
        elif last - first >= timedelta(days=MAX_DAYS):
            self.add_error("last", _("At most five years at a time, please."))
