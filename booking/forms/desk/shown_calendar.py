"""The small GET forms that change which day and which therapist the desk shows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.desk.placement import CalendarDateField
from booking.models import Therapist


class ShownTherapistForm(forms.Form):
    """The therapist whose day is shown."""

    therapist = forms.ChoiceField(label=_("Whose day"), required=False)

    def __init__(self, therapists: Sequence[Therapist], shown: Therapist | None) -> None:
        super().__init__(initial={"therapist": shown.slug if shown else ""}, auto_id="%s")
        choice: Any = self.fields["therapist"]
        choice.choices = [
            ("", _("Everybody")),
            *((therapist.slug, therapist.name) for therapist in therapists),
        ]


class ShownCalendarForm(ShownTherapistForm):
    """The day and the therapist whose calendar is shown."""

    day = CalendarDateField(label=_("Day"), required=False)
    field_order = ("day", "therapist")

    def __init__(
        self, therapists: Sequence[Therapist], shown: Therapist | None, *, day: date
    ) -> None:
        super().__init__(therapists, shown)
        self.initial["day"] = day
        self.fields["therapist"].label = _("Whose calendar")
