"""An article that is cut into several pages, joined into one.

    gather_parts     first page → the whole article, and the answers for its further pages

The page that shows all is asked first, where the first page names one; else the next pages, one
after the other. Title, credit and dates are the first page's. What a page repeats of those before
it stands once. Further addresses are followed on the first page's host only, each page with the
robots and the pace of its host (``ask``), and read like any other (``read``). A stored article is
read again in the same way, with an ``ask`` that answers from the archive.

Nothing is lost: where a further page may come another time (a timeout, 503, a pause), the whole
attempt fails with that error, so that half a text never takes the place of a whole one. Where it
is not there (404, 410, robots.txt), the article ends.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from scraper.directives import join
from scraper.errors import (
    AddressError,
    BodyError,
    FetchError,
    NetworkError,
    PausedError,
    RobotsError,
    StatusError,
)
from scraper.model.types import Article, Block, BlockKind, Response, Verdict
from scraper.urls import host_of, key_of

MAX_PARTS = 20
"""Pages of one article, the first included."""
MAX_TEXT = 1_000_000
"""Characters of one article; the page that would go beyond is left out."""
OWN_LENGTH = 60
"""A text of this length says a thing only once; shorter ones ("* * *", "No.") may come again."""
CONTAINED = 0.8
"""The share of the first page's text that a page which claims to be the whole must hold."""

TRY_LATER = frozenset((408, 425, 429))
_PARTS = frozenset((Verdict.ARTICLE, Verdict.TOO_SHORT))  # the last page may be a few lines
# "Title - Page 2", "Title (2/3)", "Title | Seite 2 von 3". Linear: what is searched is cut short.
_PAGE_MARK = re.compile(
    r"[\s|:,;()\[\]–—\-]*(?:\b(?:page|part|seite|teil|pagina|página|halaman|hal|strona|sayfa|"
    r"страница|стр)\b|第)?[ .#]{0,2}\d{1,2}(?: ?(?:/|of|von|de|di|van|dari|из|z) ?\d{1,2})?"
    r"(?:ページ|页|頁|/?)[\s)\]]*$"
)
_MAX_TITLE = 500

Ask = Callable[[str], Awaitable[Response]]
"""Gives the answer of any status for an address; raises ``FetchError``, ``AddressError``."""
Read = Callable[[Response], Awaitable[Article | None]]
"""Gives what a page says; ``None`` for what is no page. Raises ``FetchError`` where it was not read
now, but perhaps will be later."""


async def gather_parts(
    response: Response, article: Article, ask: Ask, read: Read
) -> tuple[Article, tuple[Response, ...]]:
    """The whole article, and the answers for its further pages, in order.

    ``article`` is what ``response`` says, the first page. Both come back as they were, with no
    further answers, where there are no further pages. The ``next_url`` of a joined article is the
    first page that is beyond ``MAX_PARTS``. Raises ``FetchError`` where one of them
    could not be fetched now, but perhaps will be later.
    """
    if article.whole_url is None and article.next_url is None:
        return article, ()
    trail = PageTrail(response, ask, read)
    if article.whole_url is not None:
        try:
            found = await trail.follow(article.whole_url)
        except FetchError:
            if article.next_url is None:
                raise
            found = None  # page by page it is the same text
        if found is not None and _is_whole_of(article, found[1]):
            return take_body(article, found[1], "its single page"), (found[0],)
    return await _follow_pages(article, trail)


class PageTrail:
    """The addresses of one article that were asked for, on its first page's host."""

    def __init__(self, first: Response, ask: Ask, read: Read) -> None:
        self._host = host_of(first.url)
        self._is_secure = first.url.startswith("https:")
        self._seen = {key_of(first.url), key_of(first.requested_url)}
        self._ask = ask
        self._read = read

    async def follow(
        self, url: str, *, is_variant: bool = False
    ) -> tuple[Response, Article] | None:
        """The page at ``url``; ``None`` where the article doesn't go on there.

        Raises ``FetchError`` where it may another time.
        """
        if host_of(url) != self._host or (not is_variant and key_of(url) in self._seen):
            return None
        url = self._as_first(url)
        self._seen.add(key_of(url))
        try:
            answer = await self._ask(url)
        except AddressError:
            return None
        except FetchError as error:
            if is_passing(error):
                raise
            return None
        if answer.status >= 500 or answer.status in TRY_LATER:
            raise StatusError(url, answer.status)
        if not answer.is_success:
            return None
        if host_of(answer.url) != self._host or self._as_first(answer.url) != answer.url:
            return None
        if answer.url != url and not is_variant:
            if key_of(answer.url) in self._seen - {key_of(url)}:
                return None
            self._seen.add(key_of(answer.url))
        article = await self._read(answer)
        if article is None:
            return None
        if article.verdict is Verdict.BOT_CHALLENGE:
            raise FetchError(url, "bot_challenge", "a bot challenge stands in place of the page")
        return answer, article

    def _as_first(self, url: str) -> str:
        """Over https, where the first page was read so."""
        is_less = self._is_secure and url.startswith("http:")
        return f"https:{url.removeprefix('http:')}" if is_less else url


async def _follow_pages(article: Article, trail: PageTrail) -> tuple[Article, tuple[Response, ...]]:
    joined = _Joined(article)
    answers: list[Response] = []
    following = article.next_url
    while following is not None and len(answers) + 1 < MAX_PARTS:
        found = await trail.follow(following)
        if found is None:
            break
        answer, part = found
        if part.verdict not in _PARTS or not has_title_of(article, part) or not joined.add(part):
            break
        answers.append(answer)
        following = part.next_url
    if not answers:
        return article, ()
    is_cut = len(answers) + 1 == MAX_PARTS and following is not None
    note = f"{len(answers) + 1} pages{', and it has more' if is_cut else ''}"
    whole = _with_blocks(article, joined.blocks, _body_source(article, note), joined.directives)
    return replace(whole, next_url=following if is_cut else None), tuple(answers)


class _Joined:
    """The blocks of several pages, each text once."""

    def __init__(self, first: Article) -> None:
        self.blocks: list[Block] = list(first.blocks)
        self._known = {fold_text(block.text) for block in first.blocks}
        self._known.add(_bare_title(first.title))
        self._size = len(first.body)
        self.directives = first.directives

    def add(self, part: Article) -> bool:
        """Add what is new on a page. False, and nothing is added, where nothing is or too much."""
        new = list(self._new_blocks(part))
        text = [block for block in new if block.kind is not BlockKind.CAPTION]
        size = self._size + sum(len(block.text) + 1 for block in text)
        if not text or size > MAX_TEXT:
            return False
        self.blocks += new
        self.directives = join(self.directives, part.directives)
        self._known |= {fold_text(block.text) for block in new}
        self._size = size
        return True

    def _new_blocks(self, part: Article) -> Iterator[Block]:
        """Without what stands on the pages before: at the page's head and foot whatever it is
        (headline, standfirst, author), between them what is long enough to be known by it."""
        blocks = part.blocks
        is_known = [fold_text(block.text) in self._known for block in blocks]
        start, end = 0, len(blocks)
        while start < end and is_known[start]:
            start += 1
        while end > start and is_known[end - 1]:
            end -= 1
        for block, known in zip(blocks[start:end], is_known[start:end], strict=True):
            once = len(block.text) >= OWN_LENGTH or block.kind is BlockKind.CAPTION
            if not (known and once):
                yield block


def _is_whole_of(first: Article, whole: Article) -> bool:
    """Whether a page that claims to hold the whole article does: it has the first page's text and
    more of it."""
    if whole.verdict is not Verdict.ARTICLE or not has_title_of(first, whole):
        return False
    if not len(first.body) < len(whole.body) <= MAX_TEXT:
        return False
    theirs = {fold_text(block.text) for block in whole.blocks}
    texts = [block.text for block in first.blocks if block.kind is not BlockKind.CAPTION]
    shared = sum(len(text) for text in texts if fold_text(text) in theirs)
    return shared >= CONTAINED * sum(map(len, texts))


def has_title_of(first: Article, part: Article) -> bool:
    """Whether a page has the first one's headline, its page number apart."""
    wanted = _bare_title(first.title)
    if not wanted or not part.title:
        return True  # its address says so, and its text must be new
    title, page_title = _bare_title(part.title), fold_text((part.page_title or "")[:_MAX_TITLE])
    return wanted == title or wanted in page_title or wanted in title


def _bare_title(title: str | None) -> str:
    return _PAGE_MARK.sub("", fold_text((title or "")[:_MAX_TITLE]), count=1)


def take_body(first: Article, other: Article, note: str) -> Article:
    """The first page's article with another page's text, which is all of it."""
    directives = join(first.directives, other.directives)
    whole = _with_blocks(first, other.blocks, _body_source(other, note), directives)
    return replace(whole, next_url=None)


def _with_blocks(
    article: Article, blocks: Sequence[Block], source: str, directives: tuple[str, ...]
) -> Article:
    body = "\n".join(block.text for block in blocks if block.kind is not BlockKind.CAPTION)
    provenance = dict(article.provenance)
    if "body" in provenance:
        provenance["body"] = replace(provenance["body"], source=source)
    blocks = tuple(blocks)
    return replace(article, body=body, blocks=blocks, provenance=provenance, directives=directives)


def _body_source(article: Article, note: str) -> str:
    record = article.provenance.get("body")
    return f"{record.source} ({note})" if record else note


def is_passing(error: FetchError) -> bool:
    """Whether what stood in the way may be gone another time."""
    if isinstance(error, RobotsError):
        return error.reason != "robots"
    if isinstance(error, BodyError):
        return error.reason == "truncated"
    return isinstance(error, NetworkError | PausedError)


def fold_text(text: str) -> str:
    """By which two texts are the same: without case, white space and forms of letters."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass(frozen=True)
class StoredParts:
    """An ``Ask`` that answers from what was stored: the page that is not there is a 404."""

    first: Response
    parts: tuple[Response, ...]

    async def __call__(self, url: str) -> Response:
        for part in self.parts:
            if key_of(part.url) == key_of(url):
                return part
        return replace(self.first, requested_url=url, url=url, status=404, body=b"")
