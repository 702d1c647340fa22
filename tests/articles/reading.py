"""What a reader hears of a text of articles/content/, and how hard it is to read.

The grade is Flesch-Kincaid's: 0.39 * words / sentences + 11.8 * syllables / words - 15.59
(Kincaid and others, 1975). Grade 6 is read by children of about twelve.
"""

import re

MARKS = re.compile(r"\s*(?:\{evidence:[^}]*\}|\[@[^\]]*\])")
REFUTED = re.compile(r"\{refuted:\s*([^}]*?)\s*\}")
LINK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{term:[^}]*\})")
LINE_START = re.compile(r"^(?:#+|>|-|\d+\.)\s+")
SENTENCE_END = re.compile(r"(?<=[.!?])[”)]*\s+")
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
VOWELS = re.compile(r"[aeiouy]+")
APART = re.compile(r"(?<![stcgn])i[aou]")  # two vowels spoken apart, as in "dialysis"
SILENT = re.compile(r"(?:(?<![aeiouyl])e|(?<=[aeiouy])le|(?<=[^aeiouytd])ed)$")


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


def sentences(text: str) -> list[str]:
    """Of a plain text."""
    return [part for part in SENTENCE_END.split(text) if WORD.search(part)]


def syllables(word: str) -> int:
    """About how many; a number counts as one."""
    word = re.sub(r"[^a-z]", "", word.lower())
    silent = 1 if SILENT.search(word) else 0
    return max(1, len(VOWELS.findall(word)) + len(APART.findall(word)) - silent)


def grade(text: str) -> float:
    """The American school grade at which a plain text is read with ease."""
    words = WORD.findall(text)
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences(text)) + 11.8 * spoken / len(words) - 15.59
