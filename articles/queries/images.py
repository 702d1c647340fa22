"""Uploaded images: what texts show, what there is to choose from, and where each is used."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import F, Q, QuerySet

from articles.models import Article, Image, Page
from articles.text.marks import images_named

MARK = 'data-image="'


def images_in(*texts: str) -> Mapping[UUID, Image]:
    """The images that cleaned texts show. One query; none where there is no image."""
    named = images_named(*texts)
    return {one.public_id: one for one in Image.objects.of(named)} if named else {}


def find_images(words: str) -> "QuerySet[Image]":
    """The newest first; those whose description or caption has all of the words."""
    wanted = Q()
    for word in words.split():
        wanted &= Q(alt__icontains=word) | Q(caption__icontains=word)
    return Image.objects.filter(wanted)


def find_image(digest: str) -> Image | None:
    """By what its address says of its content."""
    return Image.objects.filter(digest=digest).first()


def used_in(image: Image) -> list[Article | Page]:
    """The texts that show an image, whatever their state, or will once what is written is
    published. Two queries."""
    mark = f"{MARK}{image.public_id}"
    waiting = Q(
        revisions__number=F("version"), revisions__text__body__icontains=str(image.public_id)
    )
    shown = Article.objects.filter(Q(body__contains=mark) | waiting)
    articles = shown.distinct().only("pk", "title")
    pages = Page.objects.filter(body__contains=mark).only("pk", "title")
    return [*articles, *pages]


def times_used(images: Iterable[Image]) -> Mapping[UUID, int]:
    """In how many texts each of the images stands. Two queries, however many images."""
    ids = {image.public_id for image in images}
    articles = Article.objects.filter(body__contains=MARK).values_list("body", flat=True)
    pages = Page.objects.filter(body__contains=MARK).values_list("body", flat=True)
    found = [images_named(body) & ids for body in [*articles, *pages]]
    return {one: sum(one in named for named in found) for one in ids}
