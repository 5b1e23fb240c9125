"""What comes in as a photo: shrunk, turned upright, without what the camera wrote; and what is refused."""

import io

import pytest
from PIL import Image

from desktop.core import pictures
from desktop.core.errors import Refused
from tests.features.attachments.pictures_maker import PDF, drawing, photo


def test_a_photo_is_made_small_and_upright_and_tells_no_place() -> None:
    original = photo()
    made = pictures.prepare(original)
    assert made.kind == pictures.JPEG
    with Image.open(io.BytesIO(made.small)) as image:
        assert image.size == (1200, 1600)
        assert not image.getexif()
    assert b"CANARYPHONE" in original
    assert b"CANARYPHONE" not in made.small + made.thumb
    assert (made.taken.at, made.taken.place) == ("2026-11-20 09:31", "37.3836, 118.0208")
    assert 0 < len(made.thumb) <= 8 * 1024
    assert len(made.small) < len(original)


def test_a_picture_from_the_clipboard_and_a_pdf() -> None:
    assert pictures.prepare(drawing()).kind == pictures.JPEG
    made = pictures.prepare(PDF)
    assert (made.kind, made.small, made.thumb) == (pictures.PDF, PDF, b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00" + bytes(100),
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(50),
        photo()[:2000],
        b"\x89PNG\r\n\x1a\n" + bytes(300),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        pictures.prepare(content)
    assert refused.value.problems[0].sentence
    assert not pictures.is_ours(content)


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked() -> None:
    target = io.BytesIO()
    Image.new("1", (16_000, 16_000)).save(target, "PNG")
    assert len(target.getvalue()) < 1_000_000
    with pytest.raises(Refused) as refused:
        pictures.prepare(target.getvalue())
    assert refused.value.problems[0].code == "file.pixels"
    assert not pictures.is_ours(target.getvalue())


def test_what_travels_is_bare_and_nothing_is_hidden_behind_it() -> None:
    small, thumb = (made := pictures.prepare(photo())).small, made.thumb
    assert pictures.is_ours(small)
    assert pictures.is_ours(thumb)
    assert pictures.is_ours(PDF)
    assert not pictures.is_ours(photo())  # tells where it was taken
    assert not pictures.is_ours(drawing())
    assert not pictures.is_ours(small + b"PK\x03\x04 a zip behind a picture")
    assert not pictures.is_ours(small[:2] + b"\xff\xfe\x00\x11<script>x</scr" + small[2:])
    assert not pictures.is_ours(small[:-2])
    assert not pictures.is_ours(b"%PDF-" + bytes(5000))
