"""Which dates a report looks at."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.features.reports.queries.period import EARLIEST, LATEST, MOST_DAYS, Step

NOT_A_DATE = _("Please choose a date, such as 2026-12-01.")


class ReportForm(forms.Form):
    """First and last date, and how to cut what lies between. Empty dates are the usual ones."""

    first = forms.DateField(
        label=_("From"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": NOT_A_DATE, "required": NOT_A_DATE},
    )
    last = forms.DateField(
        label=_("Until"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": NOT_A_DATE, "required": NOT_A_DATE},
    )
    step = forms.ChoiceField(
        label=_("By"),
        choices=[(Step.WEEK.value, _("week")), (Step.MONTH.value, _("month"))],
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last:
            self._check(first, last)
        return data

    def _check(self, first: date, last: date) -> None:
        if not (EARLIEST <= first <= LATEST and EARLIEST <= last <= LATEST):
            self.add_error("first", _("Please ask about dates between 2000 and 2199."))
        elif last < first:
            self.add_error("last", _("The last date must not be before the first."))
        elif last - first >= timedelta(days=MOST_DAYS):
            self.add_error("last", _("At most five years at a time, please."))
