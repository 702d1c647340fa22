"""Forms of the desk for patients: edit and merge."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Row, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import EmailField, NameField, PhoneField, SingleLineField
from booking.inputs import ContactDetails, PatientData
from booking.models import Patient, Therapist

CONTACT_FIELDS = ("name", "email", "phone")
OWN_WORDS = ("addressed_as", "spoken_language", "emergency_name", "emergency_phone")
QUERY_MAX_LENGTH = 100


class PatientSearchForm(forms.Form):
    """The words by which a patient is searched for."""

    q = forms.CharField(
        label=_("Name, phone or e-mail"),
        max_length=QUERY_MAX_LENGTH,
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(self, query: str) -> None:
        super().__init__(initial={"q": query}, auto_id="%s")


class PatientForm(forms.Form):
    """Contact data and preferences."""

    name = NameField(
        label=_("Name"),
        max_length=150,
        error_messages={"required": _("Please tell us the patient's name.")},
    )
    email = EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        error_messages={
            "invalid": _("Please check the e-mail address. It should look like name@example.com.")
        },
    )
    phone = PhoneField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    addressed_as = NameField(label=_("Likes to be called"), max_length=60, required=False)
    spoken_language = SingleLineField(label=_("Likes to speak"), max_length=60, required=False)
    emergency_name = NameField(label=_("Emergency contact"), max_length=150, required=False)
    emergency_phone = PhoneField(
        label=_("Their phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    preferred_therapist = forms.ModelChoiceField(
        label=_("Likes to come to"),
        queryset=Therapist.objects.filter(is_active=True),
        required=False,
        empty_label=_("anyone"),
    )
    likes_evenings = forms.BooleanField(label=_("Likes evenings best"), required=False)
    likes_quiet = forms.BooleanField(
        label=_("Likes a quiet session, without talking"), required=False
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        names = (
            *CONTACT_FIELDS,
            *OWN_WORDS,
            "preferred_therapist",
            "likes_evenings",
            "likes_quiet",
        )
        kwargs["initial"] = {name: getattr(patient, name) for name in names}
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "name",
            Row("email", "phone"),
            Row("addressed_as", "spoken_language"),
            Row("emergency_name", "emergency_phone"),
            "preferred_therapist",
            "likes_evenings",
            "likes_quiet",
            Submit("save", _("Save")),
            HTML(_BACK_LINK),
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        had_contact = bool(self.initial.get("email") or self.initial.get("phone"))
        if not self.errors and had_contact and not (data.get("email") or data.get("phone")):
            raise ValidationError(_("Please give an e-mail address or a phone number."))
        return data

    @property
    def patient_data(self) -> PatientData:
        return PatientData(**self.cleaned_data)


_BACK_LINK = (
    '{% load i18n %}<a class="button button-plain" href="{{ back }}">{% translate "Back" %}</a>'
)


class MergeForm(forms.Form):
    """From which of two records each part of the contact data is kept."""

    def __init__(self, *args: Any, remaining: Patient, duplicate: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = {"remaining": remaining, "duplicate": duplicate}
        for part, label in zip(CONTACT_FIELDS, (_("Name"), _("E-mail"), _("Phone")), strict=True):
            self.fields[part] = forms.ChoiceField(
                label=label,
                choices=self._choices(part),
                initial="remaining" if getattr(remaining, part) else "duplicate",
                widget=forms.RadioSelect,
                error_messages={"required": _("Please choose one of the two.")},
            )

    def _choices(self, part: str) -> list[tuple[str, Any]]:
        """Return both values as choices, or one if they are equal."""
        choices = [(side, getattr(row, part) or _("none")) for side, row in self.sides.items()]
        return choices[:1] if choices[0][1] == choices[1][1] else choices

    @property
    def contact(self) -> ContactDetails:
        chosen = {
            part: getattr(self.sides[self.cleaned_data[part]], part) for part in CONTACT_FIELDS
        }
        return ContactDetails(**chosen)
