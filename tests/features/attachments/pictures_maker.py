"""Photos of nobody: noise with what a camera writes into its files."""

import io
import random

from PIL import Image


def photo(width: int = 2400, height: int = 1800, seed: int = 1, place: bool = True) -> bytes:
    """A JPEG that says when and where it was taken, lying on its side."""
    chance = random.Random(seed)
    small = Image.new("RGB", (48, 36))
    small.putdata([(chance.randrange(256), chance.randrange(256), 90) for _ in range(48 * 36)])
    image = small.resize((width, height))
    exif = Image.Exif()
    exif[0x0132] = "2026:11:20 09:31:00"
    exif[0x0112] = 6
    exif[0x010F] = "CANARYPHONE"
    if place:
        exif[0x8825] = {1: "N", 2: (37.0, 23.0, 1.0), 3: "E", 4: (118.0, 1.0, 15.0)}
    target = io.BytesIO()
    image.save(target, "JPEG", quality=92, exif=exif)
    return target.getvalue()


def drawing() -> bytes:
    """A small PNG, as a clipboard gives it."""
    target = io.BytesIO()
    Image.new("RGBA", (300, 200), (200, 30, 30, 128)).save(target, "PNG")
    return target.getvalue()


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
