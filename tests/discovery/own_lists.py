"""Pages that show articles: those that are about something else, and near misses that are lists.

Each is made of the same headlines, as one paper's pages are: those of its front page, ``LISTED``.
"""

from __future__ import annotations

LISTED = [
    f"/news/2026/03/{day:02}/harbour-council-debates-plan-{day}-for-the-mole"
    for day in range(1, 13)
]


def headline(path: str) -> str:
    return " ".join(path.rsplit("/", 1)[-1].split("-")).capitalize()


def items(paths: list[str], tag: str = "h3", teaser: str = "") -> str:
    return "".join(
        f'<div class="item"><{tag}><a href="{path}">{headline(path)}</a></{tag}>{teaser}</div>'
        for path in paths
    )


def bullets(paths: list[str]) -> str:
    rows = "".join(f'<li><a href="{path}">{headline(path)}</a></li>' for path in paths)
    return f"<ul>{rows}</ul>"


def page(body: str, title: str = "The Mole") -> str:
    menu = "".join(f'<li><a href="/{name}/">{name.title()}</a></li>' for name in ("news", "sport"))
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><header>'
        f"<p>The Mole, since 1921</p><nav><ul>{menu}</ul></nav></header>{body}"
        '<footer><a href="/about/">About us</a> <a href="/imprint/">Imprint</a></footer>'
        "</body></html>"
    )


FIVE = LISTED[:5]
SENTENCE = (
    "The Mole has printed the news of the harbour since 1921 and belongs to those who read it. "
)
TEASER = "<p>The council met on Tuesday and put off its decision once more, the mayor said.</p>"

ABOUT: dict[str, tuple[str, str]] = {
    "an aside of headings": (
        "/about/",
        page(
            f"<main><h1>About us</h1><p>{SENTENCE * 4}</p></main><aside><h2>Latest</h2>"
            f"{items(FIVE)}</aside>"
        ),
    ),
    "a sidebar by its name": (
        "/who-we-are",
        page(
            f'<div id="content"><h1>Who we are</h1><p>{SENTENCE * 3}</p></div>'
            f'<div class="sidebar"><h4>Most read</h4>{bullets(LISTED)}</div>'
        ),
    ),
    "a short imprint": (
        "/impressum",
        page(
            "<div class=text><h1>Impressum</h1><p>The Mole GmbH, Hafenstr. 1, 20457 Hamburg</p>"
            f'</div><div class="col-right popular">{items(FIVE, "h4")}</div>'
        ),
    ),
    "headlines in the footer": (
        "/privacy-policy/",
        page(
            f"<article><h1>Privacy</h1><p>{SENTENCE * 9}</p></article><footer>{bullets(FIVE)}"
            "</footer>"
        ),
    ),
    "a form to subscribe": (
        "/abo",
        page(
            "<main><h1>Read The Mole</h1><form><label>Name <input></label><button>Send</button>"
            f'</form></main><section class="related-posts">{items(FIVE)}</section>'
        ),
    ),
    "a column without a name": (
        "/contact",
        page(
            f'<div class="c8"><h1>Contact</h1><p>Call 555-1921. {SENTENCE}</p></div>'
            f'<div class="c4">{items(FIVE)}</div>'
        ),
    ),
    "links in its text": (
        "/history-of-the-house",
        page(
            f"<main><h1>History of the house</h1><p>{SENTENCE} In that year we wrote that "
            f'<a href="{LISTED[0]}">{headline(LISTED[0])}</a>, and so it came.</p></main>'
            f"<aside>{bullets(FIVE)}</aside>"
        ),
    ),
}
"""By what they are: path and page."""

LISTS: dict[str, tuple[str, str]] = {
    "a small section beside what is most read": (
        "/harbour/",
        page(
            f"<main><h1>Harbour</h1>{items(FIVE)}</main><aside><h2>Most read</h2>"
            f"{bullets(LISTED[2:])}</aside>"
        ),
    ),
    "one column in an odd wrapper": (
        "/local/",
        page(
            f'<div class="content-with-sidebar"><h1>Local</h1>{items(LISTED, "h2", TEASER)}</div>'
            "<div>Monday, 3 March 2026. All rights reserved, The Mole and its owners.</div>"
        ),
    ),
    "an introduction and five cards": (
        "/council/",
        page(f"<main><h1>Council</h1><p>{SENTENCE * 4}</p>{items(FIVE, 'h2', TEASER)}</main>"),
    ),
    "tables of the last century": (
        "/archive.html",
        page(
            "<table><tr><td><b>Monday, 3 March</b></td></tr>"
            + "".join(
                f'<tr><td><font size=2><a href="{path}">{headline(path)}</a></font></td></tr>'
                for path in LISTED
            )
            + "</table>"
        ),
    ),
    "an author with a biography": (
        "/author/ada-pier",
        page(
            f'<div class="author-bio"><h1>Ada Pier</h1><p>{SENTENCE * 3}</p></div>'
            f'<div class="author-articles">{items(FIVE)}</div>'
        ),
    ),
    "what is most read, as a page": (
        "/most-read",
        page(f'<h1>Most read today</h1><div class="most-read">{items(LISTED)}</div>'),
    ),
    "news of the house": (
        "/about-us/",
        page(
            "<main><h1>News of the house</h1>"
            + items([path.replace("/news/", "/house/") for path in FIVE])
            + "</main>"
        ),
    ),
    "whole posts one below the other": (
        "/blog/",
        page(
            "".join(
                f'<article><h2><a href="{path}">{headline(path)}</a></h2><time datetime="2026-03-0'
                f'{day}T10:00:00Z">3 March</time>{TEASER * 6}</article>'
                for day, path in enumerate(FIVE, start=1)
            )
        ),
    ),
    "a section that is called like a service": (
        "/karriere/",
        page(items([*FIVE[:2], *(path.replace("/news/", "/karriere/") for path in FIVE)])),
    ),
    "times before the links": (
        "/ticker-of-the-day",
        page(
            "<main>"
            + "".join(f'<p>12:30 h <a href="{path}">{headline(path)}</a></p>' for path in FIVE)
            + "</main>"
        ),
    ),
}
