"""A page that shows no text, or little of it, beside its AMP or print version.

What shows nothing is taken from there as it is. A stub or a teaser is made whole: headline, credit
and dates stay the page's own, and only a text that clearly is the same one and more of it is taken.
The article is filed under the page's own address in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scraper.directives import join
from scraper.errors import FetchError
from scraper.model.types import Article, Response, Verdict
from scraper.pages.parts import CONTAINED, Ask, PageTrail, Read, fold_text, has_title_of, take_body

STUB = 600
"""Characters of a text that may be the beginning of one."""
MORE = 1.5
"""How many times as long the text of a version must be that is to take the place of a stub."""
MUCH_MORE = 4.0
"""The same where it does not begin with the stub, which then is a summary."""

_WITHOUT_TEXT = frozenset((Verdict.EMPTY, Verdict.TOO_SHORT, Verdict.CONSENT_WALL))
_PAID = ("isAccessibleForFree", "content tier")
"""How the evidence of a teaser begins that its publisher states to be one for subscribers."""


def wants_variant(article: Article) -> bool:
    """Whether a better version of the page may be looked for: it shows no text, a teaser that is
    not for subscribers alone, or an article so short that it may be a stub."""
    if article.verdict is Verdict.TEASER:
        return not article.evidence.startswith(_PAID)
    is_alone = article.next_url is None and article.whole_url is None
    is_stub = article.verdict is Verdict.ARTICLE and is_alone and len(article.body) < STUB
    return is_stub or article.verdict in _WITHOUT_TEXT


async def gather_variant(
    response: Response, article: Article, addresses: Sequence[str], ask: Ask, read: Read
) -> tuple[Article, tuple[Response, ...]]:
    """What a page with its versions at ``addresses`` says, and the answer for the one taken.

    Raises ``FetchError`` like ``gather_parts`` where the page itself shows nothing; a page that has
    some text never waits for its version, of which then the first one alone is asked for.
    """
    if not wants_variant(article):
        return article, ()
    trail = PageTrail(response, ask, read)
    if article.verdict not in _WITHOUT_TEXT:
        try:
            found = await trail.follow(addresses[0], is_variant=True) if addresses else None
        except FetchError:
            found = None
        if found is None or not _is_more_of(article, found[1]):
            return article, ()
        return _made_whole(article, *found), (found[0],)
    for address in addresses:
        found = await trail.follow(address, is_variant=True)
        if found is None:
            continue
        answer, other = found
        if other.verdict is Verdict.ARTICLE and len(other.body) > len(article.body):
            other = replace(
                other,
                canonical_url=article.canonical_url,
                declared_url=article.declared_url,
                next_url=None,
                whole_url=None,
                directives=join(article.directives, other.directives),
                evidence=f"{other.evidence}; read from {answer.url}",
            )
            return other, (answer,)
    return article, ()


def _is_more_of(stub: Article, other: Article) -> bool:
    if other.verdict is not Verdict.ARTICLE or not has_title_of(stub, other):
        return False
    longer = len(other.body) / max(len(stub.body), 1)
    if longer < MORE:
        return False
    whole = fold_text(other.body)
    # What is cut off ends in an ellipsis.
    lines = [fold_text(line).rstrip(" .…") for line in stub.body.splitlines()]
    shared = sum(len(line) for line in lines if line in whole)
    return longer >= MUCH_MORE or shared >= CONTAINED * sum(map(len, lines))


def _made_whole(stub: Article, answer: Response, other: Article) -> Article:
    whole = take_body(stub, other, "its other version")
    evidence = f"{other.evidence}; read from {answer.url}"
    return replace(whole, verdict=Verdict.ARTICLE, evidence=evidence)
