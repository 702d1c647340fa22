"""Uploaded images as readers get them: several widths, with their size, loaded when in sight."""

import re
from collections.abc import Mapping
from html import unescape
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html

from articles.models import Image
from articles.queries.images import find_images_in_texts
from articles.text.marks import IMAGE_MARK

SIZES_ATTRIBUTE = "(min-width: 44rem) 40rem, calc(100vw - 2.5rem)"
"""How wide the column of text is."""

EMPTY_FIGURE = re.compile(r"<figure>\s*</figure>")


def image_url(image: Image, width: int) -> str:
    """Of one of its files; another content has another address."""
    return reverse("article-image", args=[image.digest, width])


def thumbnail_url(image: Image) -> str:
    """Of the narrowest file, for lists."""
    return image_url(image, min(image.widths))


def render_images(html: str) -> str:
    """Cleaned HTML with its images put in. Of an image that is gone only the caption is left.
    One query; none where there is no image."""
    images = find_images_in_texts(html)
    shown = IMAGE_MARK.sub(lambda found: _render_image(found, images), html)
    return EMPTY_FIGURE.sub("", shown)


def _render_image(found: "re.Match[str]", images: Mapping[UUID, Image]) -> str:
    image = images.get(UUID(found[1]))
    if image is None:
        return ""
    widest = max(image.widths)
    return format_html(
        '<img class="picture {}" src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}"'
        ' loading="lazy" decoding="async">',
        image.focal_point_classes,
        image_url(image, widest),
        ", ".join(f"{image_url(image, width)} {width}w" for width in image.widths),
        SIZES_ATTRIBUTE,
        image.width,
        image.height,
        unescape(found[2] or "").strip() or image.alt,
    )
