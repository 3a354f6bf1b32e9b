"""What part of a site a feed or a section page is about, by its address."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

# Parts of a feed's address that say that it is one, or that it is of everything.
_PLAIN = frozenset(
    "feed feeds rss rss2 rss1 rss20 atom rdf json xml index all alle main default full home "
    "homepage front frontpage latest newest recent new news top topnews top-news headlines "
    "nachrichten aktuell aktuelles berita terbaru terkini beranda noticias portada ultimas "
    "ultimas-noticias actualites une notizie nieuws newsfeed news-feed rssfeed rss-feed "
    "rssfeeds rss-feeds blog articles artikel stories syndication services public site www "
    "googlenews google-news feedburner urls url url-list url_list urllist links".split()
)
_ENDING = re.compile(r"\.(?:xml|txt|rss|atom|rdf|json|php|aspx?|html?|cms)$")
_COMMENTS = re.compile(
    r"(?:^|/)comments?(?:/|$)|comments?[_-]?(?:feed|rss)|[?&]feed=comments", re.IGNORECASE
)
_COMMENTS_TITLE = re.compile(
    r"^\s*(?:comments? (?:on|for)|kommentare (?:zu|für)|commentaires (?:sur|pour)|"
    r"comentarios (?:en|de|sobre)|comentários (?:sobre|em)|komentar (?:di|untuk|pada)|"
    r"commenti (?:a|su|per)|reacties (?:op|voor))\b",
    re.IGNORECASE,
)
MAX_PATH = 1_000


def scope_of(url: str) -> str:
    """The section in an address, ``sport/football`` of ``/rss/sport/football.xml``.

    Empty for the whole site. Lower case, percent-decoded.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    kept = []
    for segment in unquote(parts.path[:MAX_PATH]).lower().split("/"):
        name = _ENDING.sub("", segment)
        if name and name not in _PLAIN and "sitemap" not in name:
            kept.append(name)
    return "/".join(kept)


def covers(scope: str, wanted: str) -> bool:
    """Whether what is about ``scope`` belongs to the section ``wanted``: its parts stand at the
    beginning of it, or behind one that says what kind of page it is (``category/politics``)."""
    if not wanted:
        return True
    parts, asked = scope.split("/"), wanted.split("/")
    return asked in (parts[: len(asked)], parts[1 : len(asked) + 1])


def is_of_comments(url: str, title: str | None) -> bool:
    """Whether a feed is of readers' comments (WordPress: ``/comments/feed/``, "Comments on …")."""
    parts = urlsplit(url)
    return bool(
        _COMMENTS.search(f"{parts.path[:MAX_PATH]}?{parts.query[:MAX_PATH]}")
        or _COMMENTS_TITLE.search((title or "")[:200])
    )
