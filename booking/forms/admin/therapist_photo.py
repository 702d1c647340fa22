"""The form of a therapist's photo in the back office."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


class TherapistPhotoForm(forms.Form):
    """The file of a photo. Whether it is a valid image, the action checks."""

    file = forms.FileField(
        label=_("Photo"),
        allow_empty_file=True,  # refused later, with a better message
        max_length=None,
        help_text=_(
            "JPEG, PNG or WebP, up to 10 MB, upright, with the face in the middle. Data about the "
            "place and the camera is removed."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": _("Please choose a photo."),
            "invalid": _("Please choose a photo."),
        },
    )

    @property
    def upload(self) -> UploadedFile:
        """Return the file of a valid form."""
        file: UploadedFile = self.cleaned_data["file"]
        return file
