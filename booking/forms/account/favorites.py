"""The form behind a star."""

from django import forms

from booking.models import Option, Therapist


class FavoriteForm(forms.Form):
    """What to star, as hidden fields, and whether it has a star afterwards."""

    option = forms.ModelChoiceField(Option.objects.all())
    therapist = forms.ModelChoiceField(Therapist.objects.all(), to_field_name="slug")
    is_starred = forms.BooleanField(required=False)
