"""Indexes of posts: linked headlines, each with the beginning of its text, a date or "read more".

They have as much text as an article, and no markup says what they are. What tells them is the form:
one headline after the other leads to a page of its own, and what stands under it leads there too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from scraper.extraction.body import TextRun
from scraper.extraction.verdict.signals import MIN_FLASH, PageSignals, is_date_like, measure

MIN_POSTS = 4
MAX_OWN = 350
"""More text than this before the first post is the page's own: an article with others under it."""
MAX_SHARE = 0.5
"""One post with more of the text is the article, and the others are its neighbours."""
POST_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))


@dataclass(frozen=True, slots=True)
class Posts:
    number: int = 0
    leading: int = 0
    """So many of them have one more link to the same page: the picture's does not count."""
    dated: int = 0
    first: int = 0
    """The node of the first headline."""


def count_posts(page: PageSignals) -> Posts:
    """The posts in the element that holds the text; none where it has a text of its own."""
    document, container = page.document, page.layout.container
    if (
        container is None
        or sum(len(document.by_tag.get(tag, ())) for tag in POST_HEADINGS) < MIN_POSTS
    ):
        return Posts()
    sections = [*_cut(page, container)]
    sizes = [sum(run.size for run in own if _is_text(run)) for _, own in sections]
    linked = [_address_of(page, heading) if heading else "" for heading, _ in sections]
    first = next((at for at, address in enumerate(linked) if address), len(linked))
    posts = [at for at in range(first, len(linked)) if linked[at] and sizes[at] >= MIN_FLASH]
    top = sections[first][0] if posts else None
    text = sum(sizes[first:])
    others = len(linked) - first - sum(map(bool, linked[first:]))
    if (
        len(posts) < MIN_POSTS
        or top is None
        or _size_before(page, top.owner) > MAX_OWN
        or 3 * others > len(posts)
        or max(sizes[first:]) > MAX_SHARE * text
        or len({linked[at] for at in posts}) < len(posts)
    ):
        return Posts()
    return Posts(
        len(posts),
        sum(_leads_on(page, sections[at][1], linked[at]) for at in posts),
        sum(any(map(is_date_like, sections[at][1])) for at in posts),
        top.owner,
    )


def _cut(page: PageSignals, container: int) -> Iterator[tuple[TextRun | None, Sequence[TextRun]]]:
    """The container's runs by the heading above them; those above the first have none."""
    document, end = page.document, page.document.ends[container]
    heading: TextRun | None = None
    own: list[TextRun] = []
    for run in page.layout.runs:
        if not container <= run.first < end:
            continue
        if document.tags[run.owner] in POST_HEADINGS and not run.reason:
            yield heading, own
            heading, own = run, []
        else:
            own.append(run)
    yield heading, own


def _size_before(page: PageSignals, at: int) -> int:
    """Of the body, as far as it stands before a node."""
    body = page.body
    before = bisect_left(body.places, at)
    return sum(measure(block.text) for block in body.blocks[:before])


def _is_text(run: TextRun) -> bool:
    return not run.reason and run.link_density < 0.5 and not is_date_like(run)


def _address_of(page: PageSignals, heading: TextRun) -> str:
    """Where a heading leads that is all link, on this site but not on this page; or ``""``."""
    if heading.link_density < 0.8:
        return ""
    document = page.document
    above = (at for at in document.ancestors(heading.first) if document.tags[at] == "a")
    address = document.attribute(next(above, 0), "href").strip()
    if not address or address.startswith(("#", "javascript:")):
        return ""
    try:
        host = urlsplit(address).hostname
        here = urlsplit(page.url or "").hostname
    except ValueError:
        return ""
    return address if not host or not here or host == here else ""


def _leads_on(page: PageSignals, own: Sequence[TextRun], address: str) -> bool:
    """Whether what stands under a headline has one more link to the same page."""
    if not own:
        return False
    document, links = page.document, page.document.by_tag.get("a", ())
    low, high = own[0].owner, own[-1].last
    places = links[bisect_left(links, low) : bisect_left(links, high + 1)]
    wanted = address.partition("#")[0].rstrip("/")
    return any(
        document.attribute(at, "href").strip().partition("#")[0].rstrip("/") == wanted
        for at in places
    )
