"""Where an article's versions go, its lead images go."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, select

from scraper.model.types import ImageCapture
from storage.archive import Archive
from storage.database.engine import reading, writing
from storage.images import MAX_TRIES, SHARED_FOR
from storage.integrity.verify import verify
from storage.models import Image, Snapshot
from storage.reading.images import load_image
from storage.saving.versions import absorb
from tests.storage.makers import (
    BY_HAND,
    LATER,
    LONG,
    NOW,
    make_article,
    make_capture,
    make_response,
)

PNG = b"\x89PNG\r\n\x1a\n"
A, B = "https://img.example/a.png", "https://img.example/b.png"


def filed(archive: Archive, number: int, image: str | None, words: str = "") -> int:
    article = make_article(f"{LONG} {number}. {words}", image_url=image)
    capture = make_capture(f"https://a.example/{number}", article)
    article_id = archive.save(capture, BY_HAND, NOW).article_id
    assert article_id is not None
    return article_id


def give(archive: Archive, article_id: int, url: str, body: bytes) -> None:
    archive.save_image(ImageCapture(article_id, url, NOW, make_response(url, body)), NOW)


def bodies(engine: Engine) -> int:
    """Stored images."""
    with reading(engine) as session:
        return len(session.scalars(select(Snapshot.id).where(Snapshot.url.like("%img%"))).all())


def test_what_is_absorbed_brings_what_the_article_lacks(archive: Archive, engine: Engine) -> None:
    one, other = filed(archive, 1, A), filed(archive, 2, A)
    give(archive, one, A, PNG + b"1")
    give(archive, other, A, PNG + b"2")
    assert bodies(engine) == 2
    with writing(engine) as session:
        absorb(session, other, one, LATER)
    assert bodies(engine) == 1, "the article has one for that address, and keeps it"
    image = load_image(engine, one)
    assert image is not None
    assert image.body == PNG + b"1"
    third = filed(archive, 3, B)
    give(archive, third, B, PNG + b"3")
    with writing(engine) as session:
        absorb(session, third, one, LATER)
    with reading(engine) as session:
        rows = session.execute(select(Image.article_id, Image.url).order_by(Image.url)).all()
    assert [tuple(row) for row in rows] == [(one, A), (one, B)]
    damage = [one for one in verify(engine, LATER).damage if "image" in str(one)]
    assert damage == []


def test_an_image_is_wanted_until_it_is_there(archive: Archive, engine: Engine) -> None:
    one = filed(archive, 1, A)
    assert filed(archive, 2, None) == 2
    assert archive.load_wanted_image(2, NOW) is None
    for _ in range(MAX_TRIES):
        assert archive.load_wanted_image(one, NOW) == A
        assert archive.save_image(ImageCapture(one, A, NOW, problem="timeout"), NOW) == 0
    assert archive.load_wanted_image(one, NOW) is None
    two = filed(archive, 3, A)
    assert archive.load_wanted_image(two, NOW) == A, "another article may have it"
    give(archive, two, A, PNG)
    assert load_image(engine, two) is not None
    four = filed(archive, 4, A)
    assert archive.load_wanted_image(four, NOW + SHARED_FOR) == A, "it may have changed since"
    assert archive.load_wanted_image(four, NOW + SHARED_FOR - timedelta(seconds=1)) is None
    assert load_image(engine, four) is not None
    assert not verify(engine, LATER).damage


def test_another_address_of_a_new_version_is_asked_for(archive: Archive, engine: Engine) -> None:
    one = filed(archive, 1, A)
    give(archive, one, A, PNG + b"1")
    assert archive.load_wanted_image(one, NOW) is None
    assert filed(archive, 1, B, "And a correction.") == one
    assert load_image(engine, one) is None, "it came with another text"
    assert archive.load_wanted_image(one, NOW) == B
    give(archive, one, B, PNG + b"2")
    image = load_image(engine, one)
    assert image is not None
    assert image.url == B
    assert filed(archive, 1, "https://img.example/" + "x" * 3_000, "And another one.") == one
    assert archive.load_wanted_image(one, NOW) is None, "too long to be a key"


def test_of_two_that_ask_at_once_the_first_stays(archive: Archive, engine: Engine) -> None:
    one = filed(archive, 1, A)
    give(archive, one, A, PNG + b"1")
    give(archive, one, A, PNG + b"2")
    image = load_image(engine, one)
    assert image is not None
    assert image.body == PNG + b"1"
    assert bodies(engine) == 1
    assert not verify(engine, LATER).damage


def test_of_an_article_that_is_gone_nothing_is_stored(archive: Archive, engine: Engine) -> None:
    assert archive.save_image(ImageCapture(99, A, NOW, make_response(A, PNG)), NOW) == 0
    assert bodies(engine) == 0
