"""A small newspaper of our own on loopback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.servers import Behaviour, Server, reply

FEED_TYPE = {"Content-Type": "application/rss+xml; charset=utf-8"}


def story(number: int, *, edit: str = "", title: str | None = None) -> str:
    """A whole article, as a plain news site prints one."""
    title = title or f"Harbour council decides case {number}"
    published = f"2026-03-0{number % 9 + 1}T10:00:00+02:00"
    paragraphs = "".join(
        f"<p>In case {number}, point {point}: the harbour council heard the fishermen of pier "
        f"{number * point} on Tuesday and put off its decision by {point + number} weeks, because "
        f"the survey of the eastern mole was not yet finished.</p>"
        for point in range(1, 7)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title} - The Mole</title>"
        '<meta property="og:type" content="article"><meta name="author" content="Ada Pier">'
        f'<meta property="article:published_time" content="{published}">'
        f"</head><body><article><h1>{title}</h1><p class=byline>By Ada Pier</p>"
        f"{paragraphs}{edit}</article></body></html>"
    )


def feed(links: Iterable[str], headers: Mapping[str, str] = FEED_TYPE) -> Behaviour:
    items = "".join(f"<item><title>x</title><link>{link}</link></item>" for link in links)
    document = (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Mole</title>{items}'
        "</channel></rss>"
    )
    return reply(document, headers={**FEED_TYPE, **headers})


def newspaper(server: Server, stories: int) -> str:
    """Serve so many stories and a feed of them; the feed's address."""
    paths = [f"/story/{number}" for number in range(1, stories + 1)]
    for number, path in enumerate(paths, start=1):
        server.routes[path] = reply(story(number))
    server.routes["/feed.xml"] = feed(server.url(path) for path in paths)
    return server.url("/feed.xml")
