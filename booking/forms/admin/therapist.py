"""The form of a therapist in the back office."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.forms.admin.switch_off import SWITCH_OFF_LABEL, PreviewedFieldsForm
from booking.forms.options_field import OptionsField
from booking.inputs import OptionsWithdrawal, ResourceChange, TherapistSwitchOff
from booking.models import Option, Therapist

if TYPE_CHECKING:
    TherapistModelForm = forms.ModelForm[Therapist]
else:  # cannot be subscripted at run time
    TherapistModelForm = forms.ModelForm


WITHDRAW_LABEL = _("Withdraw what is booked, and choose what happens to it")


class TherapistForm(PreviewedFieldsForm, TherapistModelForm):
    """A therapist and the options they offer; a new one offers all at first."""

    previews = {"is_active": SWITCH_OFF_LABEL, "gives": WITHDRAW_LABEL}
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
        if name == "gives":
            return OptionsWithdrawal(self._withdrawn(), therapist=self.instance.pk)
        return TherapistSwitchOff(self.instance.pk)

    def preview_url(self, name: str) -> str:
        page = "desk-therapist-options" if name == "gives" else "desk-therapist-switch-off"
        return reverse(page, args=[self.instance.slug])

    def keep_saved_value(self, name: str) -> None:
        """Let the field keep its saved value; options that are added are added all the same."""
        if name != "gives":
            return super().keep_saved_value(name)
        kept = {option.pk for option in self.cleaned_data["gives"]} | {*self._withdrawn()}
        self.cleaned_data["gives"] = list(Option.objects.filter(pk__in=kept))
        return None

    def _may_affect_appointments(self, name: str) -> bool:
        if name == "gives":
            return bool(self._withdrawn())
        return super()._may_affect_appointments(name)

    def _withdrawn(self) -> tuple[int, ...]:
        """Return the options (pks) that the form shows and the therapist does not give any more."""
        field: Any = self.fields["gives"]
        given = {option.pk for option in field.queryset} & {*field.initial}
        return tuple(sorted(given - {option.pk for option in self.cleaned_data["gives"]}))
