"""Forms for the first steps of a new clinic."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Row, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import EmailField, MultilineField, PhoneField, SingleLineField
from booking.inputs import NewClinic, NewTreatment
from booking.models import ClinicProfile, Therapist
from booking.models.schedule import Weekday
from booking.screening.outcomes import Pressure
from clinic.lib.text.invisible import strip_invisible

MAX_NAMES = 50
PRESSURE_CHOICES = [
    (Pressure.GENTLE, _("Gentle: safe where firm pressure is not")),
    (Pressure.FIRM, _("Firm: not for patients who need gentle pressure")),
    (Pressure.PREGNANCY, _("For pregnancy")),
]
SAVE_AND_CONTINUE = _("Save and go on")


class NameListField(MultilineField):
    """Names, one a line. The cleaned value is a list without duplicates."""

    widget: Any = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *args: Any, name_max_length: int, **kwargs: Any) -> None:
        self.name_max_length = name_max_length
        super().__init__(*args, max_length=10_000, **kwargs)

    def clean(self, value: Any) -> list[str]:
        lines = super().clean(value).splitlines()
        typed = (" ".join(strip_invisible(line).split()) for line in lines)
        names = list(dict.fromkeys(name for name in typed if name))
        if len(names) > MAX_NAMES:
            raise ValidationError(_("At most %(n)s at a time, please.") % {"n": MAX_NAMES})
        if any(len(name) > self.name_max_length for name in names):
            raise ValidationError(
                _("A name has at most %(n)s letters, please.") % {"n": self.name_max_length}
            )
        return names


class ClinicForm(forms.Form):
    """Name, contact data, address, time zone and currency of the clinic."""

    name = SingleLineField(
        label=_("What is the clinic called?"),
        max_length=120,
        error_messages={"required": _("Please tell us its name.")},
    )
    phone = PhoneField(
        label=_("Phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
        error_messages={"required": _("Patients need a phone number to call.")},
    )
    email = EmailField(
        label=_("E-mail"),
        max_length=254,
        error_messages={"required": _("Patients need an e-mail address to write to.")},
    )
    street = SingleLineField(label=_("Street and number"), max_length=160, required=False)
    city = SingleLineField(label=_("City"), max_length=80, required=False)
    postcode = SingleLineField(label=_("Postcode"), max_length=20, required=False)
    country = SingleLineField(
        label=_("Country"),
        max_length=2,
        initial="US",
        help_text=_("Two capital letters, such as US."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), initial="America/Chicago")
    currency = SingleLineField(
        label=_("Currency"),
        max_length=3,
        initial="USD",
        help_text=_("Three capital letters, such as USD."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["time_zone"]
        zone.choices = [(key, key.replace("_", " ")) for key in sorted(available_timezones())]
        self.helper = step_form_helper(
            "name", Row("phone", "email"), "street", Row("postcode", "city"),
            Row(Field("country"), Field("currency")), "time_zone",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Apply the model's validators too."""
        data: dict[str, Any] = super().clean() or {}
        for name in ("country", "currency"):
            data[name] = str(data.get(name) or "").upper()
        filled_in = {name: value for name, value in data.items() if name not in self.errors}
        try:
            ClinicProfile(**filled_in).clean_fields(exclude=set(self.errors))
        except ValidationError as error:
            self.add_error(None, error)
        return data

    @property
    def clinic(self) -> NewClinic:
        return NewClinic(**self.cleaned_data)


class RoomsForm(forms.Form):
    """The names of the treatment rooms."""

    names = NameListField(
        label=_("Your treatment rooms, one a line"),
        name_max_length=80,
        help_text=_("Each takes one appointment at a time. For example: Room 1."),
        error_messages={"required": _("Please name at least one room.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = step_form_helper("names")


class TherapistsForm(forms.Form):
    """The names of the therapists, and whether the owner is one."""

    myself = forms.BooleanField(label=_("I give treatments myself"), required=False)
    names = NameListField(
        label=_("The other therapists, one a line"),
        name_max_length=120,
        required=False,
        help_text=_("They can be invited to sign in later, on the page Team."),
    )

    def __init__(self, *args: Any, is_therapist: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_therapist:
            del self.fields["myself"]
        self.helper = step_form_helper(*self.fields)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not data.get("myself") and not data["names"]:
            raise ValidationError(_("Please name at least one therapist."))
        return data


class InitialHoursForm(forms.Form):
    """The same weekly hours for therapists who have none."""

    therapists = forms.ModelMultipleChoiceField(
        label=_("For whom"),
        queryset=Therapist.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one therapist.")},
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days"),
        choices=Weekday.choices,
        coerce=int,
        initial=[0, 1, 2, 3, 4],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one day.")},
    )
    starts = forms.TimeField(
        label=_("From"), initial="09:00", widget=forms.TimeInput(attrs={"type": "time"})
    )
    ends = forms.TimeField(
        label=_("Until"), initial="17:00", widget=forms.TimeInput(attrs={"type": "time"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without = Therapist.objects.filter(is_active=True, weekly_hours__isnull=True)
        field: Any = self.fields["therapists"]
        field.queryset = without
        field.initial = list(without)
        self.helper = step_form_helper("therapists", "weekdays", Row("starts", "ends"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        starts, ends = data.get("starts"), data.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("The end must be after the start."))
        return data


class TreatmentsForm(forms.Form):
    """Sample treatments to start with, and their prices."""

    def __init__(self, *args: Any, samples: Sequence[Any], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.samples, self.currency = samples, currency
        for sample in samples:
            self.fields[sample.slug] = forms.BooleanField(
                label=sample.name, required=False, initial=sample.weight > 1
            )
            self.fields[_pressure_field_name(sample)] = forms.ChoiceField(
                label=_("How firm is it?"),
                choices=PRESSURE_CHOICES,
                initial=sample.pressure,
                required=False,
            )
            for minutes, _turnaround, price in sample.options:
                self.fields[_price_field_name(sample, minutes)] = forms.DecimalField(
                    label=_("%(n)s min") % {"n": minutes},
                    min_value=0,
                    max_digits=9,
                    decimal_places=2,
                    initial=price,
                    required=False,
                    error_messages={"invalid": _("Please enter a price, such as 85.00.")},
                )
        self.helper = step_form_helper()

    def treatment_fields(self) -> Iterator[tuple[BoundField, str, BoundField, list[BoundField]]]:
        """Yield the checkbox of each treatment, its summary, its pressure and its price fields."""
        for sample in self.samples:
            prices = [
                self[_price_field_name(sample, minutes)] for minutes, *_rest in sample.options
            ]
            yield self[sample.slug], sample.summary, self[_pressure_field_name(sample)], prices

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        chosen = [sample for sample in self.samples if data.get(sample.slug)]
        if not chosen:
            raise ValidationError(_("Please choose at least one treatment."))
        for sample in chosen:
            names = [_price_field_name(sample, minutes) for minutes, *_rest in sample.options]
            if all(data.get(name) is None for name in names if name not in self.errors):
                self.add_error(names[0], _("Please enter at least one price."))
        return data

    @property
    def treatments(self) -> list[NewTreatment]:
        return [self._new(sample) for sample in self.samples if self.cleaned_data[sample.slug]]

    def _new(self, sample: Any) -> NewTreatment:
        options: list[tuple[int, int, Decimal]] = [
            (minutes, turnaround, self.cleaned_data[_price_field_name(sample, minutes)])
            for minutes, turnaround, _usual in sample.options
            if self.cleaned_data[_price_field_name(sample, minutes)] is not None
        ]
        return NewTreatment(
            name=sample.name,
            slug=sample.slug,
            summary=sample.summary,
            description=sample.description,
            who_for=sample.who_for,
            what_to_expect=sample.what_to_expect,
            ask_first=sample.ask_first,
            pressure=self.cleaned_data[_pressure_field_name(sample)] or sample.pressure,
            options=tuple(options),
        )


def _pressure_field_name(sample: Any) -> str:
    return f"{sample.slug}-pressure"


def _price_field_name(sample: Any, minutes: int) -> str:
    return f"{sample.slug}-{minutes}"


def step_form_helper(*fields: Any) -> FormHelper:
    """Return the form helper of a step: its fields and the button."""
    helper = FormHelper()
    helper.layout = Layout(*fields, Submit("save", SAVE_AND_CONTINUE))
    return helper
