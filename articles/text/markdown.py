"""The small Markdown of articles/content/ as HTML with marks (see articles/text/marks.py).

CommonMark without HTML, with tables, and five things of our own:

    [@key] [@key; @other]     references to sources
    {evidence: LABEL}         how sure we are
    {refuted: a claim}        a claim that is not so
    [word]{term: slug}        a word of the glossary
    :::note ... :::           a passage set apart (note or care)
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

from articles.text.evidence_labels import find_label
from articles.text.marks import KEY, clean, clean_inline

REFERENCE = re.compile(rf"\[@({KEY}(?:\s*;\s*@{KEY})*)\]")
LABEL = re.compile(r"\{evidence:\s*([^{}]+?)\s*\}")
REFUTED = re.compile(r"\{refuted:\s*([^{}]+?)\s*\}")
TERM = re.compile(rf"\[([^\[\]]+)\]\{{term:\s*({KEY})\s*\}}")
FENCE = re.compile(r":::[ ]*(note|care)")


class BadText(ValueError):
    """A file says something that cannot be read; the message says what and where."""


def to_html(text: str) -> str:
    """A body, cleaned."""
    return clean(str(_markdown.render(text)))


def to_inline_html(text: str) -> str:
    """One line: an answer, a point of the summary; cleaned."""
    return clean_inline(str(_markdown.renderInline(text)))


def _reference(state: StateInline, silent: bool) -> bool:
    found = REFERENCE.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        keys = " ".join(re.findall(KEY, found[1]))
        _put(state, f'<cite data-source="{keys}"></cite>')
    state.pos = found.end()
    return True


def _label(state: StateInline, silent: bool) -> bool:
    found = LABEL.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        label = find_label(found[1])
        if label is None:
            raise BadText(f"There is no evidence label {found[1]!r}.")
        _put(state, f'<span data-evidence="{label.slug}"></span>')
    state.pos = found.end()
    return True


def _refuted(state: StateInline, silent: bool) -> bool:
    found = REFUTED.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        _put(state, '<span data-refuted="yes">')
        _within(state, *found.span(1))
        _put(state, "</span>")
    state.pos = found.end()
    return True


def _term(state: StateInline, silent: bool) -> bool:
    found = TERM.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        _put(state, f'<dfn data-term="{found[2]}">{escape(found[1])}</dfn>')
    state.pos = found.end()
    return True


def _callout(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    opening = FENCE.fullmatch(_line(state, start))
    if opening is None:
        return False
    closing = next((at for at in range(start + 1, end) if _line(state, at) == ":::"), None)
    if closing is None:
        raise BadText(f"The passage that begins with {_line(state, start)!r} has no end.")
    if not silent:
        _block(state, f'<div data-callout="{opening[1]}">\n')
        last, state.lineMax = state.lineMax, closing  # nothing inside may reach beyond it
        state.md.block.tokenize(state, start + 1, closing)
        state.lineMax = last
        _block(state, "</div>\n")
    state.line = closing + 1
    return True


def _line(state: StateBlock, number: int) -> str:
    line: str = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
    return line.strip()


def _within(state: StateInline, start: int, end: int) -> None:
    """Read a part of the line as inline text of its own."""
    whole = state.posMax
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    state.posMax = whole


def _put(state: StateInline, html: str) -> None:
    state.push("mark", "", 0).content = html


def _block(state: StateBlock, html: str) -> None:
    token = state.push("mark", "", 0)
    token.content, token.block = html, True


def _as_it_is(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, _env: Any
) -> str:
    return tokens[index].content


def _head_cell(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    tokens[index].attrs.pop("style", None)
    tokens[index].attrSet("scope", "col")
    return str(self.renderToken(tokens, index, options, env))


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "typographer": True})
    reader.enable(["table", "smartquotes"]).disable("image")
    for name, rule in (
        ("reference", _reference),
        ("label", _label),
        ("refuted", _refuted),
        ("term", _term),
    ):
        reader.inline.ruler.before("link", name, rule)
    reader.block.ruler.before("fence", "callout", _callout, {"alt": ["paragraph", "list"]})
    reader.add_render_rule("mark", _as_it_is)
    reader.add_render_rule("th_open", _head_cell)
    return reader


_markdown = _reader()
