"""Uploaded images: what texts show, what there is to choose from, and where each is used."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import F, Q, QuerySet

from articles.models import Article, Image, Page
from articles.text.marks import find_image_ids

IMAGE_MARK_PREFIX = 'data-image="'


def find_images_in_texts(*texts: str) -> Mapping[UUID, Image]:
    """The images that cleaned texts show. One query; none where there is no image."""
    named = find_image_ids(*texts)
    return {one.public_id: one for one in Image.objects.with_public_ids(named)} if named else {}


def search_images(words: str) -> "QuerySet[Image]":
    """The newest first; those whose description or caption has all of the words."""
    wanted = Q()
    for word in words.split():
        wanted &= Q(alt__icontains=word) | Q(caption__icontains=word)
    return Image.objects.filter(wanted)


def find_image_by_digest(digest: str) -> Image | None:
    """By what its address says of its content."""
    return Image.objects.filter(digest=digest).first()


def find_texts_with_image(image: Image) -> list[Article | Page]:
    """The texts that show an image, whatever their state, or will once what is written is
    published. Two queries."""
    mark = f"{IMAGE_MARK_PREFIX}{image.public_id}"
    waiting = Q(
        revisions__number=F("version"), revisions__text__body__icontains=str(image.public_id)
    )
    shown = Article.objects.filter(Q(body__contains=mark) | waiting)
    articles = shown.distinct().only("pk", "title")
    pages = Page.objects.filter(body__contains=mark).only("pk", "title")
    return [*articles, *pages]


def count_image_uses(images: Iterable[Image]) -> Mapping[UUID, int]:
    """In how many texts each of the images stands. Two queries, however many images."""
    ids = {image.public_id for image in images}
    articles = Article.objects.filter(body__contains=IMAGE_MARK_PREFIX).values_list(
        "body", flat=True
    )
    pages = Page.objects.filter(body__contains=IMAGE_MARK_PREFIX).values_list("body", flat=True)
    found = [find_image_ids(body) & ids for body in [*articles, *pages]]
    return {one: sum(one in named for named in found) for one in ids}
