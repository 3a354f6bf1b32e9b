"""Stored pages: one each, small beside others of their host, and never without what they need."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate

import pytest
from sqlalchemy import Engine, select, update

from scraper.errors import StorageError
from scraper.model.types import Response
from storage import compression
from storage.archive import Archive
from storage.database.engine import reading, writing
from storage.integrity.verify import verify
from storage.maintenance.retention import forget, prune, survey
from storage.models import ReferencePage, Snapshot, Version
from storage.reading.library import Library
from storage.snapshots import _cache, load_payload
from tests.storage.makers import (
    BY_HAND,
    LATER,
    LONG,
    NOW,
    make_article,
    make_capture,
    make_response,
)

LARGEST = 15_000
"""Bytes that a page of a host may take."""
OLD, NEW, DENSE = "old", "new", "dense"
HOST = "https://www.a.example"


@cache
def design(name: str, size: int = 100_000) -> str:
    """A template as large as real ones: what a site's pages share. A ``dense`` one says the same
    over and over."""
    chance = random.Random(name)
    names = ["".join(chance.choices("abcdefghijklmnop", k=8)) for _ in range(1500)]
    if name == DENSE:
        names = names[:60]
    weights = [*accumulate(1 / (rank + 2) for rank in range(len(names)))]
    parts, length = [], 0
    while length < size:
        one, two, three = chance.choices(names, cum_weights=weights, k=3)
        parts.append(f'<div class="{one} {one}__{two}"><a href="/{two}">{three}</a></div>\n')
        length += len(parts[-1])
    return "".join(parts)


def text(number: int) -> str:
    return f"{LONG} " + " ".join(f"{number}of{word}" for word in range(200))


def page(number: int, name: str = OLD) -> bytes:
    """A page with some 2 kB of its own in a template."""
    chance = random.Random(number)
    token = f"{chance.getrandbits(256):x}"
    return f"<html {token}>{design(name)}<p>{text(number)}</p>{token[::-1]}".encode()


def save(
    engine: Engine, number: int, body: bytes, host: str = HOST, at: datetime = NOW
) -> int | None:
    capture = make_capture(f"{host}/{number}", make_article(text(number)), body=body)
    return Archive(engine).save(capture, BY_HAND, at).article_id


def rows(engine: Engine) -> Sequence[Snapshot]:
    with reading(engine) as session:
        return session.scalars(select(Snapshot).order_by(Snapshot.id)).all()


def payloads(engine: Engine) -> list[bytes]:
    with reading(engine) as session:
        found = session.scalars(select(Snapshot).order_by(Snapshot.id))
        return [load_payload(session, one) for one in found if one.pruned_at is None]


def reference_of(engine: Engine) -> int | None:
    with reading(engine) as session:
        return session.scalar(select(ReferencePage.snapshot_id))


def set_age(engine: Engine, snapshot_id: int, days: int) -> None:
    with writing(engine) as session:
        old = {"fetched_at": NOW - timedelta(days=days)}
        session.execute(update(Snapshot).where(Snapshot.id == snapshot_id).values(**old))


def test_pages_of_a_host_are_small_beside_the_first(engine: Engine) -> None:
    bodies = [page(number) for number in range(8)]
    for number, body in enumerate(bodies):
        save(engine, number, body)
    first, *others = rows(engine)
    assert first.reference_id is None
    assert {one.reference_id for one in others} == {first.id}
    assert max(one.stored_size for one in others) <= LARGEST
    assert payloads(engine) == bodies
    assert verify(engine, LATER).total == 0


def test_hosts_do_not_share_a_reference(engine: Engine) -> None:
    save(engine, 1, page(1))
    save(engine, 2, page(2), host="https://www.b.example")
    assert [one.reference_id for one in rows(engine)] == [None, None]


@pytest.mark.parametrize("redesigned", [NEW, DENSE])
def test_a_redesign_brings_another_reference(engine: Engine, redesigned: str) -> None:
    for number in range(60):
        save(engine, number, page(number, OLD if number < 30 else redesigned))
    found = rows(engine)
    assert reference_of(engine) != found[0].id
    sizes = [one.stored_size for one in found]
    alone = len(compression.pack(page(60, redesigned)))
    large = [at for at, size in enumerate(sizes) if size > 0.7 * alone and at >= 30]
    assert large[0] == 30
    assert len(large) <= 8, "the old reference was kept for too long"
    assert max(sizes[large[-1] + 1 :]) <= LARGEST
    assert payloads(engine) == [page(n, OLD if n < 30 else redesigned) for n in range(60)]


def test_a_page_that_looks_otherwise_now_and_then_changes_nothing(engine: Engine) -> None:
    for number in range(20):
        save(engine, number, page(number, NEW if number % 4 == 3 else OLD))
    assert reference_of(engine) == rows(engine)[0].id


def test_the_same_payload_is_stored_once(engine: Engine) -> None:
    save(engine, 1, page(1))
    save(engine, 1, page(1), at=LATER)
    save(engine, 2, page(1), host="https://www.b.example")
    assert len(rows(engine)) == 1


RUSSIAN, OTHERS = "text/html; charset=windows-1251", "text/html; charset=koi8-r"
SAME = page(1)


def bring(
    engine: Engine, host: str, content_type: str, parts: tuple[Response, ...] = ()
) -> int | None:
    """The same bytes as of another host, with headers of its own."""
    capture = make_capture(f"{host}/1", make_article(f"{text(1)} {content_type}"), body=SAME)
    assert capture.response is not None
    headers = (("Content-Type", content_type), ("X-Robots-Tag", host))
    response = replace(capture.response, headers=headers)
    capture = replace(capture, response=response, parts=parts)
    return Archive(engine).save(capture, BY_HAND, NOW).article_id


@pytest.mark.parametrize("pruned", [False, True])
def test_the_same_payload_is_read_as_it_came_at_each_address(engine: Engine, pruned: bool) -> None:
    """Or whoever serves a paper's bytes first says in which encoding the paper is read."""
    other = bring(engine, "https://www.b.example", OTHERS)
    if pruned:
        prune(engine, NOW + timedelta(days=1), LATER)
    mine = bring(engine, HOST, RUSSIAN)
    for article_id, content_type, host in (
        (other, OTHERS, "https://www.b.example"),
        (mine, RUSSIAN, HOST),
    ):
        assert article_id is not None
        answer = Library(engine).load_response(article_id)
        assert answer is not None
        assert answer.body == SAME
        assert answer.header("content-type") == content_type
        assert answer.header("x-robots-tag") == host
    assert len(rows(engine)) == 1
    assert verify(engine, LATER).damage == []


def test_so_are_further_pages(engine: Engine) -> None:
    for host, content_type in (("https://www.b.example", OTHERS), (HOST, RUSSIAN)):
        part = make_response(f"{host}/1?page=2", b"<p>the end")
        part = replace(part, headers=(("Content-Type", content_type),))
        bring(engine, host, content_type, (part,))
    stored = Archive(engine).load_stale(f"{HOST}/1", "2")
    assert stored is not None
    assert [one.header("content-type") for one in stored.parts] == [RUSSIAN]
    assert verify(engine, LATER).damage == []


def test_what_came_with_it_is_proven(engine: Engine) -> None:
    bring(engine, "https://www.b.example", OTHERS)
    bring(engine, HOST, RUSSIAN)
    forged = {"status": 200, "headers": [["Content-Type", OTHERS]]}
    with writing(engine) as session:
        here = update(Version).where(Version.answer.is_not(None))
        session.execute(here.values(answer=forged))
    assert [one.what for one in verify(engine, LATER).damage] == ["version 2 (of article 2)"]


def test_a_page_of_more_than_a_megabyte_is_stored_and_no_reference(engine: Engine) -> None:
    bodies = [page(1) + random.Random(1).randbytes(1_200_000), page(2), page(3) + b"x" * 1_200_000]
    for number, body in enumerate(bodies):
        save(engine, number, body)
    found = rows(engine)
    assert reference_of(engine) == found[1].id
    assert [one.reference_id for one in found] == [None, None, found[1].id]
    assert payloads(engine) == bodies


def test_a_pruned_page_that_comes_again_is_stored_again(engine: Engine) -> None:
    for number in range(2):
        save(engine, number, page(number))
    prune(engine, NOW + timedelta(days=1), LATER)
    assert [one.body for one in rows(engine)] == [b"", b""]
    edited = make_article(f"{text(1)} and a correction")
    Archive(engine).save(make_capture(f"{HOST}/1", edited, body=page(1)), BY_HAND, LATER)
    found = rows(engine)
    assert [one.pruned_at is None for one in found] == [False, True]
    assert payloads(engine) == [page(1)]
    assert verify(engine, LATER).total == 0


def test_a_reference_outlives_its_time_while_a_page_needs_it(engine: Engine) -> None:
    for number in range(4):
        save(engine, number, page(number))
    before = NOW - timedelta(days=10)
    for snapshot in rows(engine)[:3]:
        set_age(engine, snapshot.id, 20)
    assert survey(engine, before).needed == 1
    pruned = prune(engine, before, LATER)
    assert (pruned.snapshots, pruned.needed) == (2, 1)
    assert payloads(engine) == [page(0), page(3)]
    set_age(engine, rows(engine)[3].id, 20)
    assert prune(engine, before, LATER).snapshots == 2
    assert reference_of(engine) is None
    save(engine, 9, page(9))
    assert payloads(engine) == [page(9)]


def test_a_reference_whose_article_is_forgotten_leaves_the_others_whole(engine: Engine) -> None:
    article = save(engine, 0, page(0))
    for number in (1, 2):
        save(engine, number, page(number))
    assert article is not None
    forget(engine, article, LATER)
    assert payloads(engine) == [page(1), page(2)]
    assert [one.reference_id for one in rows(engine)] == [None, None]
    assert verify(engine, LATER).total == 0


class TestDamagedReference:
    @pytest.fixture(autouse=True)
    def damaged(self, engine: Engine) -> int:
        for number in range(3):
            save(engine, number, page(number))
        first = rows(engine)[0]
        broken = bytearray(first.body)
        broken[len(broken) // 2] ^= 0xFF
        with writing(engine) as session:
            changed = update(Snapshot).where(Snapshot.id == first.id)
            session.execute(changed.values(body=bytes(broken)))
        _cache.clear()  # as in a process that has not read it
        return first.id

    def test_it_is_named(self, engine: Engine) -> None:
        with (
            reading(engine) as session,
            pytest.raises(StorageError, match=rf"{HOST}/0 is damaged .*restore a backup"),
        ):
            load_payload(session, session.get_one(Snapshot, rows(engine)[1].id))
        assert f"snapshot {rows(engine)[0].id}" in [
            one.what for one in verify(engine, LATER).damage
        ]

    def test_what_comes_later_does_not_depend_on_it(self, engine: Engine, damaged: int) -> None:
        save(engine, 7, page(7))
        save(engine, 8, page(8))
        *_, later, last = rows(engine)
        assert (later.reference_id, last.reference_id) == (None, later.id)
        assert reference_of(engine) == later.id
        with reading(engine) as session:
            assert load_payload(session, session.get_one(Snapshot, last.id)) == page(8)
