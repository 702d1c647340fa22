"""The form of the options that a therapist no longer offers."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.forms.options_field import OptionsField
from booking.models import Option, Therapist
from booking.queries.appointments.change_policy import CHANGEABLE_STATUSES
from clinic.lib.dates import clock


class WithdrawnOptionsForm(forms.Form):
    """Options to withdraw, of those that the therapist offers or has booked."""

    withdrawn = OptionsField(
        label=_("No longer offered"),
        queryset=Option.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Please choose what is no longer offered."),
            "invalid_choice": _("Please choose from what is shown."),
        },
    )

    def __init__(self, *args: Any, therapist: Therapist, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        booked = Q(
            appointments__therapist=therapist,
            appointments__status__in=CHANGEABLE_STATUSES,
            appointments__ends_at__gt=clock.now(),
        )
        options = Option.objects.filter(Q(offers__therapist=therapist) | booked).distinct()
        field: Any = self.fields["withdrawn"]
        field.queryset = options.select_related("treatment").order_by(
            "treatment__position", "treatment__name", "minutes"
        )
