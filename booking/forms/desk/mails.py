"""The forms that send mails again."""

from django import forms


class PressForm(forms.Form):
    """A random number of the page, so that pressing its button twice counts once."""

    submission_id = forms.UUIDField()
