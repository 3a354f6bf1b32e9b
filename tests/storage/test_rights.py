"""What publishers forbid and what was read as a subscriber: how it is kept, and what leaves."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from warcio.archiveiterator import ArchiveIterator

from commands.settings.keys import OBEY
from scraper.model.types import Article, Capture, Outcome, Response, Verdict
from storage.archive import Archive
from storage.contents import version_values
from storage.database.engine import open_engine, reading, writing
from storage.export.web_archive.warc import write_warc
from storage.export.web_archive.warc_source import WarcSource
from storage.frontier.store import Frontier
from storage.maintenance.copying import copy_archive
from storage.models import Article as Card
from storage.models import Fetch, Page, Version
from storage.proof.digests import LATER_COLUMNS, article_digest, version_digest
from storage.proof.entries import seal
from storage.reading.library import Library
from storage.reading.rights import Obey, Reason, Rights
from storage.reextraction.undoing import undo
from storage.text.fingerprint import content_of
from tests.storage.export.makers import EDITION
from tests.storage.integrity.test_proof import change, findings
from tests.storage.makers import (
    BY_HAND,
    LATER,
    LONG,
    NOW,
    make_article,
    make_capture,
    make_rejected,
    make_response,
)
from tests.storage.reextraction.test_reextracting import by_url, reextract

A, B = "https://a.example/story", "https://b.example/story"
EDITED = LONG.replace("word20 ", "WORD20 and a half ")
HOUR = timedelta(hours=1)


def says(
    *directives: str, text: str = LONG, url: str = A, with_credentials: bool = False
) -> Capture:
    """A page that forbids this."""
    capture = make_capture(url, make_article(text, directives=directives))
    assert capture.response is not None
    response = replace(capture.response, with_credentials=with_credentials)
    return replace(capture, response=response)


def not_modified(*directives: str, url: str = A, final: str | None = None) -> Capture:
    answer = make_response(url, b"", final=final, status=304)
    return Capture(url, NOW, answer, directives=directives)


def latest(library: Library, number: int = 1) -> tuple[str, ...]:
    record = library.get(number)
    assert record is not None
    return record.directives


def of_versions(library: Library, number: int = 1) -> list[tuple[str, ...]]:
    return [version.directives for version in library.versions(number)]


def pages_of(engine: Engine, rights: Rights | None = None) -> list[tuple[str, bytes]]:
    """Address and body of each page in a WARC."""
    rights, out = rights or Rights(), io.BytesIO()
    held = WarcSource(engine, rights).stream()
    write_warc([one for one in held if rights.judge(one, of_pages=True) is None], out, EDITION)
    return [
        (one.rec_headers.get_header("WARC-Target-URI"), one.content_stream().read())
        for one in ArchiveIterator(io.BytesIO(out.getvalue()))
        if one.rec_type == "response"
    ]


# --------------------------------------------------------------------- what publishers forbid


def test_it_is_kept_with_the_version(archive: Archive, library: Library, engine: Engine) -> None:
    archive.save(says("noarchive", "tdm-policy: https://a.example/p"), BY_HAND, NOW)
    archive.save(says(url=B, text=EDITED), BY_HAND, NOW)
    assert of_versions(library) == [("noarchive", "tdm-policy: https://a.example/p")]
    assert latest(library) == ("noarchive", "tdm-policy: https://a.example/p")
    assert [one.directives for one in library.list()] == [(), latest(library)]
    assert (of_versions(library, 2), latest(library, 2)) == ([()], ())
    assert findings(engine) == []


def test_another_one_alone_is_no_version_and_holds_from_then_on(
    archive: Archive, library: Library, engine: Engine
) -> None:
    archive.save(says(), BY_HAND, NOW)
    archive.save(says(text=EDITED), BY_HAND, NOW + HOUR)
    assert len(pages_of(engine)) == 2
    decision = archive.save(says("noarchive", text=EDITED), BY_HAND, NOW + 2 * HOUR)
    assert decision.outcome is Outcome.UNCHANGED
    assert of_versions(library) == [(), ()]
    assert latest(library) == ("noarchive",)
    assert pages_of(engine) == []
    assert len(pages_of(engine, Rights(Obey.NOTHING))) == 2
    archive.save(says(text=EDITED), BY_HAND, NOW + 3 * HOUR)
    assert latest(library) == ()
    assert len(pages_of(engine)) == 2
    seal(engine, LATER)
    assert findings(engine) == []


def test_a_304_may_forbid_more(archive: Archive, library: Library, engine: Engine) -> None:
    archive.save(says("noindex"), BY_HAND, NOW)
    archive.save(not_modified(), BY_HAND, NOW + HOUR)
    assert latest(library) == ("noindex",)
    archive.save(not_modified("noarchive", "noindex"), BY_HAND, NOW + 2 * HOUR)
    assert latest(library) == ("noarchive", "noindex")
    assert findings(engine) == []
    for day in (24, 25):
        archive.save(not_modified(f"unavailable_after: {day} Jun 2027"), BY_HAND, NOW + 2 * HOUR)
    assert latest(library) == ("noarchive", "noindex", "unavailable_after: 25 Jun 2027")
    archive.save(says("noindex"), BY_HAND, NOW + 3 * HOUR)
    assert latest(library) == ("noindex",)


def test_only_the_article_s_own_address_says_it(
    archive: Archive, library: Library, engine: Engine
) -> None:
    archive.save(says(), BY_HAND, NOW)
    elsewhere = make_capture(B, make_article(declared_url=A, directives=("noarchive",)))
    archive.save(elsewhere, BY_HAND, NOW + HOUR)
    archive.save(not_modified("noarchive", url=B), BY_HAND, NOW + HOUR)
    archive.save(not_modified("noarchive", url=A, final=B), BY_HAND, NOW + HOUR)
    wall = make_rejected(A, Verdict.LOGIN_WALL)
    assert wall.article is not None
    wall = replace(wall, article=replace(wall.article, directives=("noarchive",)))
    archive.save(wall, BY_HAND, NOW + HOUR)
    assert latest(library) == ()
    assert findings(engine) == []


def test_what_was_recorded_before_does_not_count(archive: Archive, library: Library) -> None:
    archive.save(says(), BY_HAND, NOW)
    early = NOW - timedelta(days=900)
    for text in (LONG, EDITED):
        archive.save(says("noarchive", text=text), BY_HAND, LATER, seen_at=early)
    assert latest(library) == ()
    assert of_versions(library) == [(), ("noarchive",)]


@pytest.mark.parametrize("text", [LONG, EDITED, ""])
def test_a_record_whose_clock_is_ahead_silences_nobody(
    archive: Archive, library: Library, text: str
) -> None:
    archive.save(says(), BY_HAND, NOW)
    ahead = says(text=text) if text else make_rejected(A, Verdict.LOGIN_WALL)
    archive.save(ahead, BY_HAND, NOW + HOUR, seen_at=NOW + 20 * HOUR)
    archive.save(says("noarchive"), BY_HAND, NOW + 2 * HOUR)
    assert latest(library) == ("noarchive",)


def test_a_page_that_is_no_article_says_it_for_itself(archive: Archive, library: Library) -> None:
    page = make_rejected(A, Verdict.LISTING)
    assert page.article is not None
    page = replace(page, article=replace(page.article, directives=("noarchive",)))
    archive.save(page, BY_HAND, NOW)
    assert latest(library) == ("noarchive",)
    archive.save(says("noindex"), BY_HAND, LATER)
    assert latest(library) == ("noindex",)


def test_a_page_kept_beside_goes_by_what_it_says_itself(
    archive: Archive, library: Library, engine: Engine
) -> None:
    archive.save(says(), BY_HAND, NOW)
    short = " ".join(LONG.split()[:40])
    held_back = archive.save(says("noarchive", text=short), BY_HAND, NOW + HOUR)
    assert (held_back.outcome, held_back.reason is not None) == (Outcome.UNCHANGED, True)
    assert latest(library) == ()
    assert len(pages_of(engine)) == 1
    (held,) = WarcSource(engine).stream()
    assert held.left_out == 1
    assert len(pages_of(engine, Rights(Obey.NOTHING))) == 2


def test_before_the_upgrade_nothing_is_known(
    archive: Archive, library: Library, engine: Engine
) -> None:
    archive.save(says("noarchive"), BY_HAND, NOW)
    with writing(engine) as session:
        session.execute(update(Card).values(directives=None))
    assert latest(library) == ("noarchive",), "its version knows"
    with writing(engine) as session:
        session.execute(update(Version).values(directives=None))
    assert latest(library) == ()
    archive.save(not_modified("noindex"), BY_HAND, LATER)
    assert latest(library) == ("noindex",)


# --------------------------------------------------------------------- as a subscriber


def test_it_is_marked_by_any_of_its_pages(
    archive: Archive, library: Library, engine: Engine
) -> None:
    part = replace(make_response(f"{B}?page=2"), with_credentials=True)
    archive.save(says(with_credentials=True), BY_HAND, NOW)
    archive.save(replace(says(text=EDITED, url=B), parts=(part,)), BY_HAND, NOW)
    archive.save(says(url="https://c.example/", text="x" + LONG), BY_HAND, NOW)
    assert [one.with_credentials for one in library.list()] == [False, True, True]
    assert [one.with_credentials for one in library.versions(2)] == [True]
    with reading(engine) as session:
        marks = session.scalars(select(Fetch.with_credentials).order_by(Fetch.id)).all()
    assert marks == [True, True, False]
    assert findings(engine) == []


def test_a_text_stays_what_it_was_first_read_as(archive: Archive, library: Library) -> None:
    archive.save(says(), BY_HAND, NOW)
    archive.save(says(with_credentials=True), BY_HAND, LATER)
    archive.save(says(url=B, text=EDITED, with_credentials=True), BY_HAND, NOW)
    archive.save(says(url=B, text=EDITED), BY_HAND, LATER)
    archive.save(not_modified(url=B), BY_HAND, LATER)
    assert [one.with_credentials for one in library.list()] == [True, False]


def test_other_versions_stay_and_those_are_left_out(archive: Archive, engine: Engine) -> None:
    archive.save(says(with_credentials=True), BY_HAND, NOW)
    archive.save(says(text=EDITED), BY_HAND, NOW + HOUR)
    rights = Rights(subscribed=True)
    assert len(pages_of(engine, rights)) == 2
    ((_, body),) = pages_of(engine)
    assert b"WORD20 and a half" in body
    assert [one.left_out for one in WarcSource(engine).stream()] == [1]
    assert [one.left_out for one in WarcSource(engine, rights).stream()] == [0]
    archive.save(says(text=EDITED + " more", with_credentials=True), BY_HAND, NOW + 2 * HOUR)
    assert pages_of(engine) == []
    assert len(pages_of(engine, rights)) == 3


def test_today_s_reading_of_a_stored_page_keeps_the_mark(
    archive: Archive, library: Library, engine: Engine
) -> None:
    archive.save(says(with_credentials=True), BY_HAND, NOW)
    baseline = make_article("Standfirst.\n" + LONG, extractor_version="2")
    again = replace(make_capture(A, baseline), baseline=baseline)
    archive.save(again, BY_HAND, LATER)
    assert [one.with_credentials for one in library.versions(1)] == [True, True]
    assert findings(engine) == []


def test_further_pages_that_come_to_it_later_mark_it(archive: Archive, library: Library) -> None:
    archive.save(says(), BY_HAND, NOW)
    whole = make_article(LONG + " and the second page", extractor_version="2")
    part = replace(make_response(f"{A}?page=2"), with_credentials=True)
    archive.save(replace(make_capture(A, whole), baseline=whole, parts=(part,)), BY_HAND, LATER)
    assert [one.with_credentials for one in library.versions(1)] == [False, True]


def test_a_reextraction_keeps_the_mark_and_reads_what_is_forbidden(
    archive: Archive, library: Library, engine: Engine
) -> None:
    archive.save(says(with_credentials=True), BY_HAND, NOW)
    read = make_article(authors=("Ana Ruiz", "Bo Li"), directives=("noarchive",))
    reextract(engine, by_url({A: read}))
    marks = [(one.current, one.with_credentials, one.directives) for one in library.versions(1)]
    assert marks == [(False, True, ()), (True, True, ("noarchive",))]
    assert findings(engine) == []
    undo(engine, LATER)
    assert findings(engine) == []


def test_a_rejected_page_that_is_filed_by_reading_it_again_is_marked(
    archive: Archive, library: Library, engine: Engine
) -> None:
    page = make_rejected(A, Verdict.TOO_SHORT)
    assert page.response is not None
    page = replace(page, response=replace(page.response, with_credentials=True))
    archive.save(page, BY_HAND, NOW)
    reextract(engine, by_url({A: make_article()}))
    (record,) = library.list()
    assert record.with_credentials
    assert findings(engine) == []


def test_a_stored_article_of_several_pages_is_handed_out_with_its_mark(
    archive: Archive, frontier: Frontier, engine: Engine
) -> None:
    part = replace(make_response(f"{A}?page=2"), with_credentials=True)
    archive.save(replace(says(), parts=(part,)), BY_HAND, NOW)
    with reading(engine) as session:
        page_id = session.scalars(select(Page.id).order_by(Page.id)).first()
    assert page_id is not None
    stored = frontier.load_whole(page_id)
    assert stored is not None
    answers: Sequence[Response] = (stored.response, *stored.parts)
    assert [one.with_credentials for one in answers] == [True, True]


# --------------------------------------------------------------------- the proof


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("UPDATE version SET directives = NULL WHERE id = 1", "version 1"),
        ("UPDATE version SET directives = '[]' WHERE id = 1", "version 1"),
        ("UPDATE version SET directives = '[\"noarchive\"]' WHERE id = 2", "version 2"),
        ("UPDATE version SET with_credentials = false WHERE id = 1", "version 1"),
        ("UPDATE version SET with_credentials = true WHERE id = 2", "version 2"),
        ("UPDATE article SET directives = NULL WHERE id = 1", "article 1"),
        ("UPDATE article SET directives = '[]' WHERE id = 1", "article 1"),
        ("UPDATE article SET directives = '[\"noarchive\"]' WHERE id = 2", "article 2"),
    ],
)
def test_a_changed_mark_is_found(
    archive: Archive, engine: Engine, statement: str, names: str
) -> None:
    archive.save(says("noindex", with_credentials=True), BY_HAND, NOW)
    archive.save(says(url=B, text=EDITED), BY_HAND, NOW)
    assert findings(engine) == []
    change(engine, statement)
    assert [one.split(" (")[0].split(":")[0] for one in findings(engine)] == [names]


def test_who_says_nothing_has_the_digest_of_before() -> None:
    """The digests of archives that knew no marks: they are written down in them."""
    row = _row(make_article())
    silent = {name: value for name, value in row.items() if name not in LATER_COLUMNS}
    marks: dict[str, Any]
    for marks in ({}, {"directives": None, "with_credentials": False}):
        assert version_digest({**silent, **marks}, None) == version_digest(silent, None)
    for marks in ({"directives": []}, {"directives": ["noarchive"]}, {"with_credentials": True}):
        assert version_digest({**silent, **marks}, None) != version_digest(silent, None)
    card = dict.fromkeys(
        "url_key canonical_url url site verdict evidence filed_by duplicate_of current_version_id "
        "first_seen_at".split()
    )
    assert article_digest({**card, "directives": None}, (), ()) == article_digest(card, (), ())
    assert article_digest({**card, "directives": []}, (), ()) != article_digest(card, (), ())


def _row(article: Article) -> dict[str, object]:
    about = {"cause": "publisher", "url": A, "first_seen_at": NOW, "fetched_at": NOW}
    return {**version_values(article, content_of(article)), **about}


def test_a_copy_has_the_marks(archive: Archive, engine: Engine, tmp_path: Path) -> None:
    archive.save(says("noarchive", with_credentials=True), BY_HAND, NOW)
    seal(engine, NOW)
    copy_archive(engine, tmp_path / "copy.db", "here")
    there = open_engine(tmp_path / "copy.db")
    (record,) = Library(there).list()
    assert (record.directives, record.with_credentials) == (("noarchive",), True)
    assert findings(there) == []
    there.dispose()


# --------------------------------------------------------------------- what leaves


def test_the_settings_are_the_rules() -> None:
    assert tuple(Obey) == OBEY


@pytest.mark.parametrize(
    ("said", "obey", "of_text", "of_pages"),
    [
        ((), Obey.STRICT, None, None),
        (("nofollow", "nosnippet"), Obey.STRICT, None, None),
        (("noarchive",), Obey.NOTHING, None, None),
        (("noarchive",), Obey.PAGES, None, Reason.FORBIDDEN),
        (("noarchive",), Obey.STRICT, Reason.FORBIDDEN, Reason.FORBIDDEN),
        (("noindex",), Obey.PAGES, None, None),
        (("noindex",), Obey.STRICT, Reason.FORBIDDEN, Reason.FORBIDDEN),
        (("tdm-reservation",), Obey.PAGES, None, None),
        (("tdm-reservation",), Obey.STRICT, Reason.FORBIDDEN, Reason.FORBIDDEN),
        (("noai",), Obey.STRICT, Reason.FORBIDDEN, Reason.FORBIDDEN),
    ],
)
def test_how_far_publishers_are_obeyed(
    archive: Archive,
    library: Library,
    said: tuple[str, ...],
    obey: Obey,
    of_text: Reason | None,
    of_pages: Reason | None,
) -> None:
    archive.save(says(*said), BY_HAND, NOW)
    (record,) = library.list()
    rights = Rights(obey)
    assert rights.judge(record) == of_text
    assert rights.judge(record, of_pages=True) == of_pages
    marked = replace(record, with_credentials=True)
    assert rights.judge(marked) is Reason.SUBSCRIBED
    assert Rights(obey, subscribed=True).judge(marked) == of_text
