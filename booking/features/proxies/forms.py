"""Forms about grants and proxies."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.access.proxies import Permission
from booking.features.proxies.actions.grants import GrantTerms
from booking.features.proxies.models import ADULT_AGE, OLDEST_AGE, AdultPresence, Basis
from booking.forms.date_fields import DateInputField
from booking.forms.fields import NameField, StrictEmailField
from clinic.lib.form_fields import MultilineField

MAX_NOTICE_DAYS = 90
PERMISSION_CHOICES = (
    (Permission.BOOK.value, _("Book, move and cancel appointments")),
    (Permission.SEE_TIMES.value, _("See when appointments are, and get mails about them")),
    (Permission.SEE_HEALTH.value, _("See health answers")),
    (Permission.SEE_RECEIPTS.value, _("See receipts and what is still to pay")),
)
USUAL_PERMISSIONS = (Permission.BOOK.value, Permission.SEE_TIMES.value)
NAME_ERRORS = {"required": _("Please tell us their name.")}
EMAIL_ERRORS = {
    "required": _("Please tell us their e-mail address."),
    "invalid": _("Please check the e-mail address. It should look like name@example.com."),
}


class _Form(forms.Form):
    """A form without its own form element: the page writes that and the buttons."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class PermissionsForm(_Form):
    """What a grant allows, and its last day."""

    permissions = forms.MultipleChoiceField(
        label=_("They may"),
        choices=PERMISSION_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Please choose at least one thing that they may do."),
            "invalid_choice": _("Please choose from the list."),
        },
    )
    ends_on = DateInputField(
        label=_("Last day"), required=False, help_text=_("Leave it empty if there is no last day.")
    )

    def __init__(self, *args: Any, today: date, offers_health: bool = True, **kwargs: Any) -> None:
        """`offers_health` is False for staff who cannot let somebody see health answers."""
        super().__init__(*args, **kwargs)
        self.today = today
        if not offers_health:
            self._leave_out(Permission.SEE_HEALTH)

    def leave_unchanged(self, permissions: Collection[Permission]) -> None:
        """Leave these permissions and the last day as they are: others decide about them."""
        self._leave_out(*permissions)
        del self.fields["ends_on"]
        self.fields["permissions"].required = not permissions

    def _leave_out(self, *permissions: Permission) -> None:
        field = self.fields["permissions"]
        field.choices = [  # type: ignore[attr-defined]  # a MultipleChoiceField
            (value, label) for value, label in PERMISSION_CHOICES if value not in permissions
        ]

    def clean_ends_on(self) -> date | None:
        day: date | None = self.cleaned_data["ends_on"]
        if day is not None and day < self.today:
            raise ValidationError(_("Please choose today or a later day."))
        return day

    @property
    def granted(self) -> frozenset[Permission]:
        return frozenset(map(Permission, self.cleaned_data["permissions"]))

    @property
    def terms(self) -> GrantTerms:
        return GrantTerms(self.granted, self.cleaned_data.get("ends_on"))


class InvitationForm(PermissionsForm):
    """Somebody whom the patient invites to act for them, and what they may then do."""

    email = StrictEmailField(
        label=_("Their e-mail address"), max_length=254, error_messages=EMAIL_ERRORS
    )
    field_order = ("email", "permissions", "ends_on")


class TakeoverForm(PermissionsForm):
    """A grown child asks for the record that somebody else has looked after."""

    born_on = DateInputField(label=_("Your date of birth"))
    field_order = ("born_on", "permissions")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        field = self.fields["permissions"]
        field.label = _("Afterwards, your parents may still")
        field.help_text = _(
            "Tick nothing, and they can do and see nothing for you. You can change it at any time."
        )
        field.required = False
        del self.fields["ends_on"]


class HandOverForm(_Form):
    """Which record belongs to a grown child, and how staff made sure."""

    record = forms.ChoiceField(
        label=_("Which record is theirs?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose the record.")},
    )
    reason = MultilineField(
        label=_("How did you make sure who they are?"),
        max_length=500,
        help_text=_("Such as: driver's license, shown at the visit on 3 December."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={
            "required": _("Please write how you made sure who they are."),
            "max_length": _("Please use at most %(limit_value)d characters."),
        },
    )

    def __init__(
        self,
        *args: Any,
        records: Sequence[tuple[str, str]],
        is_decline: bool = False,
        **kwargs: Any,
    ) -> None:
        """`records` are public ids with texts; whoever declines needs to choose none."""
        super().__init__(*args, **kwargs)
        if records:
            self.fields["record"].choices = records  # type: ignore[attr-defined]
            self.fields["record"].required = not is_decline
        else:
            del self.fields["record"]


class ChildForm(_Form):
    """A child for whom a parent wants to book."""

    name = NameField(label=_("Name of the child"), max_length=150, error_messages=NAME_ERRORS)
    born_on = DateInputField(label=_("Date of birth"))


class AdultForm(_Form):
    """An adult for whom the user wants to book, and who is asked by e-mail."""

    name = NameField(
        label=_("Their name"),
        max_length=150,
        help_text=_("Only you see it, until they agree."),
        error_messages=NAME_ERRORS,
    )
    email = StrictEmailField(
        label=_("Their own e-mail address"), max_length=254, error_messages=EMAIL_ERRORS
    )


class CourtForm(_Form):
    """An adult for whom a court lets the user book."""

    name = NameField(label=_("Their name"), max_length=150, error_messages=NAME_ERRORS)
    permissions = forms.MultipleChoiceField(
        label=_("What you need to do"),
        choices=PERMISSION_CHOICES,
        initial=USUAL_PERMISSIONS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one.")},
    )

    @property
    def wanted(self) -> frozenset[Permission]:
        return frozenset(map(Permission, self.cleaned_data["permissions"]))


class StaffGrantForm(PermissionsForm):
    """A grant that staff make on the page of a patient's record."""

    email = StrictEmailField(
        label=_("E-mail address with which they sign in"),
        max_length=254,
        error_messages=EMAIL_ERRORS,
    )
    basis = forms.ChoiceField(
        label=_("Because"),
        choices=[
            (Basis.CONSENT.value, _("The patient agreed, here and now")),
            (Basis.PARENT.value, _("They are parent or guardian of a child")),
            (Basis.COURT.value, _("A court has decided; we have seen the paper")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose why they may act for the patient.")},
    )
    field_order = ("email", "basis", "permissions", "ends_on")


class AgesForm(_Form):
    """The ages at which staff review what parents can do, and from which they book online."""

    first_age = forms.IntegerField(
        label=_("First review at the age of"),
        min_value=1,
        max_value=OLDEST_AGE,
        help_text=_("From this age on, a parent who adds a child does not see health answers."),
    )
    second_age = forms.IntegerField(
        label=_("Second review at the age of"),
        min_value=2,
        max_value=OLDEST_AGE,
        help_text=_("From this age on, people agree themselves when somebody wants to add them."),
    )
    notice_days = forms.IntegerField(
        label=_("How many days before to tell parents"),
        min_value=0,
        max_value=MAX_NOTICE_DAYS,
        help_text=_("0: we do not tell them. The mail says only that you will review it."),
    )
    online_age = forms.IntegerField(
        label=_("A parent or guardian can book online for a child from the age of"),
        min_value=0,
        max_value=ADULT_AGE,
        help_text=_(
            "18: nobody under 18 is booked online; parents are asked to call. Ask the clinician "
            "who signed your health questions before you choose a lower age: the questions say "
            "that under 18 cannot be booked online. The parent then agrees to a text, and the "
            "therapist reads that the patient is under 18. A young person alone is always asked "
            "to call."
        ),
    )
    attendance = forms.ChoiceField(
        label=_("While a child is treated, an adult"),
        choices=AdultPresence.choices,
        widget=forms.RadioSelect,
        help_text=_("Part of the text to which the parent agrees."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, second = data.get("first_age"), data.get("second_age")
        if first is not None and second is not None and second <= first:
            self.add_error("second_age", _("The second age must be higher than the first."))
        return data
