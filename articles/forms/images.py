"""Editors: uploading and describing a picture."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from articles.models import Image
from clinic.lib.form_fields import SingleLineField

PERCENT_ERRORS = {
    "required": _("Please give a number from 0 to 100."),
    "invalid": _("Please give a number from 0 to 100."),
    "min_value": _("Please give a number from 0 to 100."),
    "max_value": _("Please give a number from 0 to 100."),
}
WIDE_TEXT_INPUT = forms.TextInput(attrs={"class": "vTextField"})


class ImageDescriptionForm(forms.Form):
    """The description and the caption of a picture."""

    alt = SingleLineField(
        label=_("What it shows"),
        max_length=200,
        help_text=Image._meta.get_field("alt").help_text,
        widget=WIDE_TEXT_INPUT,
        error_messages={"required": _("Please say what the picture shows.")},
    )
    caption = SingleLineField(
        label=_("Caption"),
        max_length=200,
        required=False,
        help_text=Image._meta.get_field("caption").help_text,
        widget=WIDE_TEXT_INPUT,
    )


class ImageUploadForm(ImageDescriptionForm):
    """The description with the file, which is only read by the action."""

    file = forms.FileField(
        label=_("Picture"),
        allow_empty_file=True,  # refused later, with a better message
        max_length=None,
        help_text=_(
            "JPEG, PNG or WebP, up to 10 MB. Where and with what it was taken is left out."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": _("Please choose a picture."),
            "invalid": _("Please choose a picture."),
        },
    )
    field_order = ("file", "alt", "caption")

    @property
    def upload(self) -> UploadedFile:
        """The file of a valid form."""
        file: UploadedFile = self.cleaned_data["file"]
        return file


class ImageEditForm(ImageDescriptionForm):
    """The description with the focal point, in percent from the left and the top."""

    focal_x = forms.IntegerField(
        label=_("From the left, in percent"),
        min_value=0,
        max_value=100,
        error_messages=PERCENT_ERRORS,
    )
    focal_y = forms.IntegerField(
        label=_("From the top, in percent"),
        min_value=0,
        max_value=100,
        error_messages=PERCENT_ERRORS,
    )
