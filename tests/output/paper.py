"""A newspaper on loopback that says every string of the table in every place where it can say
something: pages, feeds, sitemaps, robots.txt, headers, addresses, errors, a web archive."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from tests.newspaper import NOT_FOUND, article_html
from tests.output.strings import DRIVING, HARM, PLAIN
from tests.servers import Behaviour, Server, raw, reply
from tests.storage.warc.makers import answer, by_gzip, record

CASES = HARM | PLAIN
FEEDS = ("all_driving", *DRIVING, "html", "attribute", "shell", *PLAIN)
"""What matters in the name of a source."""


def said(name: str, field: str) -> str:
    """What a page says in a field: the string, and a word that tells the field. An author has a
    name, or nobody would take it for one: of the string what does not show stands within it."""
    unseen = "".join(c for c in CASES[name] if not c.isprintable())
    if field == "byline" and unseen:
        return f"Maria{unseen} Holm"
    return f"{CASES[name]} {field.replace('_', '')} harbour"


def page(name: str, edit: str = "") -> bytes:
    """An article that says one string everywhere: raw, as character references and, in JSON-LD,
    as escapes of JavaScript's. ``edit``: changes title and text."""
    head = (
        f'<meta property="og:title" content={_attribute(said(name, "title") + edit)}>'
        f'<meta property="og:site_name" content={_attribute(said(name, "site_name"))}>'
        f'<meta property="article:section" content={_attribute(said(name, "section"))}>'
        f'<meta property="article:tag" content={_attribute(said(name, "tag"))}>'
        f'<meta name="author" content="{_references(said(name, "byline"))}">'
        f'<meta property="og:image" content={_attribute("/images/" + CASES[name])}>'
        f'<meta name="description" content={_attribute(CASES[name])}>'
        f'<script type="application/ld+json">{_json_ld(name, edit)}</script>'
    )
    text = _text(CASES[name])
    verbatim = _text(" ".join(CASES[name].split()))
    table = f"<table><tr><td>{text} cell</td><td>{text}</td></tr><tr><td>1</td><td>2</td></table>"
    more = (
        f"<p>{text} paragraph of the harbour council, which met on Tuesday.{_text(edit)}</p>"
        f"<p>{_references(CASES[name])} spelt out for the harbour council of the town.</p>"
        f"<h2>{text} heading</h2><ul><li>{text} item of a list</li></ul>"
        f"<blockquote><p>{text} quoted by the harbour master, who was there.</p></blockquote>"
        f"<pre>\tfirst {verbatim} line\n\tsecond line of verbatim text</pre>{table}"
        f"<figure><img src={_attribute('/images/' + CASES[name])} width=800 height=600>"
        f"<figcaption>{text} caption of the picture</figcaption></figure>"
    )
    html = article_html(_text(said(name, "title") + edit), name, head, _text(said(name, "byline")))
    return html.replace(b"</article>", more.encode() + b"</article>")


def story_path(name: str) -> str:
    """The string stands in the address, too."""
    return f"/{name}/{quote(CASES[name], safe='$();=+,@*', errors='replace')[:200]}"


def serve(server: Server) -> None:
    """Stories, listed by feeds that have the strings for their titles, and trouble."""
    for name in CASES:
        server.routes[story_path(name)] = reply(page(name), headers=_headers(name))
    rest = [name for name in CASES if name not in FEEDS]
    for name in FEEDS:
        listed = [story_path(name)]
        if name == FEEDS[0]:  # and a page of whose header an event tells
            listed += ["/trouble/type", *map(story_path, rest)]
        server.routes[f"/feed/{name}"] = reply(feed(name, listed), headers=FEED_HEADERS)
    server.routes |= troubles()
    server.routes["/robots.txt"] = reply(_robots(), headers={"Content-Type": "text/plain"})
    server.routes["/"] = reply(_front("escape_sequences", "c1", "rich", "bidi"))
    server.routes["/shell"] = reply(_front("shell"))


def edit(server: Server, names: Iterable[str]) -> None:
    """From now on these stories have changed."""
    for name in names:
        changed = page(name, edit=f" {CASES[name]} anew")
        server.routes[story_path(name)] = reply(changed, headers=_headers(name))


def feed(name: str, listed: Iterable[str]) -> bytes:
    """RSS of these paths, as far as XML can say it."""
    heading = f"<title>{_xml(said(name, 'item'))}</title>"
    items = "".join(f"<item>{heading}<link>{escape(path)}</link></item>" for path in listed)
    title = _xml(said(name, "feed"))
    document = f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>"
    return f"<?xml version='1.0' encoding='utf-8'?>{document}".encode()


FEED_HEADERS = {"Content-Type": "application/rss+xml; charset=utf-8"}


def opml(base: str) -> bytes:
    """All the feeds, with the strings for their names and folders."""
    lines = (
        f"<outline text={quoteattr(_storable(said(name, 'folder')))}>"
        f"<outline type='rss' text={quoteattr(_storable(said(name, 'source')))} "
        f"xmlUrl='{base}/feed/{name}'/>"
        "</outline>"
        for name in FEEDS
    )
    return f"<opml version='2.0'><body>{''.join(lines)}</body></opml>".encode()


# --------------------------------------------------------------------- trouble

_BYTES = b"\x1b[2J\x9b5m\xe2\x80\xaeevil\xc2\x9b5m [/bad] kliping: forged"
"""In a head, where a line break ends the line: escape sequences in C0 and C1, and an override."""
_OBS_TEXT = b"\x9b5m\xe2\x80\xaeevil\xc2\x9d0;t [/bad]"
"""What of it HTTP allows in a value (RFC 9110 §5.5)."""


def troubles() -> dict[str, Behaviour]:
    """By path: answers that end in an outcome with a reason, each with something to say."""
    body = b"Content-Length: 5\r\n\r\nhello"
    html = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset="
    location = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
    soft = NOT_FOUND.replace(b"Page not found", b"Page not found " + _BYTES)
    wall = (
        "<html><head><title>{0}</title></head><body><h1>{0} Verify you are human</h1>"
        "<form id='challenge-form'>Checking your browser {0}</form></body></html>"
    )
    return {
        "/trouble/phrase": raw(b"HTTP/1.1 500 Bad " + _OBS_TEXT + b"\r\n" + body),
        "/trouble/phrase_c0": raw(b"HTTP/1.1 500 Bad " + _BYTES + b"\r\n" + body),
        "/trouble/status_line": raw(_BYTES + b" 200 OK\r\n" + body),
        "/trouble/header": raw(b"HTTP/1.1 200 OK\r\n" + _BYTES + b"\r\n" + body),
        "/trouble/chunk": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + _BYTES),
        "/trouble/length": raw(b"HTTP/1.1 200 OK\r\nContent-Length: " + _OBS_TEXT + b"\r\n\r\n"),
        "/trouble/type": raw(b"HTTP/1.1 200 OK\r\nContent-Type: x/" + _OBS_TEXT + b"\r\n" + body),
        "/trouble/charset": raw(html + _OBS_TEXT + b"\r\n" + body),
        "/trouble/coding": raw(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: " + _OBS_TEXT + b"\r\n" + body
        ),
        "/trouble/scheme": raw(location + b"data:" + _OBS_TEXT + b"\r\n\r\n"),
        "/trouble/host": raw(location + b"http://" + _OBS_TEXT + b"/\r\n\r\n"),
        "/trouble/target": raw(location + b"/gone/" + _OBS_TEXT + b"\r\n\r\n"),
        "/trouble/soft_404": reply(soft),
        "/trouble/challenge": reply(wall.format(_text("".join(HARM.values())))),
        "/trouble/title": reply(f"<title>{_text(HARM['escape_sequences'])}</title><p>Short."),
        "/trouble/retry": raw(
            b"HTTP/1.1 403 No\r\nRetry-After: " + _OBS_TEXT + b"\r\nWWW-Authenticate: "
            b"Basic realm=" + _OBS_TEXT + b"\r\n" + body
        ),
        "/trouble/xml": reply(
            b"<?xml version='1.0'?><rss><channel><" + _BYTES, headers=FEED_HEADERS
        ),
        "/trouble/encoding": reply(
            b"<?xml version='1.0' encoding='\xc2\x9b5m'?><rss><channel>", headers=FEED_HEADERS
        ),
        "/trouble/json": reply(
            b'{"version": "https://jsonfeed.org/version/1.1", "items": [' + _BYTES
        ),
    }


def _headers(name: str) -> Mapping[str, str]:
    """What is stored with a page: in a header an escape sequence can only be in C1."""
    value = "".join(c for c in CASES[name] if c.isprintable() or "\x80" <= c <= "\x9f")
    return {
        "X-Said": value.encode("latin-1", "ignore").decode("latin-1"),
        "ETag": f'"{name}\x9b5m"',
    }


def _robots() -> bytes:
    """Sitemaps whose addresses and rules whose paths are anything at all."""
    lines = ["User-agent: *", "Disallow: /closed/", "Crawl-delay: \x1b[2J"]
    lines += [f"Sitemap: /maps/{text}.xml".replace("\n", " ") for text in HARM.values()]
    return "\n".join([*lines, "Sitemap: javascript:alert(1)", ""]).encode("utf-8", "surrogatepass")


def _front(*names: str) -> str:
    """Offers of feeds, whose titles and addresses are the publisher's."""
    links = "".join(
        f'<link rel=alternate type="application/rss+xml" title={_attribute(said(name, "offer"))}'
        f" href={_attribute(f'/feed/{name}?x=' + CASES[name])}>"
        for name in names
    )
    return f"<html><head>{links}<title>{_text(HARM['escape_sequences'])}</title></head><body>Hello"


# --------------------------------------------------------------------- a web archive


def web_archive() -> bytes:
    """Records whose addresses, headers, types and dates are anything at all, of pages that are."""
    records = []
    for name, text in HARM.items():
        line = text.translate({10: " ", 13: " "}).encode("utf-8", "replace").decode()
        headers = (("Content-Type", "text/html; charset=utf-8"), ("X-Said", _latin(line)))
        body = answer(page(name).replace(name.encode(), b"recorded " + name.encode()), headers)
        records += [
            record(f"https://{name.replace('_', '-')}.example/{line}", body),
            record(f"https://paper.example/{line}", b"HTTP/1.1 " + line.encode() + b"\r\n\r\nx"),
            record(f"{line}://paper.example/", body, date=line or "x"),
            record("https://paper.example/x", body, kind=line.strip() or "x"),
        ]
    return by_gzip(records)


def _latin(text: str) -> str:
    return text.encode("latin-1", "ignore").decode("latin-1")


# --------------------------------------------------------------------- spelling


def _text(text: str) -> str:
    """In HTML as it is, but for what would be markup; a surrogate can only be a reference."""
    return "".join(f"&#{ord(c)};" if _is_surrogate(c) else escape(c, quote=False) for c in text)


def _attribute(text: str) -> str:
    return '"' + _text(text).replace('"', "&quot;") + '"'


def _references(text: str) -> str:
    return "".join(f"&#{ord(c)};" for c in text)


def _json_ld(name: str, edit: str) -> str:
    values = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": said(name, "title") + edit,
        "author": {"@type": "Person", "name": said(name, "byline")},
        "articleSection": said(name, "section"),
        "publisher": {"@type": "Organization", "name": said(name, "site_name")},
        "datePublished": "2024-09-02T13:27:00+02:00",
    }
    return json.dumps(values).replace("<", "\\u003c")


def _xml(text: str) -> str:
    return escape(_storable(text), quote=False)


def _storable(text: str) -> str:
    """What an XML document can hold of it; controls, but not C1, are none of its characters."""
    kept = (c for c in text if c in "\t\n\r" or (c >= " " and not _is_surrogate(c)))
    return "".join(c for c in kept if c not in "\ufffe\uffff")


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"
