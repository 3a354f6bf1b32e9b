"""Cases of other projects' test suites, asked of kliping.

    python -m benchmarks.extraction.suites FOLDER [--wrong N]

``FOLDER`` holds a file of JSON lines for each question (``urls``, ``normalise``, ``outlets``,
``url_dates``, ``languages``, ``dates``, ``feeds``, ``robots``, ``jsonld``, ``metadata``); a line
has ``id``, ``input`` and ``expected``. Prints how many answers agree; ``--wrong``: so many of each
file that do not. Exit 1 where a question could not be asked.

Addresses are compared after RFC 3986 §6.2.2, text with its white space collapsed and invisible
signs dropped, times to the minute.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit, urlunsplit
from xml.sax.saxutils import escape

from scraper.discovery.documents import parse_source
from scraper.discovery.offers import declared_in
from scraper.errors import AddressError, ParseError
from scraper.extraction import extract
from scraper.extraction.dates import parse_date
from scraper.extraction.language import choose_language, guess_language
from scraper.fetch.politeness.robots import AGENT, decode_robots, parse_robots
from scraper.model.types import Candidate, Link
from scraper.urls import (
    canonical_url,
    date_in_path,
    join_address,
    origin_of,
    parse_address,
    site_of,
)

Expected = dict[str, Any]
RSS = (
    '<rss version="2.0"><channel><title>t</title><item><title>a</title>'
    "<link>http://example.org/1</link><pubDate>{}</pubDate></item></channel></rss>"
)
SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>'
    "<loc>http://example.org/1</loc><lastmod>{}</lastmod></url></urlset>"
)
KEPT = "/?#:@!$&()*+,;=~-._%"
"""What stands unescaped in a path or a query when two are compared."""


# --------------------------------------------------------------------- the questions


def urls(expected: Expected, address: str, base: str | None = None) -> object:
    try:
        sent = join_address(base, address) if base else parse_address(address)
    except AddressError:
        return True if expected.get("failure") or expected.get("may_refuse") else "refused"
    return spelt(sent) == spelt(expected.get("href")) or sent


def normalise(expected: Expected, a: str, b: str) -> object:
    try:
        return (canonical_url(a) == canonical_url(b)) == expected["same"]
    except AddressError:
        return not expected["same"]


def outlets(expected: Expected, address: str = "", a: str = "", b: str = "") -> object:
    if address:
        return site_of(parse_address(address)) == expected["outlet"]
    return (site_of(parse_address(a)) == site_of(parse_address(b))) == expected["same"]


def url_dates(expected: Expected, address: str) -> object:
    day = date_in_path(address)
    return (day and day.isoformat()) == expected["day"] or day


def languages(expected: Expected, text: str, stated: str | None = None) -> object:
    candidates = [Candidate(stated, "html:lang", 0.95)] if stated else []
    found = choose_language(candidates, text) if stated else guess_language(text)
    return (found and found.value) in expected["any_of"] or found


def dates(
    expected: Expected, text: str, where: str, language: str | None = None, now: str = ""
) -> object:
    if where == "page":
        printed = parse_date(text, language=language, now=datetime.fromisoformat(now))
        found: datetime | date | None = printed.value if printed else None
    else:
        form, url = {"feed": (RSS, "feed"), "sitemap": (SITEMAP, "sitemap.xml")}[where]
        document = form.format(escape(text)).encode()
        link = parse_source(document, f"http://example.org/{url}", None)[1].links[0]
        found = link.published_at or link.modified_at
    return any(is_moment(one, found) for one in expected["any_of"]) or found


def feeds(expected: Expected, url: str, document: str = "", page: str = "") -> object:
    if page:
        there = sorted(str(spelt(link.url)) for link in declared_in(page.encode(), url))
        return there == sorted(str(spelt(one)) for one in expected["feeds"]) or there
    try:
        listing = parse_source(document.encode(), url, None)[1]
    except ParseError:
        return bool(expected.get("refused")) or "refused"
    entries = expected.get("entries", [])
    agreed = (
        not expected.get("refused")
        and expected.get("count", len(listing.links)) == len(listing.links)
        and ("title" not in expected or plain(listing.title) == plain(expected["title"]))
        and expected.get("sitemaps", [link.url for link in listing.sitemaps])
        == [link.url for link in listing.sitemaps]
        and len(entries) <= len(listing.links)
        and all(map(is_entry, entries, listing.links))
    )
    return agreed or listing


def robots(expected: Expected, robots: str, agent: str, address: str) -> object:
    """``agent``: ours takes its place in the file; ``*`` is one that the file does not name."""
    if agent != "*":
        line = rf"(^|[\r\n])([ \t\ufeff]*user-agent[ \t]*:[ \t]*){re.escape(agent)}(?=[\s#]|$)"
        robots = re.sub(line, rf"\g<1>\g<2>{AGENT}", robots, flags=re.IGNORECASE)
    url = parse_address(address)
    rules = parse_robots(decode_robots(robots.encode()), origin_of(url))
    return rules.allows(url) == expected["allowed"]


def page(expected: Expected, html: str, url: str) -> object:
    article = extract(html, url)
    found: dict[str, Any] = {
        "title": article.title,
        "authors": [*article.authors],
        "date": article.published_at and article.published_at.date().isoformat(),
        "site": article.site_name,
        "image": article.image_url,
        "section": article.section,
        "tags": [*article.tags],
        "declared_url": article.declared_url,
    }
    wrong = {
        name: found[name]
        for name, value in expected.items()
        if plain(found[name]) != plain(value)
        and not (name in ("image", "declared_url") and spelt(found[name]) == spelt(value))
    }
    return wrong or True


QUESTIONS: dict[str, Callable[..., object]] = {
    one.__name__: one
    for one in (urls, normalise, outlets, url_dates, languages, dates, feeds, robots)
}
QUESTIONS |= {"jsonld": page, "metadata": page}
"""Each returns ``True`` where kliping agrees, else what it said."""


# --------------------------------------------------------------------- comparing


def spelt(address: str | None) -> str | None:
    """One spelling of what RFC 3986 §6.2.2 has as equal."""
    if not address:
        return None
    parts = urlsplit(address)
    path, query = (quote(unquote_to_bytes(part), safe=KEPT) for part in (parts.path, parts.query))
    # What is escaped and reserved differs from what stands there bare.
    marks = [re.findall("%(?:2F|3F|23|26|3D|2B|25)", part.upper()) for part in parts[2:4]]
    whole = urlunsplit((parts.scheme, parts.netloc.lower(), path or "/", query, ""))
    return f"{whole} {marks}"


def plain(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    shown = "".join(one for one in str(value or "") if unicodedata.category(one) != "Cf")
    return " ".join(shown.split())


def is_moment(expected: str | None, found: datetime | date | None) -> bool:
    """``expected``: a day, a time as printed, or an instant, which ends in ``Z``."""
    if expected is None or not isinstance(found, datetime):
        return expected is None and found is None
    if "T" not in expected:
        return found.date().isoformat() == expected
    wanted = datetime.fromisoformat(expected)
    if wanted.tzinfo is None or found.tzinfo is None:
        zone = None if wanted.tzinfo is None else UTC
        found = found.replace(tzinfo=zone)
    return abs((found - wanted).total_seconds()) < 60


def is_entry(expected: Expected, link: Link) -> bool:
    found: dict[str, Any] = {"published": link.published_at, "updated": link.modified_at}
    return (
        ("link" not in expected or spelt(link.url) == spelt(expected["link"]))
        and ("title" not in expected or plain(link.title) == plain(expected["title"]))
        and all(is_moment(expected[name], found[name]) for name in found if name in expected)
    )


def run(path: Path, shown: int) -> None:
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    wrong = []
    for case in cases:
        answer = QUESTIONS[path.stem](case["expected"], **case["input"])
        if answer is not True:
            wrong.append((case, answer))
    agreed = len(cases) - len(wrong)
    print(f"{path.stem:<10} {agreed:>4} of {len(cases):>4}  {agreed / len(cases):.1%}")
    for case, answer in wrong[:shown]:
        print(f"  {case['id']}: {str(case['input'])[:300]}\n    {case['expected']} ≠ {answer}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the files of cases are")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="answers that differ")
    options = parser.parse_args()
    paths = sorted(options.folder.glob("*.jsonl"))
    unknown = [path.name for path in paths if path.stem not in QUESTIONS]
    for path in paths:
        if path.name not in unknown:
            run(path, options.wrong)
    if unknown or not paths:
        print(f"no question is known for {', '.join(unknown) or options.folder}", file=sys.stderr)
    return int(bool(unknown) or not paths)


if __name__ == "__main__":
    sys.exit(main())
