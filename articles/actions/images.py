"""Editors upload, describe and delete pictures."""

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
from clinic.lib.dates import clock
from clinic.lib.files.pictures import process_image


@dataclass(frozen=True, slots=True)
class ImageDescription:
    """The description of a picture. The focal point is in percent from the left and the top."""

    alt: str
    caption: str
    focal_x: int = 50
    focal_y: int = 50


def add_image(file: IO[bytes], size: int, description: ImageDescription, *, by: Actor) -> Image:
    """Store an uploaded picture of `size` bytes in several widths, and return its row.

    Raises InvalidImage or DuplicateImage.
    """
    processed = process_image(file, size)
    image = Image(
        digest=processed.digest,
        width=processed.width,
        height=processed.height,
        widths=sorted(processed.files),
        added_at=clock.now(),
        added_by=by.user,
    )
    existing = find_image_by_digest(image.digest)
    if existing is not None:
        raise DuplicateImage(existing)
    _set_description(image, description)
    try:
        _save_files(image, processed.files)
        with transaction.atomic():
            image.save(force_insert=True)
    except IntegrityError:  # another editor has added the same picture at this moment
        _delete_files(image)
        raise DuplicateImage(find_image_by_digest(image.digest)) from None
    except BaseException:
        _delete_files(image)
        raise
    return image


def describe_image(image: Image, description: ImageDescription, *, by: Actor) -> None:
    """Change the description, the caption and the focal point of a picture.

    Raises Image.DoesNotExist if it has been deleted meanwhile.
    """
    with transaction.atomic():
        locked = Image.objects.select_for_update().get(pk=image.pk)
        _set_description(locked, description)
        locked.save(update_fields=["alt", "caption", "focal_x", "focal_y"])
        articles = [text.pk for text in find_texts_with_image(locked) if isinstance(text, Article)]
        mark_pages_changed(articles, clock.now())


def delete_image(image: Image, *, by: Actor) -> None:
    """Delete a picture and its files. Raises ImageInUse while a text shows it."""
    with transaction.atomic():
        locked = Image.objects.select_for_update().get(pk=image.pk)
        texts = find_texts_with_image(locked)
        if texts:
            raise ImageInUse([str(text) for text in texts])
        locked.delete()
        transaction.on_commit(lambda: _delete_files(image))


def _set_description(image: Image, description: ImageDescription) -> None:
    image.alt, image.caption = description.alt, description.caption
    image.focal_x, image.focal_y = description.focal_x, description.focal_y


def _save_files(image: Image, files: Mapping[int, bytes]) -> None:
    for width, content in files.items():
        default_storage.save(image.file_path(width), ContentFile(content))


def _delete_files(image: Image) -> None:
    for width in image.widths:
        default_storage.delete(image.file_path(width))
