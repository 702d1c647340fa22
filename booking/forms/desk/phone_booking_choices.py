"""Radio buttons of the form for a booking by phone, whose choices are looked up last."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import Patient
from booking.queries.availability.bookable_times import PART_OF_DAY_LABELS, BookableTime
from clinic.lib.choice_widgets import RadiosByValue
from clinic.lib.dates import date_format


class _ChosenRadios(RadiosByValue):
    """Radio buttons of which `chosen` is checked, whatever was sent."""

    def __init__(self, choices: Sequence[tuple[Any, Any]], chosen: object) -> None:
        super().__init__(choices=choices)
        self.chosen = chosen

    def format_value(self, value: Any) -> list[str]:
        return [] if self.chosen is None else [str(self.chosen)]


class TimeRadios(_ChosenRadios):
    """The free times of a day, by part of the day, and "another time"."""

    def __init__(
        self,
        times_by_part: Sequence[tuple[str, Sequence[BookableTime]]],
        start: datetime | None,
        zone: ZoneInfo,
    ) -> None:
        free = {time.starts_at: time.value for _part, times in times_by_part for time in times}
        chosen = free.get(start, "") if start is not None else ""
        groups = [
            (
                PART_OF_DAY_LABELS[part],
                [(time.value, date_format.local_time(time.starts_at, zone)) for time in times],
            )
            for part, times in times_by_part
        ]
        super().__init__([*groups, ("", _("Another time"))], chosen)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if not value:
            option["attrs"]["data-other-time"] = True
        return option


class PatientRadios(_ChosenRadios):
    """Patients, and "somebody new" where that is a choice."""

    def __init__(
        self, patients: Sequence[Patient], chosen: UUID | str | None, *, allow_new: bool = False
    ) -> None:
        choices: list[tuple[object, object]] = [
            (patient.public_id, patient) for patient in patients
        ]
        super().__init__(
            [*choices, ("", _("Somebody new"))] if allow_new and patients else choices, chosen
        )


class NewPatientForm(forms.Form):
    """The confirmation that none of the similar patients is the person who calls."""

    accepted = forms.BooleanField(label=_("None of these: make a new record"), required=False)

    def __init__(self, key: str) -> None:
        """`key` names the person, see clinic.lib.http.carried_fields."""
        super().__init__()
        self.fields["accepted"].widget.attrs["value"] = key
