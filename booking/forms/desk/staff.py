"""Forms about the team: invite, accept, unlock the desk."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking.forms.account.sign_in import PASSWORD_HELP
from booking.forms.fields import EmailField, SingleLineField
from booking.inputs import ProfileChoice
from booking.models import User
from booking.models.staff import Role
from booking.queries.staff.therapist_profiles import (
    has_profile,
    profiles_without_sign_in,
    propose_profile,
)

NEW_PROFILE = "new"


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


class ProfileForm(forms.Form):
    """Roles, and for a therapist the public profile: one that nobody signs in to, or a new one.

    The field `profile` is there only while there are such profiles. If it is needed and nothing
    was chosen, the form is invalid and proposes the profile that is probably theirs.
    """

    roles = RolesField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profiles = list(profiles_without_sign_in())
        if profiles:
            self.fields["profile"] = forms.ChoiceField(
                label=_("Their profile on the site"),
                help_text=_("Only for therapists."),
                required=False,
                choices=[
                    ("", _("Please choose")),
                    *((str(profile.pk), profile.name) for profile in profiles),
                    (NEW_PROFILE, _("None of these: a new profile")),
                ],
                error_messages={"invalid_choice": _("Please choose one of the list.")},
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        person = self.person(data)
        if self._needs_profile(data) and person is not None:
            self._propose(*person)
        return data

    def person(self, data: dict[str, Any]) -> tuple[str, str] | None:
        """Return name and e-mail of whom the form is about; None if they have a profile."""
        raise NotImplementedError

    @property
    def profile(self) -> ProfileChoice:
        """What was chosen in a valid form."""
        chosen = self.cleaned_data.get("profile", "")
        if Role.THERAPIST not in self.cleaned_data["roles"] or not chosen:
            return ProfileChoice()
        new = chosen == NEW_PROFILE
        return ProfileChoice(None if new else int(chosen), new=new)

    def _needs_profile(self, data: dict[str, Any]) -> bool:
        is_therapist = Role.THERAPIST in data.get("roles", ())
        return is_therapist and "profile" in self.fields and data.get("profile") == ""

    def _propose(self, name: str, email: str) -> None:
        """Add the question whose profile it is, with the likeliest one chosen."""
        proposed = propose_profile(name, email)
        question: object = _("Please choose their profile, or that they get a new one.")
        if proposed is not None and isinstance(self.data, QueryDict):
            sent = self.data.copy()
            sent["profile"] = str(proposed.pk)
            self.data = sent
            question = _(
                "%(name)s is on the site already. If that is them, press the button again; if "
                "not, choose another."
            ) % {"name": proposed.name}
        self.add_error("profile", str(question))


class InviteForm(ProfileForm):
    """Who is invited, and with which roles."""

    email = EmailField(
        label=_("E-mail"),
        max_length=254,
        error_messages={"required": _("Please enter an e-mail address.")},
    )
    name = SingleLineField(label=_("Name"), max_length=150, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        profile = ["profile"] if "profile" in self.fields else []
        self.helper.layout = Layout(
            "email", "name", "roles", *profile, Submit("invite", _("Send the invitation"))
        )

    def person(self, data: dict[str, Any]) -> tuple[str, str] | None:
        email = data.get("email", "").lower()
        if not email or has_profile(email):
            return None
        return data.get("name", ""), email


class RolesForm(ProfileForm):
    """The roles of a member of staff."""

    def __init__(self, *args: Any, member: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        if has_profile(member.email):
            self.fields.pop("profile", None)
        self.helper = FormHelper()
        profile = ["profile"] if "profile" in self.fields else []
        self.helper.layout = Layout("roles", *profile, Submit("change", _("Save the roles")))

    def person(self, data: dict[str, Any]) -> tuple[str, str] | None:
        return self.member.name, self.member.email


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
