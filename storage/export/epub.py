"""An EPUB 3.3 book with a chapter an article, and a table of contents.

Written with ``zipfile`` in one pass: the chapters go into the book as they come, the lists of them
(manifest, spine, contents) wait in temporary files that spill to the disk. A book depends on
nothing but its articles and the time it was made. It loads nothing: the lead images that are stored
stand in it, all others are links.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from scraper.model.types import BlockKind, Precision
from storage.export.edition import Edition
from storage.export.markup import render_blocks
from storage.export.texts import (
    UNKNOWN_LANGUAGE,
    credits_of,
    escape_line,
    is_right_to_left,
    language_of,
    title_of,
    web_address,
)
from storage.export.zip_entries import read_pieces, zip_entry
from storage.reading.images import StoredImage
from storage.records import ArticleRecord

MEMORY = 1 << 20
"""Bytes of each list of chapters before it goes to the disk."""
LANGUAGES = 5
"""So many of the languages of the articles are named as the book's, the most frequent first."""

_XHTML = "application/xhtml+xml"
_SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
"""Of the images that every reader of books shows (EPUB 3.3 §3.2); AVIF is none of them."""
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_CONTAINER = (
    f'{_HEAD}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="EPUB/package.opf" '
    'media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)
_STYLE = """\
h1 { line-height: 1.2; }
.credit, .source, .caption { font-size: 0.85em; }
.caption { font-style: italic; }
pre { white-space: pre-wrap; }
img { max-width: 100%; }
td { border: 1px solid; padding: 0.2em 0.4em; vertical-align: top; }
table { border-collapse: collapse; }
"""


def write_epub(records: Iterable[ArticleRecord], out: BinaryIO, edition: Edition) -> None:
    """``out`` need not be seekable. A book without articles has one page that says so, since a
    spine may not be empty (EPUB 3.3 §5.7.2)."""
    with ZipFile(out, "w") as archive, _Lists() as lists:
        # The first member, neither compressed nor with an extra field (OCF 3.3 §4.3).
        _add(archive, "mimetype", "application/epub+zip", ZIP_STORED)
        _add(archive, "META-INF/container.xml", _CONTAINER)
        _add(archive, "EPUB/style.css", _STYLE)
        for number, record in enumerate(records, start=1):
            href = f"articles/{number}.xhtml"
            picture = _add_image(archive, edition.load_image(record), lists)
            _add(archive, f"EPUB/{href}", _chapter(record, picture))
            lists.add(f"article-{number}", href, title_of(record), language_of(record))
        if not lists.languages:
            page = _page("No articles", UNKNOWN_LANGUAGE, "", ["<h1>No articles</h1>"])
            _add(archive, "EPUB/empty.xhtml", page)
            lists.add("empty", "empty.xhtml", "No articles", UNKNOWN_LANGUAGE)
        _add_parts(archive, "EPUB/nav.xhtml", _navigation(edition, lists))
        _add_parts(archive, "EPUB/package.opf", _package(edition, lists))


def _add_image(archive: ZipFile, image: StoredImage | None, lists: _Lists) -> str | None:
    """Put a chapter's picture into the book, if no other has it too; where it lies there."""
    suffix = _SUFFIXES.get(image.media_type) if image else None
    if image is None or suffix is None:
        return None
    name = image.digest.hex()[:32]
    href = f"images/{name}.{suffix}"
    if name not in lists.images:
        lists.images.add(name)
        archive.writestr(zip_entry(f"EPUB/{href}", ZIP_STORED), image.body)
        lists.add_file(f"image-{name}", href, image.media_type)
    return href


class _Lists:
    """What the package document and the contents say of each chapter, in its order."""

    def __init__(self) -> None:
        self.languages: Counter[str] = Counter()
        self.images: set[str] = set()
        with ExitStack() as stack:
            self.manifest, self.spine, self.contents = (
                stack.enter_context(SpooledTemporaryFile(MEMORY)) for _ in range(3)
            )
            self._stack = stack.pop_all()

    def add(self, name: str, href: str, title: str, language: str) -> None:
        self.languages[language] += 1
        self.add_file(name, href, _XHTML)
        self._put(self.spine, f'<itemref idref="{name}"/>')
        self._put(
            self.contents, f'<li{_in(language)}><a href="{href}">{escape_line(title)}</a></li>'
        )

    def add_file(self, name: str, href: str, media_type: str) -> None:
        self._put(self.manifest, f'<item id="{name}" href="{href}" media-type="{media_type}"/>')

    def _put(self, file: IO[bytes], line: str) -> None:
        file.write(f"{line}\n".encode())

    def __enter__(self) -> _Lists:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _chapter(record: ArticleRecord, picture: str | None) -> str:
    language = language_of(record)
    credit = " · ".join(
        filter(None, (record.byline or ", ".join(credits_of(record)), _date(record)))
    )
    body = [f"<h1>{escape_line(title_of(record))}</h1>"]
    if credit:
        body.append(f'<p class="credit">{escape_line(credit)}</p>')
    if address := web_address(record.url):
        href = escape_line(address)
        body.append(f'<p class="source"><a href="{href}">{href}</a></p>')
    if picture:
        body.append(f'<p><img src="../{picture}" alt="{escape_line(_caption(record))}"/></p>')
    return _page(title_of(record), language, "../", [*body, *render_blocks(record)])


def _caption(record: ArticleRecord) -> str:
    """What the page prints with its lead image; empty where that is not known."""
    captions = (one for one in record.blocks if one.kind is BlockKind.CAPTION)
    its = (one.text for one in captions if one.image_url == record.image_url)
    return next(its, "") if record.image_url else ""


def _page(title: str, language: str, root: str, body: Iterable[str]) -> str:
    parts = (
        f"{_HEAD}<!DOCTYPE html>",
        f'<html xmlns="http://www.w3.org/1999/xhtml"{_in(language)}>',
        f"<head><title>{escape_line(title)}</title>",
        f'<link rel="stylesheet" type="text/css" href="{root}style.css"/></head>',
        "<body>",
        *body,
        "</body></html>\n",
    )
    return "\n".join(parts)


def _in(language: str) -> str:
    """The attributes that say so; none where the language is not known."""
    if language == UNKNOWN_LANGUAGE:
        return ""
    direction = ' dir="rtl"' if is_right_to_left(language) else ""
    return f' xml:lang="{language}" lang="{language}"{direction}'


def _date(record: ArticleRecord) -> str:
    at, precision = record.published_at, record.published_precision
    if at is None:
        return ""
    day = at.date().isoformat()
    if precision in _SHOWN:
        return day[: _SHOWN[precision]]
    return f"{day} {at:%H:%M}"


_SHOWN = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}
"""Characters of ``2026-03-01`` that are known."""


def _navigation(edition: Edition, lists: _Lists) -> Iterator[bytes]:
    """EPUB 3.3 §7.3: one ``toc`` with a link a chapter."""
    title = escape_line(edition.title)
    yield (
        f"{_HEAD}<!DOCTYPE html>\n"
        '<html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="en" lang="en">\n'
        f"<head><title>{title}</title></head>\n<body>\n"
        f'<nav epub:type="toc" id="toc"><h1>{title}</h1>\n<ol>\n'
    ).encode()
    yield from read_pieces(lists.contents)
    yield b"</ol></nav>\n</body></html>\n"


def _package(edition: Edition, lists: _Lists) -> Iterator[bytes]:
    """EPUB 3.3 §5: metadata, the list of all files, their order."""
    languages = [language for language, _ in lists.languages.most_common(LANGUAGES)]
    named = "".join(f"<dc:language>{language}</dc:language>\n" for language in languages)
    rtl = ' page-progression-direction="rtl"' if is_right_to_left(languages[0]) else ""
    yield (
        f'{_HEAD}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        'unique-identifier="book" xml:lang="en">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<dc:identifier id="book">{edition.id.urn}</dc:identifier>\n'
        f"<dc:title>{escape_line(edition.title)}</dc:title>\n{named}"
        f'<meta property="dcterms:modified">{edition.modified}</meta>\n</metadata>\n'
        "<manifest>\n"
        f'<item id="nav" href="nav.xhtml" media-type="{_XHTML}" properties="nav"/>\n'
        '<item id="style" href="style.css" media-type="text/css"/>\n'
    ).encode()
    yield from read_pieces(lists.manifest)
    yield f"</manifest>\n<spine{rtl}>\n".encode()
    yield from read_pieces(lists.spine)
    yield b"</spine></package>\n"


def _add(archive: ZipFile, name: str, document: str, method: int = ZIP_DEFLATED) -> None:
    archive.writestr(zip_entry(name, method), document.encode())


def _add_parts(archive: ZipFile, name: str, parts: Iterable[bytes]) -> None:
    with archive.open(zip_entry(name, ZIP_DEFLATED), "w", force_zip64=True) as member:
        for part in parts:
            member.write(part)
