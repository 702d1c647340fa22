"""What a check says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextIssue:
    """One sentence to an editor, and where in the form it is about (the id of a field)."""

    field: str
    message: str
    excerpt: str = ""
    blocks_publication: bool = False
    """Whether the text cannot be published with it. It can always be saved."""
