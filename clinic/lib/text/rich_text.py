"""Rich text that is safe to show: cleaned by an allowlist, whatever door it came through.

What is cleaned is also normal: tags in small letters, attributes in double quotes, everything
closed. So a mark such as <cite data-source="..."></cite> can be found by a plain pattern.
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
"""Of these nothing is kept, not even the text between the tags."""

MAX_TAGS = 10_000

TAG = re.compile(r"<[^>]*>")
BLOCK_END = re.compile(r"</(?:p|h[2-4]|li|blockquote|div|figcaption|caption)>|<br>|<hr>")
CELL_END = re.compile(r"</(?:td|th)>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
IMAGE = re.compile(rf"<img(?:\s+{ATTRIBUTE.pattern})*\s*>")
ElementRules = Mapping[str, Mapping[str, "re.Pattern[str]"]]
"""Elements of the caller's own, each with its attributes and what their values must be."""


class Cleaner:
    """Keeps what is allowed, drops the rest; the text between unknown tags stays."""

    def __init__(self, marks: ElementRules, *, inline: bool = False, images: str = "") -> None:
        """`images`: the attribute without which an image is dropped, if there are images."""
        self._images = images
        tags = (INLINE if inline else TAGS) | set(marks)
        attributes = {tag: set(names) for tag, names in ATTRIBUTES.items()}
        for tag, names in marks.items():
            attributes.setdefault(tag, set()).update(names)
        self._cleaner = nh3.Cleaner(
            tags=tags,
            clean_content_tags=DROPPED_WITH_CONTENT,
            attributes={tag: names for tag, names in attributes.items() if tag in tags},
            attribute_filter=_attribute_filter(marks),
            url_schemes=SCHEMES,
            link_rel=None,
            strip_comments=True,
        )

    def __call__(self, html: str) -> str:
        """The same text, safe. Cleaning twice changes nothing more.

        More tags than any honest text has would keep the parser busy for long: of such a text
        only the words are left.
        """
        if html.count("<") > MAX_TAGS:
            return escape(plain_text(html))
        cleaned = self._cleaner.clean(html.replace("\0", ""))
        return IMAGE.sub(self._image, cleaned) if self._images else cleaned

    def _image(self, found: "re.Match[str]") -> str:
        """Its attributes in one order; none without the one that says which image it is."""
        values = dict(ATTRIBUTE.findall(found[0]))
        if self._images not in values:
            return ""
        first, *others = sorted(values, key=lambda name: (name != self._images, name))
        return "<img " + " ".join(f'{name}="{values[name]}"' for name in [first, *others]) + ">"


def plain_text(html: str) -> str:
    """What is there to read, without any markup: for searching and counting."""
    html = html.replace("\0", "")
    spaced = BLOCK_END.sub(" ", CELL_END.sub("; ", html))
    return re.sub(r"\s+", " ", unescape(TAG.sub("", spaced))).strip()


def _attribute_filter(marks: ElementRules) -> Callable[[str, str, str], str | None]:
    def allowed(tag: str, name: str, value: str) -> str | None:
        pattern = marks.get(tag, {}).get(name)
        if pattern is None or pattern.fullmatch(value):
            return value
        return None

    return allowed
