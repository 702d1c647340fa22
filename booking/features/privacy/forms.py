"""Forms of the pages about erasure and retention."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from booking.features.privacy.actions.restricted import AllowedUse
from booking.features.privacy.actions.retention import RULE_FIELDS
from booking.features.privacy.actions.sealed import OpeningReason
from booking.features.privacy.models import (
    MAX_MAJORITY_AGE,
    MAX_YEARS,
    MIN_MAJORITY_AGE,
    RetainedKind,
    RetentionRule,
)
from booking.forms.date_fields import DateInputField
from booking.forms.fields import SingleLineField


class _Form(forms.Form):
    """A form without its own form element: the page writes that and the buttons."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class EraseForm(_Form):
    """The confirmation of an erasure."""

    confirm = forms.BooleanField(
        label=_("I have read what goes. It cannot be undone."),
        error_messages={"required": _("Please confirm that you have read what goes.")},
    )


class OpenForm(_Form):
    """Why a sealed record is opened."""

    reason = forms.ChoiceField(
        label=_("Why do you open it?"),
        choices=OpeningReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say why you open it.")},
    )


class OpenRestrictedForm(_Form):
    """The form that asks for which use a restricted record is opened."""

    use = forms.ChoiceField(
        label=_("For what do you need it?"),
        choices=[(value, capfirst(label)) for value, label in AllowedUse.choices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say for what you need it.")},
    )


class RuleForm(_Form):
    """A retention rule."""

    jurisdiction = SingleLineField(
        label=_("Where it applies"),
        max_length=80,
        error_messages={"required": _("Please say where the rule applies.")},
    )
    kind = forms.ChoiceField(label=_("What is kept"), choices=RetainedKind.choices)
    years = forms.IntegerField(
        label=_("Years"),
        min_value=1,
        max_value=MAX_YEARS,
        error_messages={"required": _("Please say how many years.")},
    )
    counted_from = forms.ChoiceField(
        label=_("Counted from"), choices=RetentionRule.CountedFrom.choices
    )
    majority_age = forms.IntegerField(
        label=_("Age of majority"),
        min_value=MIN_MAJORITY_AGE,
        max_value=MAX_MAJORITY_AGE,
        help_text=_("Counts only if the years are counted from majority. Ask your counsel."),
        error_messages={"required": _("Please say from which age people are of age.")},
    )
    source = SingleLineField(
        label=_("Source"),
        max_length=300,
        help_text=_("The law or the page that says so."),
        error_messages={"required": _("Please name the law or the page that says so.")},
    )
    remark = SingleLineField(label=_("Remark"), max_length=300, required=False)
    checked_on = DateInputField(
        label=_("Checked on"),
        required=False,
        help_text=_("When you or your counsel last compared it with the law."),
    )

    def __init__(self, *args: Any, rule: RetentionRule, **kwargs: Any) -> None:
        self.rule = rule
        initial = {name: getattr(rule, name) for name in RULE_FIELDS}
        super().__init__(*args, initial=initial, **kwargs)

    @property
    def changed_rule(self) -> RetentionRule:
        """The rule with the values of the form, not saved yet."""
        for name in RULE_FIELDS:
            setattr(self.rule, name, self.cleaned_data[name])
        return self.rule
