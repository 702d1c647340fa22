"""Parse pages, and assert that their HTML is valid."""

import json
import re
import warnings
from collections import Counter
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from html5lib.html5parser import ParseError

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LOADED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "use": "href"}
BASE_URL = "https://clinic.example"


def parse(html: str) -> Element:
    """Parse a page; any error of the strict HTML parser fails the test."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # html5lib's own
        try:
            document: Element = parser.parse(html)
        except ParseError as error:
            line, column = parser.tokenizer.stream.position()
            near = html.splitlines()[line - 1][max(0, column - 80) : column + 20]
            raise AssertionError(f"{error} near line {line}: {near}") from error
    return document


def assert_valid(html: str) -> Element:
    """Assert valid HTML: one h1, headings in order, unique ids, nothing inline or external."""
    document = parse(html)
    elements = [element for element in document.iter() if isinstance(element.tag, str)]
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    assert [name for name, times in ids.items() if times > 1] == []
    _assert_headings(elements)
    for element in elements:
        _assert_nothing_inline(element)
        _assert_nothing_foreign(element)
    for reference in ("aria-labelledby", "aria-describedby", "for"):
        named = {word for e in elements for word in (e.get(reference) or "").split()}
        assert named - set(ids) == set(), f"{reference} names what is not there"
    return document


def text_of(document: Element) -> str:
    """Return the visible text on one line."""
    body = document.find("body")
    assert body is not None
    return re.sub(r"\s+", " ", "".join(_texts(body))).strip()


def words_in(element: Element) -> str:
    """Return all text of an element on one line."""
    return " ".join("".join(element.itertext()).split())


def compact(html: str) -> str:
    """The source on one line, without the white space beside tags, which no page shows."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", re.sub(r"\s+", " ", html))


def structured_data(document: Element) -> list[dict[str, Any]]:
    """Return the parsed JSON-LD of a page."""
    scripts = [e for e in document.iter("script") if e.get("type") == "application/ld+json"]
    return [json.loads(script.text or "") for script in scripts]


def attribute(document: Element, tag: str, wanted: str, **where: str) -> list[str]:
    """One attribute of all elements of a tag that have these others: rel="canonical"..."""
    return [
        element.get(wanted, "")
        for element in document.iter(tag)
        if all(element.get(name) == value for name, value in where.items())
    ]


def _texts(element: Element) -> list[str]:
    if element.tag == "script":
        return [element.tail or ""]
    inner = [text for child in element for text in _texts(child)]
    gap = " " if element.tag in {"br", "p", "td", "th", "li", "dd", "dt", "div", "span"} else ""
    return [gap, element.text or "", *inner, gap, element.tail or ""]


def _assert_headings(elements: list[Element]) -> None:
    levels = [HEADINGS.index(e.tag) + 1 for e in elements if e.tag in HEADINGS]
    assert levels.count(1) == 1, levels
    assert levels[0] == 1, levels
    for above, below in pairwise(levels):
        assert below <= above + 1, levels


def _assert_nothing_inline(element: Element) -> None:
    assert element.tag != "style"
    assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
    if element.tag == "script" and element.get("src") is None:
        assert element.get("type") == "application/ld+json"


def _assert_nothing_foreign(element: Element) -> None:
    """Assert that nothing is loaded from or sent to other sites, and external links say so."""
    if element.tag == "a" and element.get("rel") == "external":
        return
    addresses = [element.get(LOADED.get(str(element.tag), ""), "")]
    if element.tag in ("a", "link", "form"):
        addresses += [element.get("href", ""), element.get("action", "")]
    for address in addresses:
        parts = urlsplit(address)
        if parts.scheme in ("", "http", "https") and parts.netloc:
            assert address.startswith(BASE_URL), address
