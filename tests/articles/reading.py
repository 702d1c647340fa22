"""What a reader hears of a text of articles/content/, as it was written."""

import re

MARKS = re.compile(r"\s*(?:\{evidence:[^}]*\}|\[@[^\]]*\])")
REFUTED = re.compile(r"\{refuted:\s*([^}]*?)\s*\}")
LINK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{term:[^}]*\})")
LINE_START = re.compile(r"^(?:#+|>|-|\d+\.)\s+")


def plain(text: str) -> str:
    """Without marks, one line for each line that is read; tables left out."""
    lines = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith(("|", ":::")):
            continue
        line = LINE_START.sub("", words_of(line))
        lines.append(line if line.endswith((".", "!", "?", ":")) else f"{line}.")
    return "\n".join(lines)


def words_of(text: str) -> str:
    """The words alone: no labels, references, links or emphasis; a refuted claim is kept."""
    text = REFUTED.sub(r"\1", MARKS.sub("", text))
    return LINK.sub(r"\1", text).replace("*", "")
