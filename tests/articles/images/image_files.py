"""Image files of many kinds, valid and malicious."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageOps

BLUE, RED = (40, 60, 140), (200, 40, 40)
GPS_COMMENT = b"taken at 41.8781 N, 87.6298 W"


def make_image(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **options: Any) -> bytes:
    """Return a blue image file, with its upper left quarter red."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 2, size[1] // 2))
    return encode_image(image, kind, **options)


def encode_image(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def make_rotated_photo() -> bytes:
    """Return a photo as phones store it: rotated by EXIF, with its location."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise
    exif[0x010E] = GPS_COMMENT.decode()
    return make_image(exif=exif)


def make_animation(kind: str) -> bytes:
    frames = [Image.new("RGB", (300, 300), colour) for colour in (BLUE, RED)]
    return encode_image(frames[0], kind, save_all=True, append_images=frames[1:])


def make_png_with_false_size(width: int, height: int) -> bytes:
    """Return a small PNG whose header claims this size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


SVG_WITH_SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def make_landscape() -> bytes:
    """Draw a landscape: hills at dusk under a moon."""
    image = Image.linear_gradient("L").resize((1800, 1200))
    image = ImageOps.colorize(image, "#2b2755", "#e8b58a", mid="#8a6a8f")
    draw = ImageDraw.Draw(image)
    draw.ellipse((1300, 180, 1480, 360), fill="#f4ead2")
    draw.ellipse((-400, 760, 1300, 2200), fill="#37305e")
    draw.ellipse((700, 860, 2500, 2400), fill="#241f45")
    return encode_image(image, "JPEG", quality=85)
