"""Editors: a step of the workflow, such as scheduling an article."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.errors import NonexistentLocalTime
from articles.forms.fields import single_line_field
from articles.workflow import ArticleStep


class ArticleStepForm(forms.Form):
    """A step, the revision it is for, and for scheduling the date and time in the clinic's zone.

    `cleaned_data["publish_at"]` is the time of publication in UTC, only for that step.
    """

    step = forms.ChoiceField(
        choices=ArticleStep.choices, error_messages={"required": _("Please choose a step.")}
    )
    revision_number = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    why = single_line_field(_("Why"), 300, required=False)
    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please give a date as year, month and day: 2026-11-30.")},
    )
    time = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Please give a time such as 09:30.")},
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("step") != ArticleStep.SCHEDULE or self.errors:
            return data
        if not data.get("day") or not data.get("time"):
            self.add_error("day", _("Please say on which day and at what time."))
            return data
        try:
            data["publish_at"] = clinic_time_to_utc(
                datetime.combine(data["day"], data["time"]), self.zone
            )
        except NonexistentLocalTime as refusal:
            self.add_error("time", str(refusal))
        return data


def clinic_time_to_utc(local_time: datetime, zone: ZoneInfo) -> datetime:
    """Convert a naive local time to UTC; of an ambiguous time, the first one.

    Raises NonexistentLocalTime for a time that the clocks skip or that datetime cannot hold.
    """
    try:
        instant = local_time.replace(tzinfo=zone).astimezone(UTC)
        round_trip = instant.astimezone(zone).replace(tzinfo=None)
    except (OverflowError, ValueError) as error:
        raise NonexistentLocalTime() from error
    if round_trip != local_time:
        raise NonexistentLocalTime()
    return instant
