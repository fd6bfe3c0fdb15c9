"""Photos: what is taken and refused, exact limits, nothing left of place and text, upright."""

import io
import struct
import zlib

import pytest
from django.utils import translation
from PIL import Image, ImageCms, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

from registry.photos import Photo, PhotoRefused, reencode

LIMITS = {"max_bytes": 1_000_000, "max_pixels": 1_000_000}
SECRET = "Gampong-Rahasia-9001"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>{SECRET}</dc:creator></x:xmpmeta>'.encode()
RED, GREEN, BLUE, WHITE = (254, 0, 0), (0, 255, 1), (0, 0, 254), (255, 255, 255)


def quarters(size: tuple[int, int] = (80, 40), mode: str = "RGB") -> Image.Image:
    """Red above left, green above right, blue below left, white below right."""
    image = Image.new("RGB", size, "white")
    half = (size[0] // 2, size[1] // 2)
    image.paste(RED, (0, 0, *half))
    image.paste(GREEN, (half[0], 0, size[0], half[1]))
    image.paste(BLUE, (0, half[1], half[0], size[1]))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    label = Image.Exif()
    label[0x0112] = orientation
    label[0x010F] = SECRET
    label[0x010E] = SECRET
    gps = label.get_ifd(0x8825)
    gps.update({1: "N", 2: (IFDRational(5), IFDRational(12), IFDRational(9001, 1000)), 3: "E", 4: (96.0, 42.0, 1.5), 29: SECRET})
    return label


def decoded(photo: Photo) -> Image.Image:
    image = Image.open(io.BytesIO(photo.bytes), formats=["WEBP"])
    image.load()
    return image


def colours(photo: Photo) -> list[str]:
    """Names of the colours of the four quarters, as they are read."""
    image = decoded(photo).convert("RGB")
    width, height = image.size
    spots = [(width // 4, height // 4), (3 * width // 4, height // 4), (width // 4, 3 * height // 4), (3 * width // 4, 3 * height // 4)]
    known = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE, "black": (0, 0, 0)}

    def name(pixel: tuple[int, ...]) -> str:
        return min(known, key=lambda word: sum((a - b) ** 2 for a, b in zip(known[word], pixel, strict=True)))

    return [name(image.getpixel(spot)) for spot in spots]


UPRIGHT = ["red", "green", "blue", "white"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_formats_become_webp(kind):
    photo = reencode(saved(quarters(), kind), **LIMITS)
    assert (photo.width, photo.height, photo.content_type) == (80, 40, "image/webp")
    assert (decoded(photo).size, decoded(photo).mode) == ((80, 40), "RGB")
    assert colours(photo) == UPRIGHT


@pytest.mark.parametrize(
    "mode, kind", [("L", "JPEG"), ("CMYK", "JPEG"), ("1", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("I;16", "PNG"), ("RGBA", "WEBP")]
)
def test_every_mode_becomes_plain_colour(mode, kind):
    photo = reencode(saved(Image.new("L", (30, 20)).convert(mode), kind), **LIMITS)
    assert (photo.width, photo.height, decoded(photo).mode, colours(photo)) == (30, 20, "RGB", ["black"] * 4)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparent_parts_become_white(kind):
    image = quarters(mode="RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 40, 20))
    assert colours(reencode(saved(image, kind), **LIMITS)) == ["white", *UPRIGHT[1:]]


def test_transparent_palette_colour_becomes_white():
    image = Image.new("P", (20, 20), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    assert colours(reencode(saved(image, "PNG", transparency=0), **LIMITS)) == ["white"] * 4


def planted(kind: str) -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, object] = {"exif": exif(), "icc_profile": profile}
    if kind == "JPEG":
        options |= {"comment": SECRET, "xmp": XMP}
    elif kind == "WEBP":
        options |= {"xmp": XMP}
    else:
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", SECRET)
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options |= {"pnginfo": text}
    return saved(quarters(), kind, **options)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_planted_place_and_text_are_gone(kind):
    data = planted(kind)
    before = Image.open(io.BytesIO(data))
    assert before.getexif().get_ifd(0x8825)[29] == SECRET
    assert SECRET.encode() in data
    assert before.info["icc_profile"]

    photo = reencode(data, **LIMITS)
    after = decoded(photo)
    assert dict(after.getexif()) == {}
    assert dict(after.getexif().get_ifd(0x8825)) == {}
    assert {"exif", "xmp", "icc_profile", "comment"} & {key for key, value in after.info.items() if value} == set()
    assert not any(word in photo.bytes for word in (SECRET.encode(), b"Exif", b"EXIF", b"XMP ", b"ICCP", b"adobe"))
    assert chunks(photo.bytes) == ["VP8 "]


def chunks(webp: bytes) -> list[str]:
    found, place = [], 12
    while place < len(webp):
        length = struct.unpack_from("<I", webp, place + 4)[0]
        found.append(webp[place : place + 4].decode())
        place += 8 + length + length % 2
    return found


def test_bytes_after_the_picture_are_gone():
    photo = reencode(saved(quarters(), "JPEG") + SECRET.encode() * 10, **LIMITS)
    assert SECRET.encode() not in photo.bytes


# What a viewer must do to a stored picture, as the EXIF standard lists it (row 0 is at ..., column 0 is at ...), undone by hand.
STORED = {
    1: ["red", "green", "blue", "white"],
    2: ["green", "red", "white", "blue"],
    3: ["white", "blue", "green", "red"],
    4: ["blue", "white", "red", "green"],
    5: ["red", "blue", "green", "white"],
    6: ["green", "white", "red", "blue"],
    7: ["white", "green", "blue", "red"],
    8: ["blue", "red", "white", "green"],
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", STORED)
def test_orientation(orientation, kind):
    """The stored quarters are laid out so that the picture, turned as the label says, is upright and 80 x 40."""
    size = (40, 80) if orientation >= 5 else (80, 40)
    stored = Image.new("RGB", size)
    width, height = size[0] // 2, size[1] // 2
    named = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}
    for place, colour in enumerate(STORED[orientation]):
        stored.paste(named[colour], (place % 2 * width, place // 2 * height, (place % 2 + 1) * width, (place // 2 + 1) * height))
    photo = reencode(saved(stored, kind, exif=exif(orientation)), **LIMITS)
    assert ((photo.width, photo.height), decoded(photo).size) == ((80, 40), (80, 40))
    assert colours(photo) == UPRIGHT


@pytest.mark.parametrize("label", [b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0nonsense", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"])
def test_a_damaged_label_leaves_the_picture_as_it_is(label):
    assert colours(reencode(saved(quarters(), "JPEG", exif=label), **LIMITS)) == UPRIGHT


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_unknown_orientation_leaves_the_picture_as_it_is(orientation):
    assert colours(reencode(saved(quarters(), "JPEG", exif=exif(orientation)), **LIMITS)) == UPRIGHT


def test_byte_limit_is_exact():
    data = saved(quarters(), "PNG")
    assert reencode(data, max_bytes=len(data), max_pixels=10_000).width == 80
    with pytest.raises(PhotoRefused, match="berukuran"):
        reencode(data, max_bytes=len(data) - 1, max_pixels=10_000)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pixel_limit_is_exact(kind):
    data = saved(quarters(), kind)
    assert reencode(data, max_bytes=10**6, max_pixels=80 * 40).width == 80
    with pytest.raises(PhotoRefused, match="80 × 40 titik"):
        reencode(data, max_bytes=10**6, max_pixels=80 * 40 - 1)


@pytest.mark.parametrize(
    "size, becomes",
    [((100, 50), (100, 50)), ((101, 50), (100, 50)), ((400, 200), (100, 50)), ((200, 400), (50, 100)), ((10, 5), (10, 5)),
     ((1, 300), (1, 100)), ((3000, 2), (100, 1))],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_longest_side(size, becomes, kind):
    photo = reencode(saved(quarters(size), kind), **LIMITS, max_side=100)
    assert abs(photo.width - becomes[0]) <= 1 and abs(photo.height - becomes[1]) <= 1
    assert max(photo.width, photo.height) == max(becomes)
    assert decoded(photo).size == (photo.width, photo.height)


def test_longest_side_is_1600_by_itself():
    photo = reencode(saved(quarters((2000, 400)), "JPEG"), **LIMITS)
    assert (photo.width, photo.height) == (1600, 320)


def test_only_the_first_picture_of_an_animation_is_kept():
    other = Image.new("RGB", (80, 40), "black")
    photo = reencode(saved(quarters(), "WEBP", save_all=True, append_images=[other], duration=100), **LIMITS)
    assert (colours(photo), getattr(decoded(photo), "n_frames", 1)) == (UPRIGHT, 1)


def png_head(width: int, height: int) -> bytes:
    """A PNG of some hundred bytes whose head promises any size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [1_001, 9_500, 14_000, 60_000, 2**31 - 1])
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_head(side):
    with pytest.raises(PhotoRefused, match="titik"):
        reencode(png_head(side, side), **LIMITS)


def test_a_text_that_inflates_is_refused():
    bomb = PngImagePlugin.PngInfo()
    bomb.add_text("Comment", "A" * 5_000_000, zip=True)
    data = saved(quarters(), "PNG", pnginfo=bomb)
    assert len(data) < 10_000
    with pytest.raises(PhotoRefused):
        reencode(data, **LIMITS)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data",
    [SVG, saved(quarters(), "GIF"), saved(quarters(), "PDF"), saved(quarters(), "TIFF"), saved(quarters(), "BMP"), saved(quarters(), "ICO"),
     b"PK\x03\x04 xlsx", b"<html>", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBP", b"\0" * 100, b"x"],
    ids=["SVG", "GIF", "PDF", "TIFF", "BMP", "ICO", "ZIP", "HTML", "JPEG mark", "PNG mark", "WEBP mark", "zeros", "one byte"],
)  # fmt: skip
def test_what_is_no_photo(data):
    with pytest.raises(PhotoRefused) as refusal:
        reencode(data, **LIMITS)
    assert str(refusal.value) == "Berkas ini bukan foto yang dapat dibaca. Yang diterima: JPEG, PNG, atau WebP."


def test_empty():
    with pytest.raises(PhotoRefused, match="kosong"):
        reencode(b"", **LIMITS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_truncated_anywhere(kind):
    noise = Image.effect_noise((120, 90), 80).convert("RGB")
    data = saved(noise, kind)
    for part in range(1, 20):
        with pytest.raises(PhotoRefused):
            reencode(data[: len(data) * part // 20], **LIMITS)
    assert reencode(data, **LIMITS).width == 120


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_damage_gives_a_photo_or_a_refusal_and_nothing_else(kind):
    data = saved(quarters(), kind, exif=exif(6))
    for place in range(0, len(data), 3):
        try:
            reencode(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :], **LIMITS)
        except PhotoRefused as refusal:
            assert str(refusal)


def test_sentences_name_the_limit_in_indonesian():
    with translation.override("id"):
        with pytest.raises(PhotoRefused) as too_heavy:
            reencode(bytes(11 * 1024 * 1024), max_bytes=10 * 1024 * 1024, max_pixels=40_000_000)
        with pytest.raises(PhotoRefused) as too_wide:
            reencode(png_head(8_000, 6_000), max_bytes=10**7, max_pixels=40_000_000)
        with pytest.raises(PhotoRefused) as bomb:
            reencode(png_head(60_000, 60_000), max_bytes=10**7, max_pixels=40_000_000)
        assert str(too_heavy.value).replace("\u00a0", " ") == (
            "Foto ini berukuran 11,0 MB, sedangkan batasnya 10,0 MB. Silakan kecilkan dulu atau ambil dengan mutu lebih rendah."
        )
        assert (
            str(too_wide.value)
            == "Foto ini terlalu besar: 8000 × 6000 titik, sedangkan batasnya 40.000.000 titik. Silakan kecilkan dulu fotonya."
        )
        assert str(bomb.value) == "Foto ini terlalu besar: batasnya 40.000.000 titik. Silakan kecilkan dulu fotonya."
        assert too_wide.value.message % too_wide.value.params == str(too_wide.value)
