"""Exports of the newspaper that means harm, each read by a parser that is not kliping's: what a
page says is a value there, never a formula, markup, a field, a name of a file or a line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree
from zipfile import ZipFile

import feedparser
import pyarrow.parquet
import pytest
import yaml
from markdown_it import MarkdownIt
from warcio.archiveiterator import ArchiveIterator

from tests.cli.running import prepare
from tests.output.archive import AS_SOURCES, Archived
from tests.output.paper import CASES, FEEDS, said
from tests.output.strings import HARM, PLAIN, faults

ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"
# What kliping writes of HTML, and nothing else.
ELEMENTS = frozenset(
    "html head title link body h1 h2 h3 h4 h5 h6 p ul ol li blockquote pre table tr td a".split()
)
ATTRIBUTES = frozenset("lang dir class href rel type value id".split())
_ESCAPED_CODE = re.compile("<pre><code>[^<]*</code></pre>\n?")
_SHAPELESS = re.compile("[\u200b-\u200f\u2060-\u206f\ufe00-\ufe0f\U000e0000-\U000e01ef]")
QUERY = HARM["line_breaks"] + HARM["escape_sequences"] + HARM["html"] + HARM["bidi"]
"""A query is told in the titles of documents."""


@pytest.fixture(scope="module")
def exported(archived: Archived, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By format, all that is listed."""
    directory = tmp_path_factory.mktemp("exported")
    formats = ("jsonl", "csv", "parquet", "markdown", "epub", "atom", "warc", "wacz")
    for name in formats:
        words = ("export", "-q", "--format", name, "-o", directory / name)
        ended = prepare(archived.user, *words)
        assert (ended.code, ended.err) == (0, "")
    return {name: directory / name for name in formats}


@pytest.fixture(scope="module")
def records(exported: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """As JSON has them, by the string that they say."""
    text = exported["jsonl"].read_text()
    assert faults(text) == []
    rows = [json.loads(line) for line in text.splitlines()]
    paths = {
        urlsplit(row["url"]).path.split("/")[1]: row for row in rows if "127.0.0.1" in row["url"]
    }
    assert {*CASES} <= {*paths}
    return paths


def test_every_field_says_its_string(records: dict[str, dict[str, Any]]) -> None:
    """Of what the others read: it is there, and the plain ones are there whole."""
    for name, row in records.items():
        if name in CASES:
            assert "title harbour" in row["title"] or name == "all_driving"  # cut: it is long
            assert "paragraph of the harbour council" in row["body"]
            assert row["byline"] is None or "\x1b" not in row["byline"]
    for name in PLAIN:
        assert records[name]["title"] == said(name, "title")
        assert f"{PLAIN[name]} paragraph" in records[name]["body"]
    assert sum(row["byline"] is not None for row in records.values()) > 9
    assert sum("sitename harbour" in (row["site_name"] or "") for row in records.values()) > 15


def test_csv(exported: dict[str, Path], records: dict[str, dict[str, Any]]) -> None:
    text = exported["csv"].read_bytes().decode()
    assert faults(text, allowed="\n\r\t", marks=True) == []
    head, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert {len(row) for row in rows} == {len(head)}
    for row in rows:
        for cell in row:
            assert not re.match(r"[\s\u00ad\u200b-\u200f\u2060-\u206f]*[=+@\-＝＋＠－]", cell), cell
    titles = {row[head.index("title")] for row in rows}
    assert "'" + said("formula", "title") + f" {HARM['formula']} anew" in titles
    assert {said(name, "title") for name in PLAIN} <= titles
    bodies = "\n".join(row[head.index("body")] for row in rows)
    assert "\tfirst A & B" in bodies


def test_markdown(exported: dict[str, Path], records: dict[str, dict[str, Any]]) -> None:
    files = [*exported["markdown"].rglob("*")]
    assert all(file.parent == exported["markdown"] for file in files)
    parser = MarkdownIt("commonmark").enable("table")
    seen = {}
    for file in files:
        slug = re.fullmatch(r"\d+((?:-.+)?)\.md", file.name)
        assert slug is not None
        assert {unicodedata.category(c)[0] for c in slug[1].replace("-", "")} <= {*"LMN"}
        assert not _SHAPELESS.search(slug[1])
        assert len(file.name.encode()) <= 143
        text = file.read_bytes().decode()
        assert faults(text, allowed="\n\t", marks=True) == []
        assert not re.search("[{][{%#]|<%", text), text
        _, front, body = text.split("---\n", 2)
        fields = yaml.safe_load(front)
        seen[fields["id"]] = fields
        for token in parser.parse(body):
            for part in (token, *(token.children or ())):
                assert part.type != "html_inline"
                # Code in which a site generator would find something to run.
                assert part.type != "html_block" or _ESCAPED_CODE.fullmatch(part.content)
                for address in (part.attrs.get("href"), part.attrs.get("src")):
                    assert urlsplit(str(address or "http:")).scheme in ("http", "https")
    for name in ("yaml", "template", "formula_minus", *PLAIN):
        fields = seen[records[name]["id"]]
        assert fields["title"] == records[name]["title"]
        assert fields["id"] == records[name]["id"]


def test_atom(exported: dict[str, Path], records: dict[str, dict[str, Any]]) -> None:
    data = exported["atom"].read_bytes()
    assert faults(data.decode(), allowed="\n\t", marks=True) == []
    entries = {*map(_title, ElementTree.fromstring(data).iterfind(f"{ATOM}entry"))}
    assert {records[name]["title"] for name in (*PLAIN, "xml", "attribute")} <= entries
    feed = feedparser.parse(data)
    assert not feed.bozo
    assert len(feed.entries) == data.count(b"<entry")
    for entry in ElementTree.fromstring(data).iterfind(f"{ATOM}entry"):
        html = entry.findtext(f"{ATOM}content") or ""
        check_markup(ElementTree.fromstring(f"<body>{html}</body>"))


def _title(entry: ElementTree.Element) -> str:
    return entry.findtext(f"{ATOM}title") or ""


def check_markup(root: ElementTree.Element) -> None:
    """Nothing but what kliping writes; nothing is loaded, and links lead to the web or inside."""
    for element in root.iter():
        assert element.tag.removeprefix(XHTML) in ELEMENTS, element.tag
        names = {name.rpartition("}")[2] for name in element.attrib}
        assert names <= ATTRIBUTES, element.attrib
        href = element.get("href", "")
        assert urlsplit(href).scheme in ("", "http", "https"), href


def test_epub(exported: dict[str, Path], records: dict[str, dict[str, Any]]) -> None:
    with ZipFile(exported["epub"]) as book:
        names = book.namelist()
        assert all(re.fullmatch(r"[A-Za-z0-9/_-]+(\.[a-z]+)?", name) for name in names)
        texts = {name: book.read(name).decode() for name in names}
    chapters = [name for name in names if name.startswith("EPUB/articles/")]
    for name in chapters:
        assert faults(texts[name], allowed="\n\t", marks=True) == []
        check_markup(ElementTree.fromstring(texts[name]))
    contents = ElementTree.fromstring(texts["EPUB/nav.xhtml"])
    links = [*contents.iter(f"{XHTML}a")]
    assert {f"EPUB/{link.get('href')}" for link in links} == {*chapters}
    titles = {link.text for link in links}
    assert {records[name]["title"] for name in (*PLAIN, "xml", "attribute", "yaml")} <= titles
    package = ElementTree.fromstring(texts["EPUB/package.opf"])
    items = package.findall(".//{http://www.idpf.org/2007/opf}item")
    assert len(items) == len(chapters) + 2


def test_parquet(exported: dict[str, Path], records: dict[str, dict[str, Any]]) -> None:
    """Texts are values there, as the archive has them; no reader takes them for anything else."""
    rows = {row["id"]: row for row in pyarrow.parquet.read_table(exported["parquet"]).to_pylist()}
    for name in CASES:
        row, record = rows[records[name]["id"]], records[name]
        assert (row["title"], row["body"]) == (record["title"], record["body"])


def test_warc(exported: dict[str, Path]) -> None:
    kinds, names = [], set()
    with exported["warc"].open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            kinds.append(record.rec_type)
            for _, value in record.rec_headers.headers:
                assert faults(value, allowed="") == []
            if record.http_headers is not None:
                names |= {name for name, _ in record.http_headers.headers}
                for _, value in record.http_headers.headers:
                    # As it came: C1 is what HTTP calls obs-text (RFC 9110 §5.5).
                    assert not re.search("[\x00-\x08\x0a-\x1f\x7f]", value)
            record.content_stream().read()
    assert kinds[0] == "warcinfo"
    assert {*kinds[1:]} <= {"response", "revisit"}
    assert {"X-Said", "ETag", "Content-Type"} <= names
    assert names <= {"X-Said", "ETag", "Content-Type", "Content-Length"}


def test_wacz(exported: dict[str, Path], records: dict[str, dict[str, Any]]) -> None:
    with ZipFile(exported["wacz"]) as package:
        assert all(re.fullmatch(r"[a-z/.-]+", name) for name in package.namelist())
        pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()]
        index = gzip.decompress(package.read("indexes/index.cdx.gz")).decode()
        described = json.loads(package.read("datapackage.json"))
    assert {said(name, "title") for name in PLAIN} <= {page.get("title") for page in pages}
    assert faults(index) == []
    for line in index.splitlines():
        assert re.fullmatch(r"\S+\)\S* \d{14} \{.*\}", line), line
        json.loads(line.split(" ", 2)[2])
    assert {resource["path"] for resource in described["resources"]} > {"pages/pages.jsonl"}


def test_opml(archived: Archived) -> None:
    text = prepare(archived.user, "sources", "export").out
    assert faults(text) == []
    root = ElementTree.fromstring(text)
    sources = [one for one in root.iter("outline") if one.get("xmlUrl")]
    assert len(sources) == len(FEEDS) + len(AS_SOURCES)
    assert {said(name, "source") for name in ("html", "attribute", *PLAIN)} <= {
        one.get("text") for one in sources
    }
    assert {said(name, "folder") for name in PLAIN} <= {one.get("text") for one in root.iter()}


def test_a_query_is_told_in_titles(archived: Archived, tmp_path: Path) -> None:
    """Of the feed, the book, the list of pages and the record that begins a WARC."""
    words = ("export", "-q", "-o")
    for name in ("atom", "epub", "warc", "wacz"):
        made = prepare(archived.user, *words, tmp_path / name, "--format", name, "--", QUERY)
        assert made.code == 0
    atom = (tmp_path / "atom").read_text()
    title = ElementTree.fromstring(atom).findtext(f"{ATOM}title") or ""
    assert title.startswith("Clips: one kliping: forged")
    with ZipFile(tmp_path / "epub") as book:
        epub = [book.read(f"EPUB/{name}").decode() for name in ("nav.xhtml", "package.opf")]
    with ZipFile(tmp_path / "wacz") as package:
        told = json.loads(package.read("datapackage.json"))["title"]
    with (tmp_path / "warc").open("rb") as file:
        info = next(iter(ArchiveIterator(file))).content_stream().read().decode()
    for text in (atom, *epub, told, info.replace("\r\n", "\n")):
        assert faults(text, marks=True) == []
    assert all("<script" not in text for text in (atom, *epub))
    assert len(info.splitlines()) == 4


def test_a_feed_of_watches(archived: Archived, tmp_path: Path) -> None:
    target = tmp_path / "watch.atom"
    copy = tmp_path / "news.db"
    copy.write_bytes(archived.user.db.read_bytes())
    made = prepare(archived.user, "watch", "run", "--atom", target, "--db", copy)
    assert made.code == 0
    text = target.read_text()
    assert faults(text, allowed="\n\t", marks=True) == []
    terms = {one.get("term") or "" for one in ElementTree.fromstring(text).iter(f"{ATOM}category")}
    assert any(term.startswith("[2J[5;7mred") for term in terms)
