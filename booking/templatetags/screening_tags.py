"""What the pages about the questions before a massage need."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

PRESSURES: list[tuple[str, str | Promise]] = [
    ("", _("No wish")),
    ("light", _("Light")),
    ("medium", _("Medium")),
    ("firm", _("Firm")),
]


@register.filter
def pressures(_form: object) -> list[tuple[str, str | Promise]]:
    """Values and labels of the choice of pressure."""
    return PRESSURES
