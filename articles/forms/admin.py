"""What editors fill in: a picture, a reply, an address whose comments go."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from articles.models import Image
from clinic.lib.form_fields import SingleLineField

MAX_REPLY_LENGTH = 2000
PERCENT_ERRORS = {
    "required": _("Please give a number from 0 to 100."),
    "invalid": _("Please give a number from 0 to 100."),
    "min_value": _("Please give a number from 0 to 100."),
    "max_value": _("Please give a number from 0 to 100."),
}
WIDE_TEXT_INPUT = forms.TextInput(attrs={"class": "vTextField"})


class ImageDescriptionForm(forms.Form):
    """What an editor says of a picture."""

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
    """With the file itself. Whether it is a picture is seen when it is drawn anew."""

    file = forms.FileField(
        label=_("Picture"),
        allow_empty_file=True,  # an empty one is refused with a sentence of our own
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
        found: UploadedFile = self.cleaned_data["file"]
        return found


class ImageEditForm(ImageDescriptionForm):
    """With the point that must stay in sight."""

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


class CommentReplyForm(forms.Form):
    """What the clinic answers."""

    reply = forms.CharField(
        label=_("Your reply, as the clinic"),
        max_length=MAX_REPLY_LENGTH,
        help_text=_("Everybody will read it. It is signed with the name of the clinic."),
        widget=forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}),
        error_messages={"required": _("Please write your reply.")},
    )

    def clean_reply(self) -> str:
        return str(self.cleaned_data["reply"]).replace("\r\n", "\n")


class CommentDeletionForm(forms.Form):
    """Whose comments go."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("From which the reader wrote to us: so it is their own."),
        widget=forms.EmailInput(attrs={"class": "vTextField", "autocomplete": "off"}),
        error_messages={
            "required": _("Please give the e-mail address."),
            "invalid": _("Please check the e-mail address. It should look like name@example.com."),
        },
    )
