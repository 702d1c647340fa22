"""The form behind a star."""

import re

from django import forms

from booking.models import Option, Therapist

PATH_WITH_STAR_PATTERN = re.compile(r"/(?:me|book)/[!-~]{0,500}")


class FavoriteForm(forms.Form):
    """What to star, as hidden fields, whether it has a star afterwards, and where to go on.

    `next` is the path of a page of the account or of booking; anything else counts as none.
    """

    option = forms.ModelChoiceField(Option.objects.all())
    therapist = forms.ModelChoiceField(Therapist.objects.all(), to_field_name="slug")
    is_starred = forms.BooleanField(required=False)
    next = forms.CharField(required=False)

    def clean_next(self) -> str:
        path = str(self.cleaned_data["next"])
        return path if PATH_WITH_STAR_PATTERN.fullmatch(path) else ""
