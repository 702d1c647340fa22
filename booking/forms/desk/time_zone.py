"""The form that changes the clinic's time zone."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

KEEP_INSTANTS, KEEP_CLOCK = "instants", "clock"


class TimeZoneForm(forms.Form):
    """The new zone."""

    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["time_zone"]
        zone.choices = [(key, key.replace("_", " ")) for key in sorted(available_timezones())]


class TimeZoneChangeForm(TimeZoneForm):
    """The new zone, and whether booked appointments keep their local times or their instants."""

    time_zone = forms.ChoiceField(label=_("Time zone"), widget=forms.HiddenInput)
    keep = forms.ChoiceField(
        label=_("What stays the same?"),
        choices=[
            (KEEP_INSTANTS, _("The moments: patients are mailed the new time on the clock")),
            (KEEP_CLOCK, _("The times on the clock: the appointments and time off are moved")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what stays the same.")},
    )
