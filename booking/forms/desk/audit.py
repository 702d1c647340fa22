"""The form with which an owner searches the audit trail."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.date_fields import DateInputField
from booking.models import AuditEntry, Patient, User
from booking.queries.staff.members import staff_members

Action = AuditEntry.Action
ACTIONS_BY_GROUP: Mapping[str, tuple[str, ...]] = {
    "": (),
    "reads": (Action.READ,),
    "changes": (
        Action.WROTE, Action.CREATED, Action.CHANGED, Action.DELETED, Action.MERGED,
        Action.UNMERGED, Action.CLEARANCE_RECORDED, Action.SENT,
    ),
    "files": (Action.EXPORTED, Action.IMPORTED),
    "sign-ins": (Action.SIGNED_IN, Action.SIGNED_OUT, Action.SIGN_IN_FAILED),
    "refusals": (Action.REFUSED, Action.SIGN_IN_FAILED),
    "access": (Action.REVOKED, Action.ACCEPTED, Action.DEACTIVATED),
}  # fmt: skip
GROUP_CHOICES = (
    ("", _("Everything")),
    ("reads", _("Reading patients' data")),
    ("changes", _("Changes")),
    ("files", _("Exports and imports")),
    ("sign-ins", _("Signing in and out")),
    ("refusals", _("Refusals")),
    ("access", _("Access given and ended")),
)
DEFAULT_DAYS = 7
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
MAX_DAYS = 3660


class StaffChoiceField(forms.ModelChoiceField):
    """A choice of members of staff, labeled with name and address."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})" if obj.name else obj.email


class AuditSearchForm(forms.Form):
    """Search by person, action, patient and time; each is optional.

    The patient is chosen on their record and not by an address, which logs would contain.
    """

    user = StaffChoiceField(
        label=_("Who, or whose account"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Anybody"),
    )
    group = forms.ChoiceField(label=_("What"), choices=GROUP_CHOICES, required=False)
    patient = forms.ModelChoiceField(
        queryset=Patient.objects.all(),
        to_field_name="public_id",
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("That patient's record does not exist any more.")},
    )
    first = DateInputField(label=_("First day"))
    last = DateInputField(label=_("Last day"))

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        defaults = {"first": str(today - timedelta(days=DEFAULT_DAYS - 1)), "last": str(today)}
        super().__init__({**defaults, **data})
        self.fields["user"].queryset = staff_members()  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.layout = Layout(
            Row("user", "group"),
            "patient",
            Row("first", "last"),
            Submit("", _("Search"), css_class="button button-primary"),
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last:
            self._check_days(first, last)
        return data

    def _check_days(self, first: date, last: date) -> None:
        if not (EARLIEST <= first <= LATEST and EARLIEST <= last <= LATEST):
            self.add_error("first", _("Please ask about dates between 2000 and 2199."))
        elif last < first:
            self.add_error("last", _("The last day must not be before the first."))
        elif (last - first).days >= MAX_DAYS:
            self.add_error("last", _("At most ten years at a time, please."))
