"""Uploaded images as readers get them: several widths, with their size, loaded when in sight."""

import re
from collections.abc import Mapping
from html import unescape
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html

from articles.models import Image
from articles.queries.images import images_in
from articles.text.marks import IMAGE

SIZES = "(min-width: 44rem) 40rem, calc(100vw - 2.5rem)"
"""How wide the column of text is."""

EMPTY = re.compile(r"<figure>\s*</figure>")


def address_of(image: Image, width: int) -> str:
    """Of one of its files; another content has another address."""
    return reverse("article-image", args=[image.digest, width])


def small_address(image: Image) -> str:
    """Of the narrowest file, for lists."""
    return address_of(image, min(image.widths))


def show_figures(html: str) -> str:
    """Cleaned HTML with its images put in. Of an image that is gone only the caption is left.
    One query; none where there is no image."""
    images = images_in(html)
    shown = IMAGE.sub(lambda found: _picture(found, images), html)
    return EMPTY.sub("", shown)


def _picture(found: "re.Match[str]", images: Mapping[UUID, Image]) -> str:
    image = images.get(UUID(found[1]))
    if image is None:
        return ""
    widest = max(image.widths)
    return format_html(
        '<img class="picture {}" src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}"'
        ' loading="lazy" decoding="async">',
        image.focus_class,
        address_of(image, widest),
        ", ".join(f"{address_of(image, width)} {width}w" for width in image.widths),
        SIZES,
        image.width,
        image.height,
        unescape(found[2] or "").strip() or image.alt,
    )
