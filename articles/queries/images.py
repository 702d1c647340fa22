"""Find uploaded images, and the texts that show them."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import F, Q, QuerySet

from articles.models import Article, Image, Page
from articles.text.marks import find_image_ids

IMAGE_MARK_PREFIX = 'data-image="'


def find_images_in_texts(*texts: str) -> Mapping[UUID, Image]:
    """Return the images in cleaned texts by identifier. One query, none without images."""
    ids = find_image_ids(*texts)
    if not ids:
        return {}
    return {image.public_id: image for image in Image.objects.with_public_ids(ids)}


def search_images(words: str) -> "QuerySet[Image]":
    """Return images whose description or caption contains all words, the newest first."""
    condition = Q()
    for word in words.split():
        condition &= Q(alt__icontains=word) | Q(caption__icontains=word)
    return Image.objects.filter(condition)


def find_image_by_digest(digest: str) -> Image | None:
    """Return the image with this hash of its content, or None."""
    return Image.objects.filter(digest=digest).first()


def find_texts_with_image(image: Image) -> list[Article | Page]:
    """Return the articles and pages that show an image, in their text or their newest revision.

    Articles of every status count. Two queries.
    """
    mark = f"{IMAGE_MARK_PREFIX}{image.public_id}"
    in_newest_revision = Q(
        revisions__number=F("version"), revisions__text__body__icontains=str(image.public_id)
    )
    shown = Article.objects.filter(Q(body__contains=mark) | in_newest_revision)
    articles = shown.distinct().only("pk", "title")
    pages = Page.objects.filter(body__contains=mark).only("pk", "title")
    return [*articles, *pages]


def count_image_uses(images: Iterable[Image]) -> Mapping[UUID, int]:
    """Return the number of texts that show each image, by identifier. Two queries."""
    ids = {image.public_id for image in images}
    articles = Article.objects.filter(body__contains=IMAGE_MARK_PREFIX).values_list(
        "body", flat=True
    )
    pages = Page.objects.filter(body__contains=IMAGE_MARK_PREFIX).values_list("body", flat=True)
    used = [find_image_ids(body) & ids for body in [*articles, *pages]]
    return {image_id: sum(image_id in text_ids for text_ids in used) for image_id in ids}
