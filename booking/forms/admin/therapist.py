"""The form of a therapist in the back office."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.forms.admin.switch_off import SWITCH_OFF_LABEL, PreviewedFieldsForm
from booking.inputs import ResourceChange, TherapistSwitchOff
from booking.models import Option, Therapist

if TYPE_CHECKING:
    OptionChoiceIterator = forms.models.ModelChoiceIterator[Option]
    OptionMultipleChoiceField = forms.ModelMultipleChoiceField[Option]
    TherapistModelForm = forms.ModelForm[Therapist]
else:  # cannot be subscripted at run time
    OptionChoiceIterator, OptionMultipleChoiceField = (
        forms.models.ModelChoiceIterator,
        forms.ModelMultipleChoiceField,
    )
    TherapistModelForm = forms.ModelForm


class OptionsByTreatment(OptionChoiceIterator):
    """Options grouped by treatment."""

    def __iter__(self) -> Iterator[Any]:
        groups: dict[str, list[tuple[Any, str]]] = {}
        for option in self.queryset:
            choice = super().choice(option)
            groups.setdefault(option.treatment.name, []).append(choice)
        yield from groups.items()


class OptionsField(OptionMultipleChoiceField):
    """A choice of any active options."""

    iterator = OptionsByTreatment

    def label_from_instance(self, option: Option) -> str:
        return f"{option.minutes} min"


class TherapistForm(PreviewedFieldsForm, TherapistModelForm):
    """A therapist and the options they offer; a new one offers all at first."""

    previews = {"is_active": SWITCH_OFF_LABEL}
    gives = OptionsField(
        label=_("Gives"),
        queryset=Option.objects.filter(is_active=True)
        .select_related("treatment")
        .order_by("treatment__position", "treatment__name", "minutes"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("What is not checked cannot be booked with this therapist."),
    )

    class Meta:
        model = Therapist
        fields = ("name", "slug", "credentials", "languages", "bio", "position", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["gives"]
        if self.instance.pk:
            field.initial = list(self.instance.offers.values_list("option", flat=True))
        else:
            field.initial = [option.pk for option in field.queryset]

    def build_change(self, name: str, value: Any) -> ResourceChange:
        return TherapistSwitchOff(self.instance.pk)

    def preview_url(self, name: str) -> str:
        return reverse("desk-therapist-switch-off", args=[self.instance.slug])
