"""Structured data (schema.org) as JSON-LD."""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

JsonLd = dict[str, Any]

# Inside <script> these could be read as markup or as line ends.
ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def to_script_tag(data: JsonLd) -> SafeString:
    """Return the data as a script element, which browsers do not run."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    escaped = text.translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{escaped}</script>')  # noqa: S308


def breadcrumbs(trail: Sequence[tuple[str, str]], base_url: str) -> JsonLd:
    """Return a BreadcrumbList of (name, path) pairs; the last one is the page itself."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": base_url + path}
            for place, (name, path) in enumerate(trail, start=1)
        ],
    }


def without_empty(data: JsonLd) -> JsonLd:
    """Return the data without keys whose value is "", [] or None."""
    return {key: value for key, value in data.items() if value not in ("", [], None)}
