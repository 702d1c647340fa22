"""The photo of a therapist, shown on the public pages."""

from functools import partial
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from booking.actions.locks import write_action, write_transaction
from booking.models import Therapist
from clinic.lib.files.pictures import process_image

PHOTO_WIDTHS = (200, 480)
"""Widths in pixels: for lists, and for the therapist's own page."""


@write_action
def set_therapist_photo(therapist: Therapist, file: IO[bytes], size: int) -> None:
    """Store an uploaded photo of `size` bytes in place of the present one. Raises InvalidImage.

    It is encoded anew, so that only its pixels are stored and no metadata.
    """
    processed = process_image(file, size, widths=PHOTO_WIDTHS)
    for width, content in processed.files.items():
        path = therapist.photo_path(width, processed.digest)
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(content))
    _replace_photo(therapist, processed.digest, sorted(processed.files))


@write_action
def remove_therapist_photo(therapist: Therapist) -> None:
    """Delete the photo of a therapist, if there is one."""
    _replace_photo(therapist, "", [])


@write_action
def _replace_photo(therapist: Therapist, digest: str, widths: list[int]) -> None:
    with write_transaction():
        row = Therapist.objects.select_for_update().get(pk=therapist.pk)
        old = [row.photo_path(width) for width in row.photo_widths if row.photo_digest != digest]
        row.photo_digest, row.photo_widths = digest, widths
        row.save(update_fields=["photo_digest", "photo_widths"])
        for path in old:
            transaction.on_commit(partial(default_storage.delete, path))
    therapist.photo_digest, therapist.photo_widths = digest, widths
