"""Forms of the account: the patient's details, their address, codes, and mails."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import NameField, PhoneField, SingleLineField, StrictEmailField
from booking.inputs import OwnDetails
from booking.models import Patient, Therapist

FIELDS = (
    "name", "phone", "addressed_as", "spoken_language", "emergency_name", "emergency_phone",
    "preferred_therapist", "likes_evenings", "likes_quiet",
)  # fmt: skip
_TEL = {"type": "tel", "inputmode": "tel"}


class AccountForm(forms.Form):
    """A form without its own form element: the page writes that and the buttons."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.summary_labels = False  # each error is a complete sentence


class OwnDetailsForm(AccountForm):
    """A patient's own details and preferences."""

    name = NameField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please tell us your name.")},
    )
    addressed_as = NameField(
        label=_("What should we call you?"),
        help_text=_("If it is different from the name above. For example: Mrs. Reader, or Ana."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    spoken_language = SingleLineField(
        label=_("Which language would you like to speak with us?"),
        help_text=_("If it is not English. Our mails and pages are in English."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = PhoneField(
        label=_("Phone"),
        max_length=40,
        help_text=_("In case something changes with an appointment."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", **_TEL}),
        error_messages={"required": _("Please tell us a phone number we can reach you at.")},
    )
    emergency_name = NameField(
        label=_("Who should we call if something happens to you here?"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    emergency_phone = PhoneField(
        label=_("Their phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", **_TEL}),
    )
    preferred_therapist = forms.ModelChoiceField(
        label=_("Therapist you prefer"),
        queryset=Therapist.objects.filter(is_active=True),
        required=False,
        empty_label=_("anyone"),
        error_messages={
            "invalid_choice": _("That therapist is not with us any more. Please choose again.")
        },
    )
    likes_evenings = forms.BooleanField(label=_("You like evenings best"), required=False)
    likes_quiet = forms.BooleanField(
        label=_("You like a quiet massage, without talking"), required=False
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(patient, name) for name in FIELDS}
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "name",
            "addressed_as",
            "phone",
            "spoken_language",
            Fieldset(_("In an emergency"), "emergency_name", "emergency_phone", css_class="group"),
            Fieldset(
                _("Your preferences"),
                "preferred_therapist",
                "likes_evenings",
                "likes_quiet",
                css_class="group",
            ),
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        name, phone = data.get("emergency_name"), data.get("emergency_phone")
        if name and not phone and "emergency_phone" not in self.errors:
            self.add_error("emergency_phone", _("Please tell us how to reach them."))
        if phone and not name and "emergency_name" not in self.errors:
            self.add_error("emergency_name", _("Please tell us who that is."))
        return data

    @property
    def details(self) -> OwnDetails:
        """Return the details of a valid form."""
        return OwnDetails(**self.cleaned_data)


class NewEmailForm(AccountForm):
    """The address with which the patient wants to replace the present one."""

    email = StrictEmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Please enter your new e-mail address."),
            "invalid": _("Please check the e-mail address. It should look like name@example.com."),
        },
    )


class MailedCodeForm(AccountForm):
    """A code of six digits from a mail."""

    code = SingleLineField(
        label=_("Code from the mail"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
        error_messages={"required": _("Please type the code.")},
    )


class EmailChangeCodeForm(MailedCodeForm):
    """The code from the new mailbox, and whether other devices are signed out with the change."""

    end_others = forms.BooleanField(
        label=_("Sign out all my other devices"),
        help_text=_("Leave it checked if somebody else may be signed in to your account."),
        required=False,
        initial=True,
    )


class MailChoicesForm(AccountForm):
    """The optional mails that a patient wants."""

    reminders = forms.BooleanField(label=_("Remind me of my appointments"), required=False)
    optional_mail = forms.BooleanField(
        label=_("Mails that no appointment needs, such as a thank-you"), required=False
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "reminders": patient.no_reminders_since is None,
            "optional_mail": patient.no_extra_mail_since is None,
        }
        super().__init__(*args, **kwargs)
        self.helper.mark_optional = False
