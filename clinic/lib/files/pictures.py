"""Convert uploaded pictures to WebP files of our own.

Uploads are recognized by their content, never by their name, and are not stored: only the pixels
are copied, so that metadata (such as a location), scripts and embedded files are lost.
"""

import hashlib
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from clinic.lib.refusal import Refusal

ALLOWED_FORMATS = ("JPEG", "PNG", "WEBP")
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000
"""More than phones take by default. Decoding that many takes two seconds and 50 MB of memory for a
JPEG, 220 for a PNG, 380 for a WebP."""
MIN_SIDE_PIXELS = 200
"""On the shorter side; smaller pictures would be blurred."""
MAX_ASPECT_RATIO = 5
"""The longer side divided by the shorter one."""
OUTPUT_WIDTHS = (480, 960, 1600)
WEBP_QUALITY = 80
BACKGROUND_COLOR = "white"
"""It replaces transparency, so that a picture looks the same on light and dark pages."""

DECODE_ERRORS = (
    OSError, SyntaxError, ValueError, EOFError, ArithmeticError, LookupError, TypeError,
    MemoryError, struct.error, zlib.error,
)  # fmt: skip
"""Raised by Pillow for files that are broken or malicious."""


class InvalidImage(Refusal):
    """A file cannot be used as a picture; `message` says why."""

    status = 422


@dataclass(frozen=True, slots=True)
class ProcessedImage:
    """A picture in several widths. `files` are WebP, by width in pixels; `digest` is their hash."""

    width: int
    height: int
    files: Mapping[int, bytes]
    digest: str


def process_image(
    file: IO[bytes], size: int, *, widths: Sequence[int] = OUTPUT_WIDTHS
) -> ProcessedImage:
    """Return the picture in a file of `size` bytes in several widths.

    `widths` are in pixels, narrowest first. Nothing is enlarged: the widest file is at most as wide
    as the picture. Raises InvalidImage.
    """
    if not size:
        raise InvalidImage(_("This file is empty. Please choose another one."))
    if size > MAX_FILE_BYTES:
        raise InvalidImage(_("This file is too large. Please choose one of up to 10 MB."))
    try:
        return _encode_widths(_normalize(_open_and_check(file), widths[-1]), widths)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except DECODE_ERRORS:
        raise InvalidImage(
            _("This file cannot be read as a picture. Please choose a JPEG, PNG or WebP picture.")
        ) from None


def _open_and_check(file: IO[bytes]) -> Image.Image:
    """Open a picture by its first bytes, and check it before its pixels are decoded."""
    picture = Image.open(file, formats=ALLOWED_FORMATS)
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < MIN_SIDE_PIXELS:
        raise InvalidImage(
            _("This picture is too small: it would be a blur. It needs 200 pixels on either side.")
        )
    if max(width, height) > MAX_ASPECT_RATIO * min(width, height):
        raise InvalidImage(_("This picture is too long and narrow. Please cut it to what matters."))
    if picture.format != "MPO" and getattr(picture, "is_animated", False):
        raise InvalidImage(_("This picture moves. Please choose one that keeps still."))
    return picture


def _normalize(picture: Image.Image, widest: int) -> Image.Image:
    """Return a copy of the pixels: upright, in sRGB, at most `widest` pixels wide."""
    profile = picture.info.get("icc_profile")
    picture.draft(None, (widest, widest))  # a large JPEG is read at half its size
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    if picture.width > widest:
        height = max(1, round(picture.height * widest / picture.width))
        picture = _to_rgb(picture).resize((widest, height), Image.Resampling.LANCZOS)
    picture = _to_srgb(_to_rgb(picture), profile)
    copy = Image.new("RGB", picture.size, BACKGROUND_COLOR)
    copy.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    return copy


def _to_rgb(picture: Image.Image) -> Image.Image:
    """Convert to RGB, or to RGBA if there is transparency."""
    if picture.mode in ("RGB", "RGBA"):
        return picture
    if picture.mode.startswith("I"):  # sixteen bits of grey
        picture = picture.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert from the embedded color profile; without that, wide-gamut pictures look dull."""
    if not profile:
        return picture
    try:
        converted = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=picture.mode,
        )
    except (ImageCms.PyCMSError, OSError):  # the profile is broken, or for another mode
        return picture
    return converted or picture


def _encode_widths(picture: Image.Image, widths: Sequence[int]) -> ProcessedImage:
    narrower = [width for width in widths if width < picture.width]
    files = {width: _encode_webp(picture, width) for width in [*narrower, picture.width]}
    content = hashlib.sha256(b"".join(files.values())).hexdigest()[:32]
    return ProcessedImage(picture.width, picture.height, files, content)


def _encode_webp(picture: Image.Image, width: int) -> bytes:
    height = max(1, round(picture.height * width / picture.width))
    if width != picture.width:
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    file = BytesIO()
    picture.save(file, "WEBP", quality=WEBP_QUALITY, method=4)
    return file.getvalue()


def _too_many_pixels() -> InvalidImage:
    return InvalidImage(
        _("This picture has too many pixels. Please make it smaller: 25 million at most.")
    )
