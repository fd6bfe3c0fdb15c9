"""Small invented pictures for evidence."""

from functools import cache
from io import BytesIO

from PIL import Image


@cache
def picture(width: int = 32, height: int = 24, shade: int = 90) -> bytes:
    """A plain JPEG."""
    buffer = BytesIO()
    Image.new("RGB", (width, height), (shade, 120, 60)).save(buffer, "JPEG")
    return buffer.getvalue()
