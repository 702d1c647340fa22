"""Forms about the team: invite, accept, unlock the desk."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.forms.account.sign_in import PASSWORD_HELP
from booking.forms.fields import SingleLineField
from booking.models import User
from booking.models.staff import Role


class RolesField(forms.TypedMultipleChoiceField):
    """One role or more."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Roles"),
            choices=Role.choices,
            coerce=Role,
            error_messages={"required": _("Please choose at least one role.")},
            **options,
        )


class InviteForm(forms.Form):
    """Who is invited, and with which roles."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        error_messages={"required": _("Please enter an e-mail address.")},
    )
    name = SingleLineField(label=_("Name"), max_length=150, required=False)
    roles = RolesField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "email", "name", "roles", Submit("invite", _("Send the invitation"))
        )


class RolesForm(forms.Form):
    """The roles of a member of staff."""

    roles = RolesField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout("roles", Submit("change", _("Save the roles")))


class AcceptInvitationForm(forms.Form):
    """Name and password of a new member of staff."""

    name = SingleLineField(
        label=_("Your name"),
        max_length=150,
        error_messages={"required": _("Please tell us your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Please choose a password.")},
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password"].help_text = PASSWORD_HELP
        self.helper = FormHelper()
        self.helper.layout = Layout("name", "password", Submit("accept", _("Join the team")))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if password := data.get("password"):
            try:
                validate_password(password, User(email=self.email, name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data


class UnlockForm(forms.Form):
    """The password of the signed-in user."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Please type your password.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("That is not your password."), code="wrong")
        return password
