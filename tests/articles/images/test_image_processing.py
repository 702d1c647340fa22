"""Uploaded images are recognised by content and re-encoded, or refused with a message."""

from io import BytesIO

import pytest
from PIL import Image

from clinic.lib.files.pictures import (
    MAX_FILE_BYTES,
    InvalidImage,
    ProcessedImage,
    process_image,
)
from tests.articles.images.image_files import (
    BLUE,
    GPS_COMMENT,
    RED,
    SVG_WITH_SCRIPT,
    encode_image,
    make_animation,
    make_image,
    make_png_with_false_size,
    make_rotated_photo,
)


def drawn(content: bytes) -> ProcessedImage:
    return process_image(BytesIO(content), len(content))


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def near(found: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(value - other) < 12 for value, other in zip(found, colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_format_is_converted_to_webp_in_several_widths(kind: str) -> None:
    found = drawn(make_image(kind, (2000, 1000)))

    assert (found.width, found.height, list(found.files)) == (1600, 800, [480, 960, 1600])
    for width, content in found.files.items():
        assert (opened(content).format, opened(content).width) == ("WEBP", width)
        assert near(opened(content).getpixel((10, 10)), RED)


def test_a_small_image_is_not_enlarged() -> None:
    assert list(drawn(make_image(size=(700, 500))).files) == [480, 700]
    assert list(drawn(make_image(size=(300, 300))).files) == [300]


def test_a_rotated_photo_is_turned_upright_and_loses_its_location() -> None:
    sent = make_rotated_photo()
    found = drawn(sent)

    assert GPS_COMMENT in sent
    assert (found.width, found.height) == (480, 640)
    [content] = found.files.values()
    assert near(opened(content).getpixel((470, 10)), RED)
    assert near(opened(content).getpixel((10, 10)), BLUE)
    assert GPS_COMMENT not in content
    assert not opened(content).getexif()
    assert set(opened(content).info) <= {"loop", "background", "timestamp", "duration"}


def test_all_metadata_is_removed() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        two_in_one = make_image(kind) + b"<script>alert(1)</script>PK\x03\x04 and a second file"
        content = drawn(two_in_one).files[480]
        assert b"script" not in content
        assert b"PK\x03\x04" not in content


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16", "CMYK", "RGBA", "PA"])
def test_every_colour_mode_is_read(mode: str) -> None:
    base = Image.new("RGB", (300, 300), BLUE)
    if mode == "I;16":
        image = Image.new("I;16", (300, 300), 32768)
    else:
        image = base.convert("P").convert(mode) if mode == "PA" else base.convert(mode)
    kind = "JPEG" if mode == "CMYK" else "PNG"
    found = opened(
        drawn(encode_image(image if mode != "PA" else image.convert("RGBA"), kind)).files[300]
    )

    assert found.mode == "RGB"
    if mode == "I;16":
        assert near(found.getpixel((5, 5)), (128, 128, 128))


def test_a_large_phone_photo_is_read_at_half_size_with_correct_colours() -> None:
    """24 million pixels, lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    found = drawn(make_image(size=(5600, 4200), exif=exif))

    assert (found.width, found.height) == (1600, 2133)
    assert near(opened(found.files[1600]).getpixel((1590, 10)), RED)


def test_transparent_areas_become_white() -> None:
    clear = encode_image(Image.new("RGBA", (300, 300), (0, 0, 0, 0)), "PNG")

    assert near(opened(drawn(clear).files[300]).getpixel((5, 5)), (255, 255, 255))


READ = "cannot be read as a picture"
PIXELS = "too many pixels"
REFUSED = {
    "nothing": (b"", "This file is empty"),
    "SVG": (SVG_WITH_SCRIPT, READ),
    "GIF": (encode_image(Image.new("RGB", (300, 300)), "GIF"), READ),
    "text": (b"just words", READ),
    "a page": (b"<!doctype html><script>alert(1)</script>", READ),
    "a PDF": (b"%PDF-1.7 ...", READ),
    "half a JPEG": (make_image()[:2000], READ),
    "half a PNG": (make_image("PNG")[:600], READ),
    "half a WebP": (make_image("WEBP")[:200], READ),
    "only a head": (make_image("PNG")[:20], READ),
    "moving WebP": (make_animation("WEBP"), "This picture moves"),
    "moving PNG": (make_animation("PNG"), "This picture moves"),
    "a bomb": (make_png_with_false_size(60_000, 60_000), PIXELS),
    "a smaller bomb": (make_png_with_false_size(10_000, 10_000), PIXELS),
    "just too many": (make_png_with_false_size(5_000, 5_001), PIXELS),
    "less than it says": (make_png_with_false_size(3_000, 3_000), READ),
    "a dot": (make_image(size=(1, 1)), "too small"),
    "a line": (make_image(size=(3000, 210)), "too long and narrow"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_unsupported_images_are_refused_with_a_message(name: str) -> None:
    content, sentence = REFUSED[name]

    with pytest.raises(InvalidImage, match=sentence):
        drawn(content)


def test_a_file_that_is_too_large_is_not_decoded() -> None:
    with pytest.raises(InvalidImage, match="up to 10 MB"):
        process_image(BytesIO(b""), MAX_FILE_BYTES + 1)


def test_a_broken_colour_profile_is_ignored() -> None:
    """A profile that is broken is left out, and the picture shown as it is."""
    assert near(opened(drawn(make_image(icc_profile=b"nonsense")).files[640]).getpixel((5, 5)), RED)
