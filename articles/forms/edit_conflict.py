"""The form of the sections that two editors changed at the same time."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from articles.text.diff import SectionDiff

THEIRS = "theirs"


def choice_field_name(section: str) -> str:
    """Return the name of the field that chooses the text of a section."""
    return f"take-{section}"


class SectionChoiceForm(forms.Form):
    """For each section, which of the two versions to save."""

    def __init__(self, sections: Sequence[SectionDiff]) -> None:
        super().__init__()
        self.use_required_attribute = False
        for section in sections:
            label = now_translated("Both of you changed: %(part)s") % {"part": section.label}
            self.fields[choice_field_name(section.name)] = forms.ChoiceField(
                label=label,
                choices=[
                    ("mine", _("Keep mine, as it stands in the form below")),
                    (THEIRS, _("Take theirs")),
                ],
                initial="mine",
                widget=forms.RadioSelect,
            )
