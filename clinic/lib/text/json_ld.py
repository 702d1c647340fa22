"""Structured data (schema.org) as a script element that runs nothing."""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

JsonLd = dict[str, Any]

# Inside <script> nothing may look like the end of it, or like markup.
ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def to_script_tag(data: JsonLd) -> SafeString:
    """A script element that is data: the browser runs nothing of it."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    escaped = text.translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{escaped}</script>')  # noqa: S308


def breadcrumbs(trail: Sequence[tuple[str, str]], base_url: str) -> JsonLd:
    """The way here, as (name, path); the last one is the page itself."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": base_url + path}
            for place, (name, path) in enumerate(trail, start=1)
        ],
    }


def without_empty(data: JsonLd) -> JsonLd:
    """Without what is empty: a blank says nothing."""
    return {key: value for key, value in data.items() if value not in ("", [], None)}
