"""Drawn pictures that stand for evidence: a paper with lines, or a house on the ground. Nobody is on them."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (480, 360)
GROUNDS = ("#b9c9bd", "#c8bda8", "#a9bcc6", "#c4b3b3")


@cache
def picture(kind: str, variant: int) -> bytes:
    """A JPEG for an evidence slug."""
    image = Image.new("RGB", SIZE, GROUNDS[variant % len(GROUNDS)])
    draw = ImageDraw.Draw(image)
    (_house if kind.startswith("foto_") and kind != "foto_ktp_atau_kk" else _paper)(draw, variant)
    draw.text((16, SIZE[1] - 28), f"CONTOH  {kind}", fill="#1b2427")
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def _paper(draw: ImageDraw.ImageDraw, variant: int) -> None:
    draw.rectangle((110, 30, 370, 320), fill="#fbfaf5", outline="#737f84", width=2)
    for line in range(9):
        draw.rectangle((135, 60 + 26 * line, 345 - (line * 37 + variant * 23) % 90, 66 + 26 * line), fill="#9aa5a3")


def _house(draw: ImageDraw.ImageDraw, variant: int) -> None:
    draw.rectangle((0, 250, 480, 360), fill="#8c7b5e")
    left = 90 + 20 * (variant % 3)
    draw.rectangle((left, 150, left + 260, 270), fill="#9c6b45")
    draw.polygon([(left - 20, 150), (left + 130, 70), (left + 280, 150)], fill="#6f6a66")
    draw.rectangle((left + 110, 190, left + 155, 270), fill="#5c3a22")
