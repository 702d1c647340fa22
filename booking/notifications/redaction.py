"""Removing addresses from what a mail server says, so that it can be shown and logged."""

import re

REDACTED = "…"
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:=]+@[^\s<>()\[\]\"',;:]+")


def redact_addresses(text: str, *, keep: str = "") -> str:
    """Return the text on one line, with every mail address replaced except those in `keep`."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return _ADDRESS.sub(lambda found: found[0] if found[0] in keep else REDACTED, line)
