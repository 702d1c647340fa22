"""A form field that people do not see, and that spam programs fill in."""

from crispy_forms.layout import Div
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class HoneypotForm(forms.Form):
    """A form that is refused if its honeypot is filled in. Put `honeypot()` into its layout."""

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean_website(self) -> str:
        """Return "". Raises ValidationError if the field is filled in."""
        if settings.ABUSE_LIMITS and self.cleaned_data["website"]:
            raise ValidationError(_("Please leave this field empty."), code="honeypot")
        return ""


def honeypot() -> Div:
    """Return the field for a layout; a style sheet hides it."""
    return Div("website", css_class="honeypot", aria_hidden="true")
