"""Fields for dates and times by the clinic's wall clock."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DATE_FORMATS = ["%Y-%m-%d"]
TIME_FORMATS = ["%H:%M", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"]
"""What a browser's own field sends, and what people type where there is none."""


class DateInputField(forms.DateField):
    """A date like 2026-12-01."""

    default_error_messages = {
        "required": _("Please choose a date."),
        "invalid": _("Please write the date like this: 2026-12-01."),
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(input_formats=DATE_FORMATS, widget=widget, **kwargs)


class TimeOfDayField(forms.TimeField):
    """A time of day like 17:30, in several ways of writing."""

    default_error_messages = {
        "required": _("Please choose a time."),
        "invalid": _("Please write the time like this: 17:30."),
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(input_formats=TIME_FORMATS, widget=widget, **kwargs)
