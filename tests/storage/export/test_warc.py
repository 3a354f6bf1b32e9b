"""WARC and WACZ, written: by their rules, and as warcio reads them."""

from __future__ import annotations

import gzip
import io
import json
import random
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from sqlalchemy import Engine, update
from warcio.archiveiterator import ArchiveIterator

from scraper.model.types import Capture, Response, Settlement, Verdict
from storage.archive import Archive
from storage.database.engine import writing
from storage.export.web_archive import cdxj
from storage.export.web_archive.wacz import write_wacz
from storage.export.web_archive.warc import http_head, write_warc
from storage.export.web_archive.warc_source import WarcSource
from storage.models import Snapshot
from storage.reading.library import Library
from tests.storage.export.makers import EDITION
from tests.storage.makers import BY_HAND, LONG, NOW, make_article, make_capture, make_response

DAY = timedelta(days=1)
EDITED = LONG.replace("word20 ", "WORD20 and a half ")


def at(capture: Capture, days: int, **response: Any) -> Capture:
    assert capture.response is not None
    when = NOW + days * DAY
    return replace(
        capture,
        attempted_at=when,
        response=replace(capture.response, fetched_at=when, **response),
    )


def warc_of(engine: Engine) -> list[tuple[str, str, str, bytes]]:
    """Kind, address, date and payload of every record but the first, as warcio reads and checks
    them."""
    out = io.BytesIO()
    write_warc(WarcSource(engine).stream(), out, EDITION)
    found = []
    for record in ArchiveIterator(io.BytesIO(out.getvalue()), check_digests="raise"):
        fields = record.rec_headers
        payload = record.content_stream().read()
        named = (fields.get_header("WARC-Target-URI"), fields.get_header("WARC-Date"))
        found.append((record.rec_type, *named, payload))
    assert found[0][0] == "warcinfo"
    return found[1:]


def test_every_version_and_the_current_one_last(archive: Archive, engine: Engine) -> None:
    url = "https://paper.example/news/1"
    first = at(make_capture(url, make_article(LONG), body=b"<p>first"), 0)
    second = at(make_capture(url, make_article(EDITED), body=b"<p>second"), 1)
    archive.save(first, BY_HAND, NOW)
    archive.save(second, BY_HAND, NOW + DAY)
    one = ("response", url, "2026-03-01T12:00:00Z", b"<p>first")
    two = ("response", url, "2026-03-02T12:00:00Z", b"<p>second")
    assert warc_of(engine) == [one, two]
    archive.save(at(first, 2), BY_HAND, NOW + 2 * DAY)
    again = ("response", url, "2026-03-03T12:00:00Z", b"<p>first")
    assert warc_of(engine) == [one, two, again], "it was taken back, and stands last again"


def test_what_lost_text_stands_where_it_was_seen(archive: Archive, engine: Engine) -> None:
    url = "https://paper.example/news/1"
    half = make_article(LONG[: len(LONG) // 2])
    pages = [(make_article(LONG), b"<p>whole"), (half, b"<p>half")]
    for day, (article, body) in enumerate(pages):
        capture = at(make_capture(url, article, body=body), day)
        archive.save(capture, BY_HAND, NOW + day * DAY)
    (holding,) = WarcSource(engine).stream()
    assert [(one.is_current, page.body) for one, page in holding.pages()] == [
        (True, b"<p>whole"),
        (False, b"<p>half"),
    ]


def test_a_page_of_two_addresses_is_a_revisit(archive: Archive, engine: Engine) -> None:
    old, new = "http://paper.example/1", "https://paper.example/1"
    capture = make_capture(old, make_article(LONG), body=b"<p>same")
    archive.save(at(capture, 0), BY_HAND, NOW)
    moved = at(capture, 1, url=new)
    archive.save(moved, BY_HAND, NOW + DAY)
    part = make_response(f"{new}?page=2", b"<p>second page")
    parted = make_capture("https://paper.example/2", make_article(EDITED), parts=(part, part))
    archive.save(at(parted, 2), BY_HAND, NOW)
    kinds = [(kind, url) for kind, url, _, _ in warc_of(engine)]
    assert kinds == [
        ("response", old),
        ("response", new),
        ("response", "https://paper.example/2"),
        ("response", f"{new}?page=2"),
    ]


def test_revisits_refer_to_what_stands_before_them(archive: Archive, engine: Engine) -> None:
    url = "https://paper.example/1"
    for day, text in enumerate((LONG, EDITED)):
        page = make_capture(url, make_article(text), body=b"<p>" + text[:300].encode())
        part = make_response(f"{url}?page=2", b"<p>second page")
        part = replace(part, fetched_at=NOW + day * DAY)
        archive.save(at(replace(page, parts=(part,)), day), BY_HAND, NOW + day * DAY)
    out = io.BytesIO()
    write_warc(WarcSource(engine).stream(), out, EDITION)
    records = [
        (record.rec_type, dict(record.rec_headers.headers))
        for record in ArchiveIterator(io.BytesIO(out.getvalue()), check_digests="raise")
    ]
    assert [kind for kind, _ in records[1:]] == ["response", "response", "response", "revisit"]
    first, revisit = records[2][1], records[4][1]
    assert revisit["WARC-Refers-To"] == first["WARC-Record-ID"]
    assert revisit["WARC-Refers-To-Target-URI"] == first["WARC-Target-URI"] == f"{url}?page=2"
    assert revisit["WARC-Refers-To-Date"] == first["WARC-Date"]
    assert revisit["WARC-Payload-Digest"] == first["WARC-Payload-Digest"]
    assert "identical-payload-digest" in revisit["WARC-Profile"]
    assert len({fields["WARC-Record-ID"] for _, fields in records}) == len(records)


def test_an_article_without_its_page_is_left_out(archive: Archive, engine: Engine) -> None:
    for number, text in enumerate((LONG, EDITED)):
        archive.save(make_capture(f"https://a{number}.example/", make_article(text)), BY_HAND, NOW)
    with writing(engine) as session:
        session.execute(update(Snapshot).where(Snapshot.id == 1).values(pruned_at=NOW, body=b""))
    holdings = [*WarcSource(engine).stream()]
    assert [holding.has_page for holding in holdings] == [False, True]
    assert [url for _, url, _, _ in warc_of(engine)] == ["https://a1.example/"]
    assert [holding.id for holding in WarcSource(engine).stream([2, 99, 1])] == [2, 1]


def test_headers_are_those_of_a_replay() -> None:
    sent = (
        ("Content-Type", "text/html; charset=windows-1252"),
        ("content-encoding", "gzip"),
        ("Transfer-Encoding", "chunked"),
        ("Content-Length", "9"),
        ("X-Odd", "caf\xe9 \x00\r\nInjected: yes"),
        ("Bad Name", "x"),
        ("", "x"),
        ("X-Wide", "Fähre \u4e00"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
    )
    response = Response("https://a.example/", "https://a.example/", 299, sent, b"<p>x", NOW)
    head = http_head(response)
    lines = head.decode("latin-1").split("\r\n")
    assert lines[0] == "HTTP/1.1 299"
    assert lines[-2:] == ["", ""]
    assert sorted(lines[1:-2]) == sorted(
        [
            "Content-Type: text/html; charset=windows-1252",
            "X-Archive-Orig-content-encoding: gzip",
            "X-Archive-Orig-Transfer-Encoding: chunked",
            "X-Archive-Orig-Content-Length: 9",
            "X-Odd: caf\xe9   Injected: yes".replace("   ", "  "),
            "X-Wide: F\xe4hre ?",
            "Set-Cookie: a=1",
            "Set-Cookie: b=2",
            "Content-Length: 4",
        ]
    )


def test_what_is_no_article_stays(archive: Archive, engine: Engine) -> None:
    wall = make_article("", None, verdict=Verdict.CONSENT_WALL, evidence="x")
    archive.save(make_capture("https://a.example/1", wall), Settlement(None), NOW)
    assert warc_of(engine) == []


def test_a_wacz_and_its_index(
    archive: Archive, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cdxj, "BLOCK", 6)
    for number in range(15):
        url = f"https://www.paper.example/News/{number}?b=2&a=1"
        text = f"{LONG} number{number} and one-more{number}"
        archive.save(make_capture(url, make_article(text, f"Title \ud800 {number}")), BY_HAND, NOW)
    out = io.BytesIO()
    write_wacz(WarcSource(engine).stream(), out, replace(EDITION, query="a \u2028 b \ud800"))
    with ZipFile(io.BytesIO(out.getvalue())) as package:
        assert package.testzip() is None
        about = json.loads(package.read("datapackage.json"))
        assert (about["profile"], about["wacz_version"]) == ("data-package", "1.1.1")
        listed = {one["path"]: one for one in about["resources"]}
        own = {"datapackage.json", "datapackage-digest.json"}
        assert {*package.namelist()} == {*listed} | own
        for name, resource in listed.items():
            data = package.read(name)
            assert resource["hash"] == f"sha256:{sha256(data).hexdigest()}"
            assert resource["bytes"] == len(data)
        digest = json.loads(package.read("datapackage-digest.json"))
        assert digest["hash"] == f"sha256:{sha256(package.read('datapackage.json')).hexdigest()}"
        for name in ("archive/data.warc.gz", "indexes/index.cdx.gz"):
            assert package.getinfo(name).compress_type == ZIP_STORED
        warc = package.read("archive/data.warc.gz")
        blocks, index = package.read("indexes/index.cdx.gz"), package.read("indexes/index.idx")
        head, *pages = map(json.loads, package.read("pages/pages.jsonl").decode().splitlines())
    assert (head["format"], head["id"]) == ("json-pages-1.0", "pages")
    assert len(pages) == 15
    assert pages[0]["url"] == "https://www.paper.example/News/0?b=2&a=1"
    assert pages[0]["ts"] == "2026-03-01T12:00:00Z"
    assert pages[0]["text"].startswith("word0 word1")
    first, *finding = index.decode().splitlines()
    assert first.startswith("!meta 0 {")
    assert len(finding) == 3
    lines: list[str] = []
    for line in finding:
        key, _, fields = line.partition(" {")
        place = json.loads("{" + fields)
        block = gzip.decompress(blocks[place["offset"] :][: place["length"]]).decode().splitlines()
        assert block[0].startswith(key)
        lines += block
    assert len(lines) == 15
    assert lines == sorted(lines)
    for line in (lines[0], lines[7], lines[-1]):
        key, timestamp, fields = line.split(" ", 2)
        about = json.loads(fields)
        assert key == cdxj.surt(about["url"])
        assert timestamp == "20260301120000"
        (record,) = ArchiveIterator(
            io.BytesIO(warc[int(about["offset"]) :][: int(about["length"])])
        )
        assert record.rec_headers.get_header("WARC-Target-URI") == about["url"]
        assert about["status"] == "200"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Paper.example/News/1", "example,paper)/news/1"),
        ("http://paper.example", "example,paper)/"),
        ("http://paper.example:80/a/", "example,paper)/a/"),
        ("http://www2.paper.example:8080/a?b=2&a=1&B=0", "example,paper:8080)/a?a=1&b=2&b=0"),
        ("http://127.0.0.1:81/", "1,0,0,127:81)/"),
    ],
)
def test_keys(url: str, key: str) -> None:
    assert cdxj.surt(url) == key


def test_lines_are_sorted() -> None:
    wanted = [f"line {number:04}" for number in range(95)]
    with cdxj.Lines() as lines:
        for line in random.Random(1).sample(wanted, len(wanted)):
            lines.add(line)
        assert [line.decode().rstrip("\n") for line in lines.sorted()] == wanted


def test_a_file_depends_on_nothing_but_its_articles_and_time(
    archive: Archive, engine: Engine, library: Library
) -> None:
    archive.save(make_capture("https://a.example/1", make_article(LONG)), BY_HAND, NOW)
    files = []
    for _ in range(2):
        out = io.BytesIO()
        write_wacz(WarcSource(engine).stream(), out, EDITION)
        files.append(out.getvalue())
    assert files[0] == files[1]
