"""Uploaded photos are decoded and written anew: what leaves here is a plain picture without place, device, text or profile."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from PIL import Image

FORMATS = ("JPEG", "PNG", "WEBP")
CONTENT_TYPE = "image/webp"
QUALITY = 80
# WebP cannot be wider or higher.
LARGEST_SIDE = 16_383

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# The modes that can be made smaller as they are; palettes and single bits must become colours first.
_SCALABLE = {"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"}


class PhotoRefused(Exception):
    """The upload is no photo we take. `message` is a lazy sentence for the person who sent it, `params` what it names."""

    def __init__(self, message: Any, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, params)
        self.message = message
        self.params = dict(params or {})

    def __str__(self) -> str:
        return str(self.message) % self.params


@dataclass(frozen=True)
class Photo:
    """The picture as it is to be kept, upright."""

    bytes: bytes
    width: int
    height: int
    content_type: str = CONTENT_TYPE


def reencode(data: bytes, *, max_bytes: int, max_pixels: int, max_side: int = 1600) -> Photo:
    """Decode a JPEG, PNG or WebP (judged by content, not by name), turn it upright, fit it into max_side, write it as WebP.

    Limits are inclusive: max_bytes of the upload, max_pixels (width x height) before decoding; max_side at most 16,383.
    Transparent parts become white; of an animation the first picture is kept. Colour profiles are dropped, not applied.
    Raises PhotoRefused.
    """
    if not data:
        raise PhotoRefused(_("Berkas foto ini kosong. Silakan pilih atau ambil fotonya lagi."))
    if len(data) > max_bytes:
        raise PhotoRefused(
            _("Foto ini berukuran %(size)s, sedangkan batasnya %(limit)s. Silakan kecilkan dulu atau ambil dengan mutu lebih rendah."),
            {"size": filesizeformat(len(data)), "limit": filesizeformat(max_bytes)},
        )
    image = _opened(data, max_pixels)
    # Pillow's decoders fail on hostile or damaged files with a dozen kinds of exception; each of them means the same here.
    try:
        return _written(_upright(image, min(max_side, LARGEST_SIDE)))
    except Exception as fault:
        raise PhotoRefused(_("Foto ini rusak atau terpotong. Silakan ambil atau kirim fotonya lagi.")) from fault


def _opened(data: bytes, max_pixels: int) -> Image.Image:
    """The picture with only its head read. Raises PhotoRefused."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    # Pillow's own limit, above ours: the head says so many pixels that it does not even give us the size.
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise PhotoRefused(
            _("Foto ini terlalu besar: batasnya %(limit)s titik. Silakan kecilkan dulu fotonya."), {"limit": _grouped(max_pixels)}
        ) from fault
    except Exception as fault:
        raise PhotoRefused(_("Berkas ini bukan foto yang dapat dibaca. Yang diterima: JPEG, PNG, atau WebP.")) from fault
    if image.width * image.height > max_pixels:
        raise PhotoRefused(
            _("Foto ini terlalu besar: %(width)s × %(height)s titik, sedangkan batasnya %(limit)s titik. Silakan kecilkan dulu fotonya."),
            {"width": image.width, "height": image.height, "limit": _grouped(max_pixels)},
        )
    return image


def _upright(image: Image.Image, max_side: int) -> Image.Image:
    turn = _TURNS.get(_orientation(image))
    # A JPEG can be decoded at half, quarter or eighth size, which saves most of the memory and time.
    image.draft(None, (max_side, max_side))
    if image.mode not in _SCALABLE:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((max_side, max_side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image.transpose(turn) if turn is not None else image


def _orientation(image: Image.Image) -> int:
    """As EXIF or XMP has it; upright where they cannot be read, for a picture with a damaged label is still a picture."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        return 1


def _written(image: Image.Image) -> Photo:
    # A new picture carries pixels only; saving the opened one would copy its profile and comment.
    clean = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        clean.paste(image, mask=image.getchannel("A"))
    else:
        clean.paste(image.convert("RGB"))
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=QUALITY)
    return Photo(out.getvalue(), clean.width, clean.height)


def _grouped(count: int) -> str:
    return number_format(count, use_l10n=True, force_grouping=True)
