"""Editors: the questions and the sources of an article, as formsets."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet
from django.utils.translation import gettext_lazy as _

from articles.forms.fields import TOO_LONG_ERROR, rich_text_widget, single_line_field
from articles.text.marks import KEY_PATTERN
from clinic.lib.form_fields import MultilineField

if TYPE_CHECKING:
    AnyFormSet = BaseFormSet[Any]
else:  # not subscriptable at run time
    AnyFormSet = BaseFormSet

MAX_ANSWER_LENGTH = 6_000
MAX_ROWS = 60


class QuestionForm(forms.Form):
    """A question with its answer. The anchor stays the same when the question is reworded."""

    anchor = forms.SlugField(required=False, max_length=100, widget=forms.HiddenInput)
    question = single_line_field(_("Question"), 160)
    answer = MultilineField(
        label=_("Answer"),
        max_length=MAX_ANSWER_LENGTH,
        widget=rich_text_widget("line", _("Answer"), 4),
        error_messages={"max_length": TOO_LONG_ERROR},
    )


class SourceForm(forms.Form):
    """A source. `key` is how the text refers to it; the number follows from the text."""

    citation = single_line_field(_("Authors, title, journal, year"), 600)
    key = single_line_field(
        _("Key"),
        60,
        required=False,
        help_text=_("Such as allen-2014. Left empty, it is made of the author and the year."),
    )
    doi = single_line_field(_("DOI"), 120, required=False)
    url = forms.URLField(
        label=_("Address"),
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vTextField"}),
        error_messages={"invalid": _("Please give the whole address, with https://.")},
    )
    kind = single_line_field(
        _("Kind"), 40, required=False, help_text=_("guideline, review, trial...")
    )
    review_by = forms.DateField(
        label=_("Look at it again by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please give a date as year, month and day: 2028-11-30.")},
    )

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if key and not re.fullmatch(KEY_PATTERN, key):
            raise ValidationError(_("Small letters, digits and single hyphens, please."))
        return key

    def clean_doi(self) -> str:
        """Accept a DOI pasted as an address or with the prefix "doi:"."""
        doi = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", self.cleaned_data["doi"])
        if doi and not re.fullmatch(r"10\.\d{4,9}/\S+", doi):
            raise ValidationError(_("A DOI begins with 10. and has a slash in it."))
        return doi


class BaseRowFormSet(AnyFormSet):
    """A formset of plain values, in which an emptied row counts as deleted."""

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else super().initial_form_count()


class BaseSourceFormSet(BaseRowFormSet):
    """Sources, whose keys must be unique."""

    def clean(self) -> None:
        earlier_keys: set[str] = set()
        for row in self.forms:
            key = row.cleaned_data.get("key", "") if row not in self.deleted_forms else ""
            if key and key in earlier_keys:
                row.add_error("key", _("Another source has this key already."))
            earlier_keys.add(key)


QuestionFormSet = forms.formset_factory(
    QuestionForm, formset=BaseRowFormSet, can_delete=True, can_order=True, extra=1,
    max_num=MAX_ROWS,
    absolute_max=MAX_ROWS + 5,
)  # fmt: skip
SourceFormSet = forms.formset_factory(
    SourceForm,
    formset=BaseSourceFormSet,
    can_delete=True,
    extra=1,
    max_num=MAX_ROWS,
    absolute_max=MAX_ROWS + 5,
)
