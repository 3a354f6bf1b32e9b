"""Who may say what an article is: what a capture's addresses prove of it. Pure.

An article's text, address, site and history come only from answers whose final address is its own
or is proven to be. Everything else that names an article (a redirect, a canonical link, ``og:url``,
a paging or AMP link, a feed's entry, a record of a web archive) may link and may propose.

| What is at hand | What it may do |
|---|---|
| an answer at the article's home, or at its canonical address on the same host | all |
| … the latter for the first time, with a text that is no variant of it | nothing |
| an answer to which the home redirects, in its outlet | all: the article moves there |
| … in another outlet: all that the article ever said is a variant of it, and nothing was first \
read in that outlet | all: the article moves there |
| … any other | nothing |
| another address of the home's host that had its text, or leads to it | link |
| … that declares the home | link: it is a copy |
| a page of the outlet's other hosts with the same content, where it never had another | link |
| … that declares the home, where the article was read: with its text, or declared in turn | link |
| an answer over plain http, of an article read over https | propose: kept beside, asked again |
| a record of a web archive, of an article read on the web | propose; an older one is history |
| a redirect over plain http, of such an article or an address that is asked over https | nothing |
| what a record says of an address that is asked on the web, but at the record's own | nothing |
| a record that declares an address, once that is read on the web | nothing |
| anything else | nothing |

*Host* means host and port without ``www.``, ``m.``, ``mobile.`` and ``amp.``
(``urls.levelled_host``), *outlet* means ``urls.site_of``, *home* is the final address that the
article's text was read from.
"""

from __future__ import annotations

from dataclasses import replace

from scraper import urls
from storage.addresses import Address, is_same_host
from storage.saving.capture_facts import CaptureFacts, KnownArticle, Lookup

PLAIN_HTTP = "plain_http: not encrypted, where the article was read over https"
RECORDED = "recorded: from a web archive, where the article was read on the web"


def heed(facts: CaptureFacts, known: Lookup) -> tuple[CaptureFacts, Lookup]:
    """What is known, without the articles over which the capture has no authority."""

    def keep(article: KnownArticle | None, asked: Address) -> KnownArticle | None:
        return article if article and has_authority(facts, article, asked) else None

    there = known.canonical
    if there and (is_hearsay(facts, known) or keep(there, facts.canonical) is None):
        # Nor is the address that the page declares its own.
        facts, known = (
            replace(facts, canonical=facts.final),
            replace(known, canonical=None),
        )
    resident, lives_there = known.requested, keep(known.final, facts.final)
    heeded = replace(
        known,
        alias_of=known.final.id if known.final else None,
        canonical=keep(known.canonical, facts.canonical),
        final=lives_there,
        requested=keep(known.requested, facts.requested),
    )
    is_resident = lives_there is not None and facts.final.key in lives_there.own_keys
    if lives_there and is_resident and lesser_way(facts, lives_there) is not None:
        # What is read in a lesser way does not say whose the address is, either.
        heeded = replace(heeded, canonical=lives_there)
        facts = replace(facts, canonical=facts.final)
    if resident and facts.requested.key in resident.own_keys:
        is_kept = leaves_outlet(facts, resident) or not is_proof(facts, facts.requested, resident)
        heeded = replace(heeded, resident=resident.id if is_kept else None)
    if facts.baseline is not None and heeded.found is not known.found:
        facts = replace(facts, baseline=None)  # what was read anew is the other's page
    return facts, heeded


def is_hearsay(facts: CaptureFacts, known: Lookup) -> bool:
    """Whether what is known at the declared address comes from web archives alone, and the page
    itself was read on the web."""
    there = known.canonical
    if there is None or facts.recorded or facts.canonical.key == facts.final.key:
        return False
    return there.is_read and not there.is_live and facts.final.key not in there.own_keys


def has_authority(facts: CaptureFacts, article: KnownArticle, asked: Address) -> bool:
    """Whether a capture counts for an article that ``asked``, one of its addresses, leads to."""
    if is_claim(facts, article):
        return False
    if facts.final.key in article.own_keys or is_led_home(facts, article):
        return True
    if asked.key != facts.final.key and not is_proof(facts, asked, article):
        return False
    is_plain = article.url.startswith("https:") and facts.final.url.startswith("http:")
    if not article.is_read and (facts.recorded or is_plain):
        return False  # a wall that stands there is not filled from elsewhere in a lesser way
    is_lesser = facts.content is None or lesser_way(facts, article) is not None
    if is_lesser and urls.site_of(facts.final.url) == urls.site_of(article.url):
        return True  # the address had the article's text, and nothing better takes its place
    return is_same_host(facts.final.url, article.url) and is_same_host(asked.url, article.url)


def is_claim(facts: CaptureFacts, article: KnownArticle) -> bool:
    """Whether only a record says that the address, read on the web now, is the article's."""
    is_told = article.is_read and not article.is_live and not facts.recorded
    return is_told and facts.final.key != article.home_key


def is_asked_claim(facts: CaptureFacts, known: Lookup) -> bool:
    """Whether the requested address is an article's that nobody asked there on the web, as a rule
    by a record, and is asked now. A home stays its article's, where it leads elsewhere, too."""
    article = known.requested
    if article is None or facts.recorded or facts.requested.key == article.home_key:
        return False
    is_new = not known.is_checked and facts.requested.key not in article.own_keys
    return is_new or is_claim(facts, article)


def is_led_home(facts: CaptureFacts, article: KnownArticle) -> bool:
    """Whether the article's home itself redirected to what was read."""
    hops = {hop.key for hop in facts.passed if is_proof(facts, hop, article)}
    if not hops & article.own_keys:
        return False
    if article.is_read:
        return True
    # What has no text has nothing to be known by, in another outlet or a record.
    return not facts.recorded and not leaves_outlet(facts, article)


def is_proof(facts: CaptureFacts, hop: Address, article: KnownArticle) -> bool:
    """Whether a redirect was met in no lesser way than the article."""
    if article.url.startswith("https:") and hop.url.startswith("http:"):
        return False
    return not facts.recorded or not article.is_live


def stays(facts: CaptureFacts, known: Lookup, article_id: int | None) -> bool:
    """Whether the requested address becomes none of the article's, though it leads there: it is
    the home of another, or is asked in a better way than the one that leads there."""
    if known.resident is not None and known.resident != article_id:
        return True
    asked = known.asked
    if asked is None or facts.requested.key == facts.final.key:
        return False
    return asked.startswith("https:") and facts.requested.url.startswith("http:")


def leaves_outlet(facts: CaptureFacts, article: KnownArticle) -> bool:
    """Whether the article would move to another outlet."""
    if facts.final.key in article.own_keys:
        return False
    return urls.site_of(facts.final.url) != urls.site_of(article.url)


def lesser_way(facts: CaptureFacts, article: KnownArticle) -> str | None:
    """Why a text that was read in this way only proposes an edit of the article; else ``None``."""
    if not article.is_read:
        return None
    if article.url.startswith("https:") and facts.final.url.startswith("http:"):
        return PLAIN_HTTP
    return RECORDED if facts.recorded and article.is_live else None
