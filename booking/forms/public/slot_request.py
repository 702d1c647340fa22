"""Forms for a slot: the request that holds one, and the filter of those shown."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import StartField
from booking.inputs import SlotRequest
from booking.models import Therapist
from clinic.lib.choice_widgets import RadiosByValue

MAX_ID = 2**62


class SlotRequestForm(forms.Form):
    """The POST that holds a slot. The server determines end, room, price and status."""

    option = forms.IntegerField(
        min_value=1,
        max_value=MAX_ID,
        error_messages={
            "required": _("Please choose a length."),
            "invalid": _("Please choose one of the lengths shown."),
        },
    )
    therapist = forms.SlugField(required=False, max_length=80)
    start = StartField()

    def slot_request(self, treatment: str) -> SlotRequest:
        """Return the request of a valid form, sent on the page of a treatment (slug)."""
        data = self.cleaned_data
        return SlotRequest(data["option"], data["start"], data["therapist"] or None, treatment)


class SlotFilterForm(forms.Form):
    """The GET that shows free times: everything is optional."""

    option = forms.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    therapist = forms.SlugField(required=False, max_length=80)
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    part = forms.ChoiceField(required=False, choices=[("evening", _("Evenings"))])
    view = forms.ChoiceField(required=False, choices=[("month", _("Month"))])


class SlotChooserForm(forms.Form):
    """What the page of free times shows as chosen. SlotFilterForm reads what it sends."""

    option = forms.ChoiceField(label=_("How long?"), required=False, widget=RadiosByValue)
    therapist = forms.ChoiceField(label=_("With whom?"), required=False)
    part = forms.BooleanField(
        label=_("Evenings only"),
        required=False,
        widget=forms.CheckboxInput(attrs={"value": "evening"}),
    )
    day = forms.DateField(required=False, widget=forms.HiddenInput)
    view = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *,
        options: Sequence[Any],
        therapists: Sequence[Therapist],
        booked_therapist: int | None = None,
        **chosen: Any,
    ) -> None:
        """Offer lengths and therapists.

        Args:
            options: Have a `pk`; the template shows their attributes beside each length.
            therapists: Those who can be chosen.
            booked_therapist: The primary key of the present therapist, when moving.
            chosen: Initial values by field.
        """
        super().__init__(initial=chosen, auto_id="%s")
        lengths: Any = self.fields["option"]
        lengths.choices = [(option.pk, option) for option in options]
        people: Any = self.fields["therapist"]
        people.choices = _therapist_choices(therapists, booked_therapist)


def _therapist_choices(
    therapists: Sequence[Therapist], booked_therapist: int | None
) -> list[tuple[str, Any]]:
    """Return the therapist as booked, if any, then anyone, then the others."""
    booked = [therapist for therapist in therapists if therapist.pk == booked_therapist]
    return [
        *(
            (therapist.slug, now_translated("%(name)s, as booked") % {"name": therapist.name})
            for therapist in booked
        ),
        ("", _("With anyone")),
        *(
            (therapist.slug, therapist.name)
            for therapist in therapists
            if therapist.pk != booked_therapist
        ),
    ]
