"""Data → the file, byte for byte the same each time. Pure: nothing is read but the data.

The file holds its data as JSON, hidden, and behind that the digest of all that is above. It has no
script, and loads nothing. All text is escaped by ``texts`` and ``markup``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from types import SimpleNamespace
from typing import Any, BinaryIO

from scraper.model.types import Precision
from storage.export.dossier.data import Dossier, Json
from storage.export.edition import Edition
from storage.export.markup import render_blocks
from storage.export.texts import escape_line, is_language, is_right_to_left, web_address
from storage.reading.captures import Showing
from storage.reading.edit_words import edit_heading, summarize
from storage.reading.edits import Edit, EditKind, VersionChange, history_of
from storage.records import VersionRecord
from storage.rows import version_of
from storage.text.diff import SpanKind, readable
from storage.text.fingerprint import read_time

START = '<!DOCTYPE html>\n<html lang="en" data-kliping-dossier="1">\n'
DATA, DATA_END = '<pre hidden id="data">', "</pre>\n"
DIGEST, DIGEST_END = (
    '<p class="digest">SHA-256 of this file above this line: <code>',
    "</code></p>\n</body>\n</html>\n",
)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = """\
:root { color-scheme: light dark; --ink: #1b1b1b; --quiet: #595959; --line: #ccc; --paper: #fff;
  --in: #05602b; --in-paper: #e3f4e8; --out: #9b1c1c; --out-paper: #fbe6e6; --link: #0b4f8a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e3; --quiet: #a9a9a9; --line: #444;
  --paper: #16181a; --in: #8fdcaa; --in-paper: #173222; --out: #f3a5a5; --out-paper: #3d1c1c;
  --link: #8fc1ee; } }
body { margin: 0 auto; padding: 1rem; max-width: 42rem; background: var(--paper);
  color: var(--ink); font: 1.05rem/1.55 Georgia, "Noto Serif", serif; overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.2; } h2 { margin-top: 0; }
article, footer, section { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1rem; }
a { color: var(--link); } code { font-size: 0.8rem; }
.facts, .quiet, .caption, table, footer { font-family: system-ui, sans-serif; font-size: 0.85rem; }
.quiet, .caption { color: var(--quiet); } pre { white-space: pre-wrap; }
dt { font-weight: bold; } dd { margin: 0 0 0.4rem; }
table { border-collapse: collapse; width: 100%; }
td, th { border: 1px solid var(--line); padding: 0.2em 0.4em; text-align: start;
  vertical-align: top; }
ins { color: var(--in); background: var(--in-paper); }
del { color: var(--out); background: var(--out-paper); }
.stealth { color: var(--out); font-weight: bold; } .edit { margin: 0.6rem 0; }
.moved { border-inline-start: 3px solid var(--line); padding-inline-start: 0.6rem; }
th { overflow-wrap: normal; }
summary { cursor: pointer; padding: 0.3rem 0; }
@media print { body { max-width: none; color: #000; background: #fff; }
  details::details-content { content-visibility: visible; } }
"""
_PROVES = (
    "Whoever has this file alone can check with <code>kliping verify --dossier FILE</code> that "
    "nothing in it was changed by accident or by a careless hand: that the text shown is the text "
    "of its data, that each version has the digest it says, and that the entries follow one "
    "another as the chain has them. That does not prove that it is true: without the archive or a "
    "witness, the whole file could have been made up, its digests with it.",
    "Whoever holds the archive checks it with <code>kliping verify --against HEAD</code>, with the "
    "head of the chain printed here, and compares the digests of the versions. Whoever wrote down "
    "a head of this archive earlier is a witness: nothing before that head can have been changed "
    "since. Times of publication are what the publishers claim; times of fetching are those of the "
    "archive's own clock.",
)


def render(data: Json) -> bytes:
    """The whole file. Data that ``data.gather`` did not make raises ``KeyError``, ``TypeError``,
    ``ValueError`` or the like."""
    above = START + "".join(f"{line}\n" for line in _lines(data)) + DATA + pack(data) + DATA_END
    return (above + DIGEST + sha256(above.encode()).hexdigest() + DIGEST_END).encode()


def write_dossier(dossiers: Iterable[Dossier], out: BinaryIO, _edition: Edition) -> None:
    """Of one that was gathered."""
    for dossier in dossiers:
        out.write(render(dossier.data))


def pack(data: Json) -> str:
    """ASCII that needs no escaping in HTML."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _lines(data: Json) -> Iterator[str]:
    articles = data["articles"]
    title = f"Dossier: {escape_line(data['query'])}" if data["query"] else "Dossier"
    yield '<head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{title}</title>"
    yield f"<style>\n{_STYLE}</style></head>"
    yield f"<body>\n<h1>{title}</h1>"
    count = len(articles)
    yield f'<p class="quiet">{count} {"article" if count == 1 else "articles"} of an archive of '
    yield f"kliping, with all versions and their digests. Chain head: <code>{_e(data['head'])}"
    yield "</code></p>"
    for reason, number in sorted(data["kept_back"].items()):
        yield f'<p class="quiet">Left out: {int(number)} ({_e(_REASONS[reason])}).</p>'
    for story in data["stories"]:
        yield from _story(story, {one["id"] for one in articles})
    for article in articles:
        yield from _article(article)
    yield "<footer>\n<h2>What this proves, and what not</h2>"
    yield from (f"<p>{text}</p>" for text in _PROVES)
    yield f"<p>Written by kliping {_e(data['kliping'])}.</p>\n</footer>"


_TO_THE_MINUTE = frozenset(Precision) - {Precision.YEAR, Precision.MONTH, Precision.DAY}
_REASONS = {
    "subscribed": "read with a subscription",
    "forbidden": "the publisher asks for it: noarchive and the like",
}


# --------------------------------------------------------------------- stories


def _story(story: Json, inside: set[int]) -> Iterator[str]:
    yield '<section>\n<h2>Who was first</h2>\n<table class="facts">'
    yield "<tr><th>Published, as claimed</th><th>First seen</th><th>Article</th></tr>"
    for at, one in enumerate(story["articles"]):
        number = int(one["id"])
        name = f"<bdi>{_e(one['title'] or one['url'])}</bdi>"
        shown = f'<a href="#article-{number}">{name}</a>' if number in inside else name
        first = "had it first: " if at == 0 else ""
        claimed = _shown_time(_read(one["published_at"]), one["precision"]) or "no date"
        yield (
            f"<tr><td>{claimed}</td><td>{_utc(one['first_seen_at'])}</td>"
            f"<td>{first}{shown}<br>{_address(one['url'])}</td></tr>"
        )
    yield "</table>\n</section>"


# --------------------------------------------------------------------- an article


def _article(article: Json) -> Iterator[str]:
    number = int(article["id"])
    rows: Sequence[Json] = article["versions"]
    versions = [read_version(number, row, article["current"]) for row in rows]
    languages = {one["number"]: one["values"]["language"] for one in rows}
    current = next((one for one in versions if one.current), versions[-1] if versions else None)
    yield f'<article id="article-{number}">'
    if current is None:
        yield f"<h2>{_address(article['url'])}</h2>\n<p>It has no text that is given out.</p>"
    else:
        where = _in(languages[current.number])
        yield f"<h2{where}>{_e(current.title or article['url'])}</h2>"
        if byline := current.byline or ", ".join(current.authors):
            yield f'<p class="quiet"{where}>{_e(byline)}</p>'
        row = next(one for one in rows if one["number"] == current.number)
        yield from _facts(article, row["values"], current)
        yield f"<div{where}>"
        yield from render_blocks(current, 3)
        yield "</div>"
    showings = [
        Showing(one, _time(at), bytes.fromhex(digest) if digest else None)
        for one, at, digest in article["showings"]
    ]
    changes = history_of(versions, showings)
    yield from _line_of_time(article, changes)
    if article["kept_back"]:
        yield '<p class="quiet">Versions left out, as they may not be given out: '
        yield f"{int(article['kept_back'])}.</p>"
    yield "<h3>Versions</h3>"
    for row, change in zip(rows, changes, strict=True):
        yield from _version(number, row, change)
    yield from _entries(article["entries"])
    yield "</article>"


def read_version(article_id: int, row: Json, current: int | None) -> VersionRecord:
    """Of the values by which its digest is taken."""
    values: Mapping[str, Any] = row["values"]
    times = ("first_seen_at", "fetched_at", "published_at", "modified_at")
    columns = {
        **values,
        **{name: _read(values[name]) for name in times},
        "content_hash": bytes.fromhex(values["content_hash"]),
        "id": row["id"],
        "article_id": article_id,
        "accepted": bool(row["accepted"]),
        "reason": row["reason"],
        "recorded": bool(row["recorded"]),
        "directives": row["later"].get("directives"),
        "with_credentials": bool(row["later"].get("with_credentials")),
    }
    digest = bytes.fromhex(row["payload_digest"]) if row["payload_digest"] else None
    made: Any = SimpleNamespace(**columns)
    return version_of(row["number"], made, digest, row["number"] == current)


def _facts(article: Json, values: Mapping[str, Any], version: VersionRecord) -> Iterator[str]:
    yield '<dl class="facts">'
    published = _shown_time(version.published_at, version.published_precision)
    zone = f"; zone: {_e(values['published_zone'])}" if values["published_zone"] else ""
    raw = (
        f"; as printed: <bdi>{_e(values['published_raw'])}</bdi>"
        if (values["published_raw"])
        else ""
    )
    yield f"<dt>Published</dt><dd>{published or 'no date'}{zone}{raw}</dd>"
    if version.modified_at:
        yield f"<dt>Changed, as the page says</dt><dd>{_shown_time(version.modified_at)}</dd>"
    yield f"<dt>First seen</dt><dd>{_utc(article['first_seen_at'])}</dd>"
    yield f"<dt>Last checked</dt><dd>{_utc(article['last_checked_at'])}</dd>"
    yield f"<dt>Address</dt><dd>{_address(article['url'])}</dd>"
    yield f"<dt>Canonical address</dt><dd>{_address(article['canonical_url'])}</dd>"
    known = "<br>".join(map(_address, article["addresses"]))
    yield f"<dt>All known addresses</dt><dd>{known}</dd>"
    if article["source"]:
        yield f"<dt>Listed by</dt><dd><bdi>{_e(article['source'])}</bdi></dd>"
    how = "; ".join(
        f"{_e(name)}: {_e(str(value['source']))}"
        for name, value in sorted(values["provenance"].items())
    )
    yield f"<dt>How each field is known</dt><dd>{how}</dd>\n</dl>"


def _line_of_time(article: Json, changes: Sequence[VersionChange]) -> Iterator[str]:
    """What the publisher claims, and each time that it was fetched."""
    events: list[tuple[datetime, str]] = []
    claims = dict[tuple[str, datetime], int]()
    names = {}
    for change in changes:
        version, number = change.version, change.version.number
        names[version.id] = f"version {number}"
        if version.published_at and version.published_precision in _TO_THE_MINUTE:
            claims.setdefault(("published", version.published_at), number)
        if version.modified_at:
            claims.setdefault(("changed", version.modified_at), number)
        said = f": {_e(summarize(version.cause, change.edits))}" if change.base else ""
        stealth = ' <span class="stealth">stealth</span>' if change.stealth else ""
        events.append((version.fetched_at, f"version {number} fetched{said}{stealth}"))
    firsts = {(change.version.id, change.version.fetched_at) for change in changes}
    for one, at, _ in article["showings"]:
        if (one, _time(at)) not in firsts:
            events.append((_time(at), f"{names[one]} fetched again"))
    for (what, at), number in claims.items():
        events.append((at, f"{what}, as the page of version {number} claims"))
    yield '<h3>Line of time</h3>\n<ol class="facts">'
    for at, text in sorted(events):
        yield f"<li>{_utc(at.isoformat())}: {text}</li>"
    yield "</ol>"


# --------------------------------------------------------------------- versions


def _version(article_id: int, row: Json, change: VersionChange) -> Iterator[str]:
    version, where = change.version, _in(row["values"]["language"])
    number = version.number
    yield f'<section id="article-{article_id}-version-{number}">'
    yield f"<h4>Version {number}{' (current)' if version.current else ''}</h4>"
    yield '<dl class="facts">'
    yield f"<dt>First seen</dt><dd>{_utc(row['values']['first_seen_at'])}</dd>"
    yield f"<dt>Fetched</dt><dd>{_utc(row['values']['fetched_at'])} from "
    yield f"{_address(version.url)}</dd>"
    for at in change.returned_at:
        yield f"<dt>There again</dt><dd>{_utc(at.isoformat())}</dd>"
    yield f"<dt>SHA-256 of the page</dt><dd><code>{_e(row['payload_digest'] or 'none')}</code></dd>"
    yield f"<dt>Digest of the version</dt><dd><code>{_e(row['digest'])}</code></dd>\n</dl>"
    if not version.accepted:
        yield f"<p>Not the article's own text: {_e(version.reason or 'teaser')}.</p>"
    if change.base is not None:
        yield f"<p>Against version {change.base.number}: "
        yield f"{_e(summarize(version.cause, change.edits))}.</p>"
        if change.stealth:
            yield '<p class="stealth">Stealth: the page’s time of change did not move.</p>'
        for edit in change.edits:
            yield from _edit(edit, where)
    if not version.current:
        yield "<details><summary>The whole text of this version</summary>"
        yield f"<div{where}>\n<h5>{_e(version.title or '(no headline)')}</h5>"
        yield f"<p>{_e(version.byline or ', '.join(version.authors))}</p>"
        yield from render_blocks(version, 5)
        yield "</div></details>"
    yield "</section>"


def _edit(edit: Edit, where: str) -> Iterator[str]:
    moved = ' class="moved"' if edit.moved else ""
    yield f'<div class="edit"><p class="quiet">{_e(edit_heading(edit))}</p>'
    if edit.kind is EditKind.MOVED:
        yield f"<p{moved}{where}>{_e(edit.new or '')}</p></div>"
        return
    yield f"<p{moved}{where}>{''.join(_run(one) for one in readable(edit.runs))}</p></div>"


def _run(run: Any) -> str:
    tags = {SpanKind.SAME: None, SpanKind.REMOVED: "del", SpanKind.ADDED: "ins"}
    tag = tags[run.kind]
    text: str = run.old if run.kind is SpanKind.REMOVED else run.new
    before = " " if text[:1].isspace() else ""
    behind = " " if text[-1:].isspace() and text.strip() else ""
    words = _e(text)
    return f"{before}<{tag}>{words}</{tag}>{behind}" if tag else f"{before}{words}{behind}"


# --------------------------------------------------------------------- the proof


def _entries(rows: Sequence[Json]) -> Iterator[str]:
    yield "<h3>Entries of the chain</h3>"
    yield '<details><summary>What was done, in order</summary>\n<table class="facts">'
    yield "<tr><th>Place</th><th>What</th><th>Recorded</th><th>Digests</th></tr>"
    for row in rows:
        values = row["values"]
        place = int(row["position"]) if row["position"] else "not in the chain yet"
        fetched = f"<br>fetched {_utc(values['fetched_at'])}" if values["fetched_at"] else ""
        digests = [("entry", row["digest"])]
        digests += [("page", values["payload_digest"]), ("version", values["version_digest"])]
        shown = "<br>".join(f"{name} <code>{_e(one)}</code>" for name, one in digests if one)
        yield (
            f"<tr><td>{place}</td><td>{_e(values['kind'])}</td>"
            f"<td>{_utc(values['recorded_at'])}{fetched}</td><td>{shown}</td></tr>"
        )
    yield "</table></details>"


# --------------------------------------------------------------------- values


def _e(text: str) -> str:
    return escape_line(text)


def _address(url: str) -> str:
    """A link where it is an http or https address, else its text."""
    address = web_address(url)
    if address is None:
        return f"<bdi>{_e(url)}</bdi>"
    rel = 'rel="noopener noreferrer external"'
    return f'<a href="{_e(address)}" {rel}><bdi>{_e(url)}</bdi></a>'


def _in(language: str | None) -> str:
    """Attributes that say so; the direction is by the text where the language is not known."""
    if not language or not is_language(language):
        return ' lang="" dir="auto"'
    return f' lang="{language}" dir="{"rtl" if is_right_to_left(language) else "ltr"}"'


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _read(text: str | None) -> datetime | None:
    return _time(text) if text else None


def _utc(text: str) -> str:
    moment = read_time(_time(text), 0)
    assert moment is not None
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _shown_time(moment: datetime | None, precision: str | None = None) -> str:
    """With its zone, as far as it is known."""
    if moment is None:
        return ""
    lengths = {Precision.YEAR.value: 4, Precision.MONTH.value: 7, Precision.DAY.value: 10}
    if precision in lengths:
        return moment.date().isoformat()[: lengths[precision]]
    return _e(moment.isoformat(sep=" ", timespec="minutes"))
