"""Forms of the desk to restrict a record, and to lift the restriction."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from booking.models import Restriction


class _Form(forms.Form):
    """A form without its own form element: the page writes that and the buttons."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class RestrictForm(_Form):
    """Why a record is restricted."""

    ground = forms.ChoiceField(
        label=_("Why is it restricted?"),
        choices=[(value, capfirst(label)) for value, label in Restriction.Ground.choices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say why the record is restricted.")},
    )

    @property
    def reason(self) -> Restriction.Ground:
        """Return the chosen ground. The form must be valid."""
        return Restriction.Ground(self.cleaned_data["ground"])


class LiftRestrictionForm(_Form):
    """The confirmation that the person knows that the restriction ends."""

    told = forms.BooleanField(
        label=_("I have told the person that the restriction ends."),
        error_messages={"required": _("The law says: tell the person first.")},
    )
