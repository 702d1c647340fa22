"""Render uploaded images with several widths, their size, and lazy loading."""

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
"""The width of the text column, for the attribute `sizes`."""

EMPTY_FIGURE = re.compile(r"<figure>\s*</figure>")


def image_url(image: Image, width: int) -> str:
    """Return the URL of the file with this width. It contains the hash of the content."""
    return reverse("article-image", args=[image.digest, width])


def thumbnail_url(image: Image) -> str:
    """Return the URL of the narrowest file, for lists."""
    return image_url(image, min(image.widths))


def render_images(html: str) -> str:
    """Replace the image marks in cleaned HTML with <img> elements.

    Of a deleted image only the caption is left. One query; none without images.
    """
    images = find_images_in_texts(html)
    rendered = IMAGE_MARK.sub(lambda match: _render_image(match, images), html)
    return EMPTY_FIGURE.sub("", rendered)


def _render_image(match: "re.Match[str]", images: Mapping[UUID, Image]) -> str:
    image = images.get(UUID(match[1]))
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
        unescape(match[2] or "").strip() or image.alt,
    )
