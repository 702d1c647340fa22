"""Editors add pictures, say what they show, and take away those that nobody needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from articles.actions.actor import Actor
from articles.actions.publishing.mark_pages_changed import mark_pages_changed
from articles.errors import DuplicateImage, ImageInUse
from articles.models import Article, Image
from articles.queries.images import find_image_by_digest, find_texts_with_image
from articles.text.image_processing import process_image
from clinic.lib.dates import clock


@dataclass(frozen=True, slots=True)
class ImageDescription:
    """What an editor says of a picture."""

    alt: str
    caption: str
    focal_x: int = 50
    focal_y: int = 50


def add_image(file: IO[bytes], size: int, words: ImageDescription, *, by: Actor) -> Image:
    """Keep a picture, drawn anew. Raises UnusablePicture or DuplicateImage."""
    drawn = process_image(file, size)
    image = Image(
        digest=drawn.digest,
        width=drawn.width,
        height=drawn.height,
        widths=sorted(drawn.files),
        added_at=clock.now(),
        added_by=by.user,
    )
    known = find_image_by_digest(image.digest)
    if known is not None:
        raise DuplicateImage(known)
    _set_description(image, words)
    try:
        _save_files(image, drawn.files)
        with transaction.atomic():
            image.save(force_insert=True)
    except IntegrityError:  # somebody else has added the same at this moment
        _delete_files(image)
        raise DuplicateImage(find_image_by_digest(image.digest)) from None
    except BaseException:
        _delete_files(image)
        raise
    return image


def describe_image(image: Image, words: ImageDescription, *, by: Actor) -> None:
    """Change what is said of it, and which point of it matters."""
    with transaction.atomic():
        locked = Image.objects.select_for_update().get(pk=image.pk)
        _set_description(locked, words)
        locked.save(update_fields=["alt", "caption", "focal_x", "focal_y"])
        articles = [text.pk for text in find_texts_with_image(locked) if isinstance(text, Article)]
        mark_pages_changed(articles, clock.now())


def delete_image(image: Image, *, by: Actor) -> None:
    """Raises ImageInUse while a text shows it."""
    with transaction.atomic():
        locked = Image.objects.select_for_update().get(pk=image.pk)
        texts = find_texts_with_image(locked)
        if texts:
            raise ImageInUse([str(text) for text in texts])
        locked.delete()
        transaction.on_commit(lambda: _delete_files(image))


def _set_description(image: Image, words: ImageDescription) -> None:
    image.alt, image.caption = words.alt, words.caption
    image.focal_x, image.focal_y = words.focal_x, words.focal_y


def _save_files(image: Image, files: Mapping[int, bytes]) -> None:
    for width, content in files.items():
        default_storage.save(image.file_path(width), ContentFile(content))


def _delete_files(image: Image) -> None:
    for width in image.widths:
        default_storage.delete(image.file_path(width))
