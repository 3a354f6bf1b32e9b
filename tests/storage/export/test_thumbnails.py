"""Smaller sizes of images: what is made, and of what nothing is."""

from __future__ import annotations

import builtins
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from scraper.model.images import IMAGE_TYPES, media_type_of, size_of
from storage.export.thumbnails import scaled
from tests.cli.test_images import png


def picture(kind: str, size: tuple[int, int] = (600, 300), mode: str = "RGB", **more: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, 90 if mode in "LP" else (200, 80, 40, 90)[: len(mode)]).save(
        out, kind.partition("/")[2].upper(), **more
    )
    return out.getvalue()


@pytest.mark.parametrize("kind", IMAGE_TYPES)
def test_each_kind_is_made_smaller(kind: str) -> None:
    made = scaled(picture(kind), kind, 200)
    assert made is not None
    assert media_type_of(made) == "image/jpeg"
    assert size_of(made) == (200, 100)


@pytest.mark.parametrize("kind", IMAGE_TYPES)
def test_the_head_tells_the_size(kind: str) -> None:
    assert size_of(picture(kind)) == (None if kind == "image/avif" else (600, 300))


def test_what_is_see_through_stays_so() -> None:
    made = scaled(picture("image/png", mode="RGBA"), "image/png", 200)
    assert made is not None
    assert media_type_of(made) == "image/png"
    with Image.open(BytesIO(made)) as image:
        assert image.mode == "RGBA"


def test_it_stands_upright_and_tells_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "taken at the pier by Ada"
    made = scaled(picture("image/jpeg", exif=exif), "image/jpeg", 100)
    assert made is not None
    assert size_of(made) == (100, 200)
    assert b"Ada" not in made
    noted = PngImagePlugin.PngInfo()
    noted.add_text("Author", "Ada Pier")
    made = scaled(picture("image/png", mode="RGBA", pnginfo=noted), "image/png", 100)
    assert made is not None
    assert b"Ada" not in made


def test_of_these_the_image_itself_is_shown() -> None:
    wide = picture("image/png")
    assert scaled(wide, "image/png", 600) is None, "it is no wider"
    assert scaled(wide, "image/jpeg", 200) is None, "it is another type than that"
    assert scaled(wide, "image/svg+xml", 200) is None
    assert scaled(b"<svg/>", "image/svg+xml", 200) is None
    assert scaled(b"", "image/png", 200) is None
    assert scaled(wide, "image/png", 0) is None
    assert scaled(wide, "image/png", 10**9) is None
    assert scaled(wide + bytes(5_000_000), "image/png", 200) is None


def test_a_bomb_is_not_decoded() -> None:
    bomb = png(9_000, 8_000)
    assert len(bomb) < 200_000
    assert scaled(bomb, "image/png", 200) is None


def test_a_head_that_lies_is_damage() -> None:
    small = png(3_000, 10)
    lying = small.replace((3_000).to_bytes(4, "big"), (6_999).to_bytes(4, "big"), 1)
    assert scaled(lying, "image/png", 200) is None


@given(st.sampled_from(IMAGE_TYPES), st.data())
def test_damage_never_raises(kind: str, data: st.DataObject) -> None:
    body = bytearray(picture(kind, (64, 48)))
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(body[: data.draw(st.integers(0, len(body)))])
    for one in (bytes(body), cut):
        size_of(one)
        made = scaled(one, kind, 16)
        assert made is None or size_of(made)


@given(st.binary(max_size=64), st.sampled_from([b"", b"\xff\xd8\xff", b"\0\0\0\x40ftyp", b"RIFF"]))
def test_any_bytes_are_told(tail: bytes, head: bytes) -> None:
    assert media_type_of(head + tail) in (*IMAGE_TYPES, None)
    size_of(head + tail)


def test_without_pillow_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **others: Any) -> Any:
        if name.partition(".")[0] == "PIL":
            raise ImportError(name)
        return real(name, *more, **others)

    monkeypatch.setattr(builtins, "__import__", without)
    assert scaled(picture_of_before, "image/png", 200) is None


picture_of_before = picture("image/png")
