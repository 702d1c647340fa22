"""The small forms beside the editors of hours: which day is shown, and what is copied.

The editors read what these send as they read the rows: half of a form can be sent at any time.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from booking.forms.date_fields import DateInputField
from booking.models import Therapist
from booking.models.schedule import Weekday
from booking.queries.schedule.weekly_patterns import PatternPeriod
from clinic.lib.dates import date_format


class ShownDayForm(forms.Form):
    """The GET that shows another day in the editor."""

    day = DateInputField(label=_("Which day?"))

    def __init__(self, *, day: date) -> None:
        super().__init__(initial={"day": day}, auto_id="look-%s")
        self.use_required_attribute = False


class ShownYearForm(forms.Form):
    """The GET that shows the public holidays of another year."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)

    def __init__(self, *, year: int, years: Sequence[int]) -> None:
        super().__init__(initial={"year": year}, auto_id="%s")
        self.use_required_attribute = False
        choice: Any = self.fields["year"]
        choice.choices = [(year, str(year)) for year in years]


class CopyDayForm(forms.Form):
    """The day whose hours are copied, and the days that get them."""

    day = forms.ChoiceField(label=_("Copy the hours of"), choices=Weekday.choices)
    to = forms.MultipleChoiceField(
        label=_("To these days"), choices=Weekday.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self) -> None:
        super().__init__(prefix="copy", auto_id="%s")
        self.use_required_attribute = False


class FillWeekForm(forms.Form):
    """The week that is copied into the editor: of another time, or of a colleague."""

    def __init__(
        self, *, therapist: Therapist, periods: Sequence[PatternPeriod], colleagues: list[Therapist]
    ) -> None:
        super().__init__(prefix="fill", auto_id="%s")
        self.use_required_attribute = False
        self.fields["from"] = forms.ChoiceField(
            label=_("Begin with the hours of"),
            choices=[
                *(
                    (f"from:{period.first or ''}", _period_label(therapist, period))
                    for period in periods
                ),
                *((f"of:{colleague.slug}", colleague.name) for colleague in colleagues),
            ],
        )


def _period_label(therapist: Therapist, period: PatternPeriod) -> str:
    if period.first:
        text, day = now_translated("%(name)s, from %(date)s"), period.first
    elif period.last:
        text, day = now_translated("%(name)s, until %(date)s"), period.last
    else:
        return now_translated("%(name)s, now") % {"name": therapist.name}
    return text % {"name": therapist.name, "date": date_format.long_day(day)}
