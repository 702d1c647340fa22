"""Cleaning HTML by an allowlist, so that it is safe to show.

The result is also normalized: tag names in lower case, attributes in double quotes, every element
closed. So an element such as <cite data-source="..."></cite> can be found by a regular expression.
"""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape

import nh3

TAGS = {
    "a", "blockquote", "br", "caption", "div", "em", "figcaption", "figure", "h2", "h3", "h4",
    "hr", "li", "ol", "p", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr",
    "ul",
}  # fmt: skip
INLINE = {"a", "br", "em", "strong", "sub", "sup"}
ATTRIBUTES = {"a": {"href"}, "th": {"scope"}, "ol": {"start"}}
SCHEMES = {"https", "http", "mailto", "tel"}
DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "template",
    "svg",
    "math",
    "iframe",
    "noscript",
    "textarea",
}
"""Elements that are removed together with the text inside them."""

MAX_TAGS = 10_000

TAG = re.compile(r"<[^>]*>")
BLOCK_END = re.compile(r"</(?:p|h[2-4]|li|blockquote|div|figcaption|caption)>|<br>|<hr>")
CELL_END = re.compile(r"</(?:td|th)>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
IMAGE = re.compile(rf"<img(?:\s+{ATTRIBUTE.pattern})*\s*>")
ElementRules = Mapping[str, Mapping[str, "re.Pattern[str]"]]
"""Further allowed elements, each with its attributes and the pattern of their values."""


class Cleaner:
    """Keeps allowed elements and attributes, and the text inside removed elements."""

    def __init__(
        self, elements: ElementRules, *, inline: bool = False, image_attribute: str = ""
    ) -> None:
        """Make a cleaner.

        `elements` are allowed in addition to TAGS, or to INLINE if `inline` is set. With
        `image_attribute`, images without this attribute are removed.
        """
        self._image_attribute = image_attribute
        tags = (INLINE if inline else TAGS) | set(elements)
        attributes = {tag: set(names) for tag, names in ATTRIBUTES.items()}
        for tag, names in elements.items():
            attributes.setdefault(tag, set()).update(names)
        self._cleaner = nh3.Cleaner(
            tags=tags,
            clean_content_tags=DROPPED_WITH_CONTENT,
            attributes={tag: names for tag, names in attributes.items() if tag in tags},
            attribute_filter=_attribute_filter(elements),
            url_schemes=SCHEMES,
            link_rel=None,
            strip_comments=True,
        )

    def __call__(self, html: str) -> str:
        """Return the cleaned HTML. Cleaning it again changes nothing.

        HTML with more than MAX_TAGS tags, which would take long to parse, becomes plain text.
        """
        if html.count("<") > MAX_TAGS:
            return escape(plain_text(html))
        cleaned = self._cleaner.clean(html.replace("\0", ""))
        return IMAGE.sub(self._image, cleaned) if self._image_attribute else cleaned

    def _image(self, match: "re.Match[str]") -> str:
        """Return an image with its attributes in a fixed order, or "" without the needed one."""
        values = dict(ATTRIBUTE.findall(match[0]))
        if self._image_attribute not in values:
            return ""
        first, *others = sorted(values, key=lambda name: (name != self._image_attribute, name))
        return "<img " + " ".join(f'{name}="{values[name]}"' for name in [first, *others]) + ">"


def plain_text(html: str) -> str:
    """Return the text without markup, for searching and counting."""
    html = html.replace("\0", "")
    spaced = BLOCK_END.sub(" ", CELL_END.sub("; ", html))
    return re.sub(r"\s+", " ", unescape(TAG.sub("", spaced))).strip()


def _attribute_filter(elements: ElementRules) -> Callable[[str, str, str], str | None]:
    def allowed(tag: str, name: str, value: str) -> str | None:
        pattern = elements.get(tag, {}).get(name)
        if pattern is None or pattern.fullmatch(value):
            return value
        return None

    return allowed
