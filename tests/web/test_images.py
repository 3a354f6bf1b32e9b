"""``/articles/ID/image``: what is stored, as what it is, or made smaller."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from scraper.model.types import ImageCapture
from storage.archive import Archive
from storage.database.engine import open_engine
from tests.storage.makers import BY_HAND, NOW, make_article, make_capture, make_response
from tests.web.rooms import Room, serving

PICTURE = "https://paper.example/lead.png"


def png(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def pictured(tmp_path: Path) -> Iterator[Room]:
    """Article 1 has an image of 2,000 × 1,000; article 2 has none stored."""
    engine = open_engine(tmp_path / "morgue.db")
    archive = Archive(engine)
    for number in (1, 2):
        article = make_article(f"A text of its own {number}.", image_url=PICTURE + "?" * number)
        archive.save(make_capture(f"https://paper.example/{number}", article), BY_HAND, NOW)
    url = PICTURE + "?"
    response = make_response(url, png(2000, 1000))
    archive.save_image(ImageCapture(1, url, NOW, response), NOW)
    engine.dispose()
    with serving(tmp_path / "morgue.db") as room:
        yield room


def test_it_is_given_as_what_it_is(pictured: Room) -> None:
    answer = pictured.get("/articles/1/image")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content == png(2000, 1000)
    again = pictured.get("/articles/1/image", if_none_match=answer.headers["etag"])
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("asked", "wide"), [("240", 240), ("1200", 1200), ("77", 2000), ("x", 2000)]
)
def test_it_is_made_smaller_for_pages(pictured: Room, asked: str, wide: int) -> None:
    answer = pictured.get(f"/articles/1/image?width={asked}")
    assert Image.open(BytesIO(answer.content)).width == wide


def test_pages_show_what_is_stored_and_nothing_else(pictured: Room) -> None:
    front = pictured.get("/").text
    assert 'src="/articles/1/image?width=240"' in front
    assert "/articles/2/image" not in front
    assert 'src="/articles/1/image?width=1200"' in pictured.get("/articles/1").text
    assert "<img" not in pictured.get("/articles/2").text
    assert pictured.get("/articles/2/image").status_code == 404
