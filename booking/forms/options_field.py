"""A field to choose options, grouped by treatment."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms

from booking.models import Option

if TYPE_CHECKING:
    OptionChoiceIterator = forms.models.ModelChoiceIterator[Option]
    OptionMultipleChoiceField = forms.ModelMultipleChoiceField[Option]
else:  # cannot be subscripted at run time
    OptionChoiceIterator, OptionMultipleChoiceField = (
        forms.models.ModelChoiceIterator,
        forms.ModelMultipleChoiceField,
    )


class OptionsByTreatment(OptionChoiceIterator):
    """Options grouped by treatment."""

    def __iter__(self) -> Iterator[Any]:
        groups: dict[str, list[tuple[Any, str]]] = {}
        for option in self.queryset:
            choice = super().choice(option)
            groups.setdefault(option.treatment.name, []).append(choice)
        yield from groups.items()


class OptionsField(OptionMultipleChoiceField):
    """A choice of any options."""

    iterator = OptionsByTreatment

    def label_from_instance(self, option: Option) -> str:
        return f"{option.minutes} min"
