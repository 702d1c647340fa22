"""Editors add pictures, say what they show, and take away those that nobody needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from articles.actions.actor import Actor
from articles.actions.publishing.mark_pages_changed import page_changed
from articles.errors import ImageInUse, ImageKnown
from articles.models import Article, Image
from articles.queries.images import find_image, used_in
from articles.text.image_processing import draw_again
from clinic.lib.dates import clock


@dataclass(frozen=True, slots=True)
class ImageWords:
    """What an editor says of a picture."""

    alt: str
    caption: str
    focal_x: int = 50
    focal_y: int = 50


def add_image(file: IO[bytes], size: int, words: ImageWords, *, by: Actor) -> Image:
    """Keep a picture, drawn anew. Raises UnusablePicture or ImageKnown."""
    drawn = draw_again(file, size)
    image = Image(
        digest=drawn.digest,
        width=drawn.width,
        height=drawn.height,
        widths=sorted(drawn.files),
        added_at=clock.now(),
        added_by=by.user,
    )
    known = find_image(image.digest)
    if known is not None:
        raise ImageKnown(known)
    _say(image, words)
    try:
        _keep(image, drawn.files)
        with transaction.atomic():
            image.save(force_insert=True)
    except IntegrityError:  # somebody else has added the same at this moment
        _forget(image)
        raise ImageKnown(find_image(image.digest)) from None
    except BaseException:
        _forget(image)
        raise
    return image


def describe_image(image: Image, words: ImageWords, *, by: Actor) -> None:
    """Change what is said of it, and which point of it matters."""
    with transaction.atomic():
        locked = Image.objects.select_for_update().get(pk=image.pk)
        _say(locked, words)
        locked.save(update_fields=["alt", "caption", "focal_x", "focal_y"])
        articles = [text.pk for text in used_in(locked) if isinstance(text, Article)]
        page_changed(articles, clock.now())


def delete_image(image: Image, *, by: Actor) -> None:
    """Raises ImageInUse while a text shows it."""
    with transaction.atomic():
        locked = Image.objects.select_for_update().get(pk=image.pk)
        texts = used_in(locked)
        if texts:
            raise ImageInUse([str(text) for text in texts])
        locked.delete()
        transaction.on_commit(lambda: _forget(image))


def _say(image: Image, words: ImageWords) -> None:
    image.alt, image.caption = words.alt, words.caption
    image.focal_x, image.focal_y = words.focal_x, words.focal_y


def _keep(image: Image, files: Mapping[int, bytes]) -> None:
    for width, content in files.items():
        default_storage.save(image.file(width), ContentFile(content))


def _forget(image: Image) -> None:
    for width in image.widths:
        default_storage.delete(image.file(width))
