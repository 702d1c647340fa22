"""The result of a check."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

ROW_GROUPS = ("faq", "source")
"""Fields that stand for all rows of a formset."""


@dataclass(frozen=True, slots=True)
class TextIssue:
    """A message to the editor. `field` is the form field, `excerpt` the words in question."""

    field: str
    message: str
    excerpt: str = ""
    blocks_publication: bool = False
    """Whether it prevents publication. Saving is always possible."""

    @property
    def severity_label(self) -> str:
        """How much it matters, in words."""
        return _("Stops publication") if self.blocks_publication else _("Worth a look")

    @property
    def field_anchor(self) -> str:
        """The id of the field, or of the group of its rows, in the form."""
        return f"{self.field}-group" if self.field in ROW_GROUPS else f"id_{self.field}"
