"""One table of fields: every form of an article says the same under the same names."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from storage.fields import FIELDS, Form, Kind
from tests.cli.conftest import QUICK
from tests.cli.newspaper import feed, story
from tests.cli.running import Kliping, RunHere, prepare
from tests.servers import Server, reply

NEW = {"section", "tags", "image_url", "source", "language", "site", "word_count",
       "first_seen_at", "versions", "site_name"}  # fmt: skip
HEAD = (
    '<meta property="article:section" content="Harbour"><meta property="og:site_name" '
    'content="The Mole"><meta property="article:tag" content="pier"><meta '
    'property="article:tag" content="mole"><meta property="og:image" '
    'content="https://example.com/mole.jpg">'
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """Article 1 was listed by a feed; article 2 was fetched by hand."""
    user = Kliping(tmp_path_factory.mktemp("fields"), QUICK)
    with Server() as server:
        server.routes["/1"] = reply(story(1).replace("</head>", f"{HEAD}</head>"))
        server.routes["/2"] = reply(story(2))
        server.routes["/feed.xml"] = feed([server.url("/1")])
        add = ("sources", "add", server.url("/feed.xml"), "--name", "the mole", "--allow-private")
        added = prepare(user, *add)
        assert added.code == 0, added.err
        assert prepare(user, "crawl", "-q").code == 0
        assert prepare(user, "fetch", "-q", server.url("/2")).code == 0
    return user


def exported(user: Kliping, run_here: RunHere, target: Path) -> dict[Form, list[dict[str, Any]]]:
    for name in ("clips.csv", "clips.jsonl", "clips.parquet", "clips/"):
        assert run_here(user, "export", "-q", "-o", f"{target}/{name}").code == 0
    fronts = [file.read_text().split("---\n")[1] for file in sorted((target / "clips").iterdir())]
    with (target / "clips.csv").open(newline="") as file:
        rows = [*csv.DictReader(file)]
    lines = (target / "clips.jsonl").read_text().splitlines()
    return {
        Form.JSON: [json.loads(line) for line in lines],
        Form.CSV: rows,
        Form.PARQUET: pq.read_table(target / "clips.parquet").to_pylist(),
        Form.MARKDOWN: [yaml.safe_load(front) for front in fronts],
    }


def same(value: Any, kind: Kind) -> Any:
    """A value without what a form does to it."""
    if value in (None, "", [], False):
        return None
    if kind is Kind.TIME:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        return at.astimezone(UTC)
    if kind is Kind.TEXTS:
        return value.split("; ") if isinstance(value, str) else list(value)
    return value if kind is Kind.BLOCKS else str(value)


def test_every_form_says_the_same(archive: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    found = exported(archive, run_here, tmp_path)
    for form, articles in found.items():
        names = [field.name for field in FIELDS if form in field.forms]
        for number, article in enumerate(articles):
            there = [name for name in names if name in article]
            assert list(article) == there, (form, "the order")
            for field in FIELDS:
                if form not in field.forms or Form.JSON not in field.forms:
                    continue
                if field.kind in (Kind.PROVENANCE, Kind.BLOCKS):
                    continue
                expected = same(found[Form.JSON][number].get(field.name), field.kind)
                assert same(article.get(field.name), field.kind) == expected, (form, field.name)
    for form in (Form.JSON, Form.CSV, Form.PARQUET):
        assert all(set(article) >= NEW for article in found[form])


def test_what_is_told(archive: Kliping, run_here: RunHere) -> None:
    first, second = (run_here(archive, "show", n, "--json").objects[0] for n in (1, 2))
    assert (first["section"], first["tags"]) == ("Harbour", ["pier", "mole"])
    assert first["image_url"] == "https://example.com/mole.jpg"
    assert (first["site"], first["site_name"]) == ("127.0.0.1", "The Mole")
    assert (first["language"], first["versions"]) == ("en", 1)
    assert (first["source"], second["source"]) == ("the mole", None)
    assert first["word_count"] == len(re.findall(r"[\w’'-]+", first["body"])) > 200
    assert (second["section"], second["tags"], second["image_url"]) == (None, [], None)
    assert datetime.fromisoformat(first["first_seen_at"]).tzinfo


def test_a_source_that_is_gone_is_not_named(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes |= {"/1": reply(story(1)), "/feed.xml": feed([server.url("/1")])}
    assert run_here(kliping, "sources", "add", server.url("/feed.xml"), "--allow-private").code == 0
    assert run_here(kliping, "crawl", "-q").code == 0
    (name,) = [one["name"] for one in run_here(kliping, "sources", "list", "--json").objects]
    assert run_here(kliping, "show", 1, "--json").objects[0]["source"] == name
    assert run_here(kliping, "sources", "remove", name).code == 0
    assert run_here(kliping, "show", 1, "--json").objects[0]["source"] is None


def test_fetch_prints_what_show_prints(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes["/1"] = reply(story(1))
    (fetched,) = run_here(kliping, "fetch", server.url("/1"), "--json").objects
    (shown,) = run_here(kliping, "show", "1", "--json").objects
    assert {key: fetched[key] for key in shown} == shown
    (failed,) = run_here(kliping, "fetch", server.url("/none"), "--json").objects
    assert set(failed) == set(fetched)


def test_csv_columns_are_never_moved(archive: Kliping, run_here: RunHere) -> None:
    """Scripts count them."""
    heading = next(csv.reader(io.StringIO(run_here(archive, "export", "--format", "csv").out)))
    assert heading == [
        "id", "url", "canonical_url", "title", "byline", "authors", "published_at", "modified_at",
        "language", "site_name", "section", "tags", "image_url", "verdict", "versions",
        "first_seen_at", "last_checked_at", "body", "directives", "with_credentials",
        "site", "source", "word_count",
    ]  # fmt: skip
