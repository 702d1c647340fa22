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

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 25_000_000
"""More than phones take unless told to. For two seconds a JPEG of that size takes 50 MB, a PNG 220,
a WebP 380."""
FEWEST_PIXELS = 200
"""On either side; less would be a blur."""
LONGEST_SHAPE = 5
"""How many times as long as wide."""
WIDTHS = (480, 960, 1600)
QUALITY = 80
PAPER = "white"
"""Behind what was transparent, so that it looks the same on light and dark pages."""

UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, ArithmeticError, LookupError, TypeError,
    MemoryError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow says to files that are broken, or made to break it."""


class UnusablePicture(Exception):  # it is an answer, not a fault
    """Why a file cannot be used, in one sentence for people."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture in several widths, as WebP. `digest` stands for the content of all of them."""

    width: int
    height: int
    files: Mapping[int, bytes]
    digest: str


def draw_again(file: IO[bytes], size: int) -> Drawn:
    """The picture in a file of so many bytes, made anew. Raises UnusablePicture."""
    if not size:
        raise UnusablePicture(_("This file is empty. Please choose another one."))
    if size > MOST_BYTES:
        raise UnusablePicture(_("This file is too large. Please choose one of up to 10 MB."))
    try:
        return _drawn(_pixels(_opened(file)))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except UNREADABLE:
        raise UnusablePicture(
            _("This file cannot be read as a picture. Please choose a JPEG, PNG or WebP picture.")
        ) from None


def _opened(file: IO[bytes]) -> Image.Image:
    """Known by its first bytes; refused before its pixels are read."""
    picture = Image.open(file, formats=FORMATS)
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < FEWEST_PIXELS:
        raise UnusablePicture(
            _("This picture is too small: it would be a blur. It needs 200 pixels on either side.")
        )
    if max(width, height) > LONGEST_SHAPE * min(width, height):
        raise UnusablePicture(
            _("This picture is too long and narrow. Please cut it to what matters.")
        )
    if picture.format != "MPO" and getattr(picture, "is_animated", False):
        raise UnusablePicture(_("This picture moves. Please choose one that keeps still."))
    return picture


def _pixels(picture: Image.Image) -> Image.Image:
    """Upright, in the colours of the web, at most as wide as we show, and nothing else."""
    profile = picture.info.get("icc_profile")
    picture.draft(None, (WIDTHS[-1], WIDTHS[-1]))  # a large JPEG is read at half its size
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    if picture.width > WIDTHS[-1]:
        height = max(1, round(picture.height * WIDTHS[-1] / picture.width))
        picture = _plain(picture).resize((WIDTHS[-1], height), Image.Resampling.LANCZOS)
    picture = _in_web_colours(_plain(picture), profile)
    drawn = Image.new("RGB", picture.size, PAPER)
    drawn.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    return drawn


def _plain(picture: Image.Image) -> Image.Image:
    """In red, green and blue, with or without transparency."""
    if picture.mode in ("RGB", "RGBA"):
        return picture
    if picture.mode.startswith("I"):  # sixteen bits of grey
        picture = picture.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _in_web_colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
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


def _drawn(picture: Image.Image) -> Drawn:
    widths = [width for width in WIDTHS if width < picture.width] + [picture.width]
    files = {width: _file(picture, width) for width in widths}
    content = hashlib.sha256(b"".join(files.values())).hexdigest()[:32]
    return Drawn(picture.width, picture.height, files, content)


def _file(picture: Image.Image, width: int) -> bytes:
    height = max(1, round(picture.height * width / picture.width))
    if width != picture.width:
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    file = BytesIO()
    picture.save(file, "WEBP", quality=QUALITY, method=4)
    return file.getvalue()


def _too_many_pixels() -> UnusablePicture:
    return UnusablePicture(
        _("This picture has too many pixels. Please make it smaller: 25 million at most.")
    )
