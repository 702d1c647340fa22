"""What is said about a remedy, and whether it says how sure that is and where it comes from."""

import re
from collections.abc import Iterator

from articles.text.html_blocks import Block, blocks, without_refuted
from articles.text.marks import EVIDENCE, SOURCES
from clinic.lib.text.rich_text import plain_text

REMEDY = (
    r"(?:massages?|massaging|stretch\w*|exercises?|exercising|yoga|walking|heat|cold|warm baths?|"
    r"iron(?: tablets?)?|magnesium|vitamins?|devices?|compression|vibration|acupuncture|"
    r"reflexology|caffeine|medicines?)"
)
WORKS = (
    r"(?:helps?|eases?|relieves?|reduces?|improves?|calms?|soothes?|lessens?|works?|"
    r"makes? (?:\w+ ){0,3}better)"
)
LEGS = r"(?:rls|restless legs|symptoms?|legs|the urge|sleep)"
CLAIM = re.compile(
    rf"\b{REMEDY}\b[^.!?]{{0,60}}?\b{WORKS}\b[^.!?]{{0,60}}?\b{LEGS}\b|"
    r"\bstudies suggest\b|\bsmall study suggests\b|\bsome people find it helps\b",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"\b(?:not|nobody|never|no|cannot|can't|whether|if|unless|ask|could|would|should)\b|\?",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^.!?]*[.!?]*")


def bare_claims(html: str) -> Iterator[str]:
    """Sentences that claim something of a remedy in a paragraph without label or source.

    A heading asks, it claims nothing; the cells of a table share their row's label."""
    for block in blocks(without_refuted(html)):
        if block.tag in ("h2", "h3", "h4", "th", "td") or _is_covered(block):
            continue
        for sentence in SENTENCE.findall(block.words):
            if CLAIM.search(sentence) and not DENIED.search(sentence):
                yield sentence.strip()


def bare_rows(html: str) -> Iterator[str]:
    """The same for the rows of tables."""
    for row in re.findall(r"<tr>(.*?)</tr>", without_refuted(html), re.DOTALL):
        words = plain_text(row)
        covered = EVIDENCE.search(row) or SOURCES.search(row)
        if not covered and CLAIM.search(words) and not DENIED.search(words):
            yield words


def _is_covered(block: Block) -> bool:
    return bool(EVIDENCE.search(block.html) or SOURCES.search(block.html))
