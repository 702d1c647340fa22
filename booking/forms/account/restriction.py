"""The form with which a patient asks to restrict what is done with their data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.account.own_details import AccountForm
from booking.models import Restriction

Ground = Restriction.Ground
OWN_WORDS = (
    (Ground.ACCURACY, _("Something in my record is not correct: until you have checked it")),
    (Ground.UNLAWFUL, _("You have no right to use it, but I do not want it erased")),
    (Ground.CLAIMS, _("I need it for a legal claim, though you no longer need it")),
    (Ground.OBJECTION, _("I have objected to its use: until you have decided")),
)


class RestrictionRequestForm(AccountForm):
    """The field for one of the four grounds of GDPR article 18."""

    ground = forms.ChoiceField(
        label=_("What is your reason?"),
        choices=OWN_WORDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a reason.")},
    )

    @property
    def reason(self) -> Ground:
        """Return the chosen ground. The form must be valid."""
        return Ground(self.cleaned_data["ground"])
