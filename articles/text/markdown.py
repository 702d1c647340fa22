"""Convert the Markdown of articles/content/ to HTML with marks (see articles/text/marks.py).

CommonMark without raw HTML, with tables, and five extensions:

    [@key] [@key; @other]     references to sources
    {evidence: LABEL}         an evidence label
    {refuted: a claim}        a claim that is quoted in order to refute it
    [word]{term: slug}        a term of the glossary
    :::note ... :::           a callout (note or care)
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from articles.text.evidence_labels import find_evidence_label
from articles.text.marks import KEY_PATTERN, clean_html, clean_inline_html

REFERENCE_SYNTAX = re.compile(rf"\[@({KEY_PATTERN}(?:\s*;\s*@{KEY_PATTERN})*)\]")
EVIDENCE_SYNTAX = re.compile(r"\{evidence:\s*([^{}]+?)\s*\}")
REFUTED_SYNTAX = re.compile(r"\{refuted:\s*([^{}]+?)\s*\}")
TERM_SYNTAX = re.compile(rf"\[([^\[\]]+)\]\{{term:\s*({KEY_PATTERN})\s*\}}")
CALLOUT_SYNTAX = re.compile(r":::[ ]*(note|care)")


class ContentError(ValueError):
    """A content file cannot be parsed; the message says what is wrong and where."""


def markdown_to_html(text: str) -> str:
    """Convert a text of blocks to cleaned HTML. Raises ContentError."""
    return clean_html(str(_parser.render(text)))


def markdown_to_inline_html(text: str) -> str:
    """Convert a single line, such as an answer, to cleaned inline HTML. Raises ContentError."""
    return clean_inline_html(str(_parser.renderInline(text)))


def _parse_reference(state: StateInline, silent: bool) -> bool:
    match = REFERENCE_SYNTAX.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        keys = " ".join(re.findall(KEY_PATTERN, match[1]))
        _push_inline_html(state, f'<cite data-source="{keys}"></cite>')
    state.pos = match.end()
    return True


def _parse_evidence(state: StateInline, silent: bool) -> bool:
    match = EVIDENCE_SYNTAX.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        label = find_evidence_label(match[1])
        if label is None:
            raise ContentError(f"There is no evidence label {match[1]!r}.")
        _push_inline_html(state, f'<span data-evidence="{label.slug}"></span>')
    state.pos = match.end()
    return True


def _parse_refuted(state: StateInline, silent: bool) -> bool:
    match = REFUTED_SYNTAX.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        _push_inline_html(state, '<span data-refuted="yes">')
        _tokenize_range(state, *match.span(1))
        _push_inline_html(state, "</span>")
    state.pos = match.end()
    return True


def _parse_term(state: StateInline, silent: bool) -> bool:
    match = TERM_SYNTAX.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        _push_inline_html(state, f'<dfn data-term="{match[2]}">{escape(match[1])}</dfn>')
    state.pos = match.end()
    return True


def _parse_callout(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    opening = CALLOUT_SYNTAX.fullmatch(_line_text(state, start))
    if opening is None:
        return False
    closing = next((at for at in range(start + 1, end) if _line_text(state, at) == ":::"), None)
    if closing is None:
        raise ContentError(f"The passage that begins with {_line_text(state, start)!r} has no end.")
    if not silent:
        _push_block_html(state, f'<div data-callout="{opening[1]}">\n')
        line_max, state.lineMax = state.lineMax, closing  # blocks inside must not extend beyond it
        state.md.block.tokenize(state, start + 1, closing)
        state.lineMax = line_max
        _push_block_html(state, "</div>\n")
    state.line = closing + 1
    return True


def _line_text(state: StateBlock, number: int) -> str:
    line: str = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
    return line.strip()


def _tokenize_range(state: StateInline, start: int, end: int) -> None:
    """Tokenize a range of the line as inline text."""
    pos_max = state.posMax
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    state.posMax = pos_max


def _push_inline_html(state: StateInline, html: str) -> None:
    state.push("mark", "", 0).content = html


def _push_block_html(state: StateBlock, html: str) -> None:
    token = state.push("mark", "", 0)
    token.content, token.block = html, True


def _render_unchanged(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any
) -> str:
    return tokens[index].content


def _render_header_cell(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    tokens[index].attrs.pop("style", None)
    tokens[index].attrSet("scope", "col")
    return str(self.renderToken(tokens, index, options, env))


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True})
    parser.enable(["table", "smartquotes"]).disable("image")
    for name, rule in (
        ("reference", _parse_reference),
        ("label", _parse_evidence),
        ("refuted", _parse_refuted),
        ("term", _parse_term),
    ):
        parser.inline.ruler.before("link", name, rule)
    parser.block.ruler.before("fence", "callout", _parse_callout, {"alt": ["paragraph", "list"]})
    parser.add_render_rule("mark", _render_unchanged)
    parser.add_render_rule("th_open", _render_header_cell)
    return parser


_parser = _make_parser()
