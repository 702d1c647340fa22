"""Editors: a step of an article on its way to readers."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.errors import NonexistentLocalTime
from articles.forms.fields import single_line_field
from articles.workflow import ArticleStep


class ArticleStepForm(forms.Form):
    """Which step, of which revision, and when; times are the clinic's."""

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


def clinic_time_to_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    """A reading of the clinic's clock as an instant; the first one where clocks are put back.
    Raises NonexistentLocalTime for a reading that they skip, or that no calendar holds."""
    try:
        found = wall.replace(tzinfo=zone).astimezone(UTC)
        back = found.astimezone(zone).replace(tzinfo=None)
    except (OverflowError, ValueError) as beyond:
        raise NonexistentLocalTime() from beyond
    if back != wall:
        raise NonexistentLocalTime()
    return found
