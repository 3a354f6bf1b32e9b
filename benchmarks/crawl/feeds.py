"""Run feedparser's own test feeds through ``parse_feed`` and ``parse_source``.

    python -m benchmarks.crawl.feeds [--all]

Fetches the source distribution of the installed feedparser by pip into a temporary directory,
reads every feed of its tests and prints how many crashed (any error but ``ParseError``), how many
give links, and where that differs

* from what the feed's own ``Expect:`` says of ``entries[0]``: its link, title and times,
* from the addresses that feedparser finds with its default options.

``--all`` also lists the feeds that are refused. The run fails (exit 1) if anything crashed.
"""

from __future__ import annotations

import argparse
import ast
import calendar
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import feedparser

from scraper.discovery.documents import parse_source
from scraper.discovery.documents.feeds import parse_feed
from scraper.errors import AddressError, ParseError
from scraper.model.types import Link, Listing
from scraper.urls import join_address

BASE = "http://feeds.example/tests/"
_NOTE = re.compile(rb"^\s*(Expect|Header):\s*(.+?)\s*$", re.MULTILINE)


@dataclass
class Tally:
    """What came of the feeds: numbers by name, and one line for each feed that is told of."""

    counts: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def unpack_source(package: str, folder: Path) -> Path:
    """The source distribution of the installed version of ``package``, unpacked in ``folder``."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    wanted = f"{package}=={version(package)}"
    subprocess.run([*command, "--no-binary", ":all:", "--dest", str(folder), wanted], check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (source,) = (path for path in folder.iterdir() if path.is_dir())
    return source


def read_feed(path: Path, name: str, tally: Tally) -> None:
    body = path.read_bytes()
    notes = [(key.decode(), value.decode("utf-8", "replace")) for key, value in _NOTE.findall(body)]
    headers = dict(value.split(":", 1) for key, value in notes if key == "Header" and ":" in value)
    content_type = next(
        (v.strip() for k, v in headers.items() if k.lower() == "content-type"), None
    )
    tally.counts["feeds"] += 1
    try:
        feed = parse_feed(body, BASE, content_type)
        sniffed = _read_source(body, content_type)
    except ParseError as error:
        tally.counts["refused"] += 1
        tally.refused.append(f"{name}: {str(error).partition(': ')[2]}")
        return
    except Exception as error:  # noqa: BLE001 - a crash is what this is looking for
        tally.crashes.append(f"{name}: {type(error).__name__}: {error}")
        return
    tally.counts["give links"] += bool(feed.links)
    if isinstance(sniffed, ParseError):
        tally.differences.append(f"{name}: a feed, but parse_source says {sniffed}")
    _compare_addresses(body, content_type, feed, name, tally)
    for note, value in notes:
        if note == "Expect":
            _compare_expected(value, feed, name, tally)


def _read_source(body: bytes, content_type: str | None) -> Listing | ParseError:
    try:
        return parse_source(body, BASE, content_type)[1]
    except ParseError as error:
        return error


def _compare_addresses(
    body: bytes, content_type: str | None, feed: Listing, name: str, tally: Tally
) -> None:
    headers = {"content-location": BASE} | ({"content-type": content_type} if content_type else {})
    entries: list[Any] = feedparser.parse(body, response_headers=headers).entries
    theirs = {address for entry in entries if (address := _absolute(entry.get("link")))}
    ours = {link.url for link in feed.links}
    tally.counts["feedparser finds links"] += bool(theirs)
    if theirs != ours:
        tally.differences.append(f"{name}: feedparser finds {sorted(theirs)}, we {sorted(ours)}")


def _absolute(reference: object) -> str | None:
    if not isinstance(reference, str) or not reference:
        return None
    try:
        return join_address(BASE, reference)
    except AddressError:
        return None


def _compare_expected(expression: str, feed: Listing, name: str, tally: Tally) -> None:
    for key, expected in _expectations(expression):
        if key == "link" and (expected := _absolute(expected)) is None:
            continue  # no web address
        if key != "link" and not feed.links:
            tally.counts["expectations of entries without an address"] += 1
            continue
        tally.counts["expectations compared"] += 1
        actual = _value(feed.links[0], key) if feed.links else None
        if key == "title" and isinstance(expected, str):
            expected = " ".join(expected.split()) or None
        if actual == expected:
            tally.counts["expectations met"] += 1
        else:
            tally.differences.append(f"{name}: {key} is {actual!r}, expected {expected!r}")


def _expectations(expression: str) -> Iterator[tuple[str, object]]:
    """``entries[0]['link'] == 'x'`` in an ``Expect:`` → ``("link", "x")``; times as datetimes."""
    try:
        tree = ast.parse(expression, mode="eval")
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq):
            continue
        left = re.fullmatch(
            r"entries\[0\](?:\['|\.)(link|title|published_parsed|updated_parsed)(?:'\])?",
            ast.unparse(node.left),
        )
        if left is None:
            continue
        try:
            value = ast.literal_eval(node.comparators[0])
        except ValueError:
            continue  # it compares with another field
        if isinstance(value, tuple):
            value = datetime.fromtimestamp(calendar.timegm(value), UTC)
        yield left[1], value


def _value(link: Link, key: str) -> object:
    named = {"link": link.url, "title": link.title, "published_parsed": link.published_at}
    return named.get(key, link.modified_at)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--all", action="store_true", help="list the refused feeds too")
    options = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        tests = unpack_source("feedparser", Path(folder)) / "tests"
        for path in sorted(tests.rglob("*.xml")):
            read_feed(path, path.relative_to(tests).as_posix(), tally)
    for title, lines in (
        ("crashed", tally.crashes),
        ("differ", tally.differences),
        ("refused", tally.refused if options.all else []),
    ):
        for line in lines:
            print(f"{title}: {line}")
    print(f"feedparser {version('feedparser')}:", end=" ")
    print(", ".join(f"{number} {name}" for name, number in tally.counts.items()))
    print(f"{len(tally.crashes)} crashed, {len(tally.differences)} differ")
    return 1 if tally.crashes else 0


if __name__ == "__main__":
    sys.exit(main())
