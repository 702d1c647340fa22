"""Find claims about remedies that have neither an evidence label nor a source."""

import re
from collections.abc import Iterator

from articles.text.html_blocks import HtmlBlock, iter_blocks, strip_refuted_claims
from articles.text.marks import EVIDENCE_MARK, REFERENCE_MARK
from clinic.lib.text.rich_text import plain_text

REMEDY_PATTERN = (
    r"(?:massages?|massaging|stretch\w*|exercises?|exercising|yoga|walking|heat|cold|warm baths?|"
    r"iron(?: tablets?)?|magnesium|vitamins?|devices?|compression|vibration|acupuncture|"
    r"reflexology|caffeine|medicines?)"
)
EFFECT_PATTERN = (
    r"(?:helps?|eases?|relieves?|reduces?|improves?|calms?|soothes?|lessens?|works?|"
    r"makes? (?:\w+ ){0,3}better)"
)
SYMPTOM_PATTERN = r"(?:rls|restless legs|symptoms?|legs|the urge|sleep)"
CLAIM_REGEX = re.compile(
    rf"\b{REMEDY_PATTERN}\b[^.!?]{{0,60}}?\b{EFFECT_PATTERN}\b[^.!?]{{0,60}}?\b{SYMPTOM_PATTERN}\b|"
    r"\bstudies suggest\b|\bsmall study suggests\b|\bsome people find it helps\b",
    re.IGNORECASE,
)
NEGATION_REGEX = re.compile(
    r"\b(?:not|nobody|never|no|cannot|can't|whether|if|unless|ask|could|would|should)\b|\?",
    re.IGNORECASE,
)
SENTENCE_REGEX = re.compile(r"[^.!?]*[.!?]*")


def find_unsupported_claims(html: str) -> Iterator[str]:
    """Yield sentences that claim an effect of a remedy in a block without label and source.

    Headings are left out, and so are table cells, which share the label of their row.
    """
    for block in iter_blocks(strip_refuted_claims(html)):
        if block.tag in ("h2", "h3", "h4", "th", "td") or _has_label_or_source(block):
            continue
        for sentence in SENTENCE_REGEX.findall(block.text):
            if CLAIM_REGEX.search(sentence) and not NEGATION_REGEX.search(sentence):
                yield sentence.strip()


def find_unsupported_table_rows(html: str) -> Iterator[str]:
    """Yield the table rows that claim an effect of a remedy without label and source."""
    for row in re.findall(r"<tr>(.*?)</tr>", strip_refuted_claims(html), re.DOTALL):
        words = plain_text(row)
        has_support = EVIDENCE_MARK.search(row) or REFERENCE_MARK.search(row)
        if not has_support and CLAIM_REGEX.search(words) and not NEGATION_REGEX.search(words):
            yield words


def _has_label_or_source(block: HtmlBlock) -> bool:
    return bool(EVIDENCE_MARK.search(block.html) or REFERENCE_MARK.search(block.html))
