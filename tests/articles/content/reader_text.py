"""Plain text of the files in articles/content/, for the measures of readability."""

import re

MARK_SYNTAX = re.compile(r"\s*(?:\{evidence:[^}]*\}|\[@[^\]]*\])")
REFUTED_SYNTAX = re.compile(r"\{refuted:\s*([^}]*?)\s*\}")
LINK_SYNTAX = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{term:[^}]*\})")
LINE_START = re.compile(r"^(?:#+|>|-|\d+\.)\s+")


def to_plain_text(text: str) -> str:
    """Return the text without marks and tables, one line for each line that is read."""
    lines = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith(("|", ":::")):
            continue
        line = LINE_START.sub("", strip_markup(line))
        lines.append(line if line.endswith((".", "!", "?", ":")) else f"{line}.")
    return "\n".join(lines)


def strip_markup(text: str) -> str:
    """Return only the words: no labels, references, links or emphasis; refuted claims stay."""
    text = REFUTED_SYNTAX.sub(r"\1", MARK_SYNTAX.sub("", text))
    return LINK_SYNTAX.sub(r"\1", text).replace("*", "")
