"""Widgets for radio buttons and check boxes whose ids do not depend on their order."""

from typing import Any

from django import forms


class _IdsByValue:
    """The id of an option ends in its value: id_method_card instead of id_method_1.

    An option keeps its id when others are added or removed, so that the focus stays where it is
    when a part of a page is replaced, and labels of options may be any object.
    """

    def create_option(
        self, name: str, value: Any, *args: Any, attrs: dict[str, Any] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(  # type: ignore[misc]  # a mixin
            name, value, *args, attrs=attrs, **kwargs
        )
        if attrs and attrs.get("id"):
            option["attrs"]["id"] = f"{attrs['id']}_{value}"
        return option


class RadiosByValue(_IdsByValue, forms.RadioSelect):
    """Radio buttons."""


class CheckboxesByValue(_IdsByValue, forms.CheckboxSelectMultiple):
    """Check boxes, of which any number can be checked."""
