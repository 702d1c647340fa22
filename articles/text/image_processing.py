"""Pictures that strangers' programs made, turned into pictures that we made.

What comes in is judged by its content, never by its name, and is not kept: its pixels are drawn
anew, so that nothing which travelled with them (a place, a script, another file) goes on.
"""

import hashlib
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

ALLOWED_FORMATS = ("JPEG", "PNG", "WEBP")
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000
"""More than phones take unless told to. For two seconds a JPEG of that size takes 50 MB, a PNG 220,
a WebP 380."""
MIN_SIDE_PIXELS = 200
"""On either side; less would be a blur."""
MAX_ASPECT_RATIO = 5
"""How many times as long as wide."""
OUTPUT_WIDTHS = (480, 960, 1600)
WEBP_QUALITY = 80
BACKGROUND_COLOR = "white"
"""Behind what was transparent, so that it looks the same on light and dark pages."""

DECODE_ERRORS = (
    OSError, SyntaxError, ValueError, EOFError, ArithmeticError, LookupError, TypeError,
    MemoryError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow says to files that are broken, or made to break it."""


class InvalidImage(Exception):  # it is an answer, not a fault
    """Why a file cannot be used, in one sentence for people."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True, slots=True)
class ProcessedImage:
    """A picture in several widths, as WebP. `digest` stands for the content of all of them."""

    width: int
    height: int
    files: Mapping[int, bytes]
    digest: str


def process_image(file: IO[bytes], size: int) -> ProcessedImage:
    """The picture in a file of so many bytes, made anew. Raises InvalidImage."""
    if not size:
        raise InvalidImage(_("This file is empty. Please choose another one."))
    if size > MAX_FILE_BYTES:
        raise InvalidImage(_("This file is too large. Please choose one of up to 10 MB."))
    try:
        return _encode_widths(_normalize(_open_and_check(file)))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except DECODE_ERRORS:
        raise InvalidImage(
            _("This file cannot be read as a picture. Please choose a JPEG, PNG or WebP picture.")
        ) from None


def _open_and_check(file: IO[bytes]) -> Image.Image:
    """Known by its first bytes; refused before its pixels are read."""
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


def _normalize(picture: Image.Image) -> Image.Image:
    """Upright, in the colours of the web, at most as wide as we show, and nothing else."""
    profile = picture.info.get("icc_profile")
    picture.draft(
        None, (OUTPUT_WIDTHS[-1], OUTPUT_WIDTHS[-1])
    )  # a large JPEG is read at half its size
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    if picture.width > OUTPUT_WIDTHS[-1]:
        height = max(1, round(picture.height * OUTPUT_WIDTHS[-1] / picture.width))
        picture = _to_rgb(picture).resize((OUTPUT_WIDTHS[-1], height), Image.Resampling.LANCZOS)
    picture = _to_srgb(_to_rgb(picture), profile)
    drawn = Image.new("RGB", picture.size, BACKGROUND_COLOR)
    drawn.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    return drawn


def _to_rgb(picture: Image.Image) -> Image.Image:
    """In red, green and blue, with or without transparency."""
    if picture.mode in ("RGB", "RGBA"):
        return picture
    if picture.mode.startswith("I"):  # sixteen bits of grey
        picture = picture.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Phones take pictures in more colours than screens show; without this they would look dull."""
    if not profile:
        return picture
    try:
        found = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=picture.mode,
        )
    except (ImageCms.PyCMSError, OSError):  # made for other colours than these, or broken
        return picture
    return found or picture


def _encode_widths(picture: Image.Image) -> ProcessedImage:
    widths = [width for width in OUTPUT_WIDTHS if width < picture.width] + [picture.width]
    files = {width: _encode_webp(picture, width) for width in widths}
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
