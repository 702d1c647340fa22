"""The form of the clinic's profile in the back office."""

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from booking.errors import TimeZoneInUse
from booking.models import ClinicProfile
from booking.queries.schedule.time_zone import upcoming_appointments, with_other_reading
from clinic.lib.dates import clock

if TYPE_CHECKING:
    ClinicModelForm = forms.ModelForm[ClinicProfile]
else:  # cannot be subscripted at run time
    ClinicModelForm = forms.ModelForm


class ClinicProfileForm(ClinicModelForm):
    """The profile. Its time zone can be changed here only if no booked appointment is affected."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("time_zone")
        if field is not None and not self.instance._state.adding:
            field.help_text = format_html(
                '<a href="{}">{}</a>',
                reverse("desk-time-zone"),
                _("Change it, and choose what happens to what is booked"),
            )

    def clean_time_zone(self) -> str:
        """Return the zone. Refuse it if a booked appointment would get another local time."""
        zone: str = self.cleaned_data["time_zone"]
        saved = ClinicProfile.current()
        if saved is None or zone == saved.time_zone:
            return zone
        if zone not in available_timezones():  # the model's validator says what is wrong
            return zone
        if with_other_reading(upcoming_appointments(clock.now()), saved.zone, ZoneInfo(zone)):
            raise ValidationError(str(TimeZoneInUse()), code="booked")
        return zone
