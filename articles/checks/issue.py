"""The result of a check."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextIssue:
    """A message to the editor. `field` is the form field, `excerpt` the words in question."""

    field: str
    message: str
    excerpt: str = ""
    blocks_publication: bool = False
    """Whether it prevents publication. Saving is always possible."""
