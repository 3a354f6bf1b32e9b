"""Whether a subscriber's headers and cookies may go to an address: the law of the way. Pure.

A way begins with what a person gave: the address of a page, of a site or of a source. Each step
along it is a redirect, or a document that names the next address: a feed its entries, a sitemap
index its sitemaps, a front page its links, an article its next page. An address is *vouched for* if
every address on the way to it is of its site. So nobody but a person and the site itself chooses
what a subscription is used for; whatever another site lists, or leads to, is read as everybody
reads it. SECURITY.md has the law as a table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scraper.model.types import Link, Listing, Response
from scraper.urls import host_of, site_of


def is_same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site. Malformed ones are of none."""
    try:
        return host_of(one) == host_of(other) or site_of(one) == site_of(other)
    except ValueError:
        return False


def vouches(document: Response, url: str) -> bool:
    """Whether ``url``, which ``document`` names, is vouched for."""
    return document.vouched and is_same_site(document.url, url)


def vouch_for(listing: Listing, document: Response) -> Listing:
    """What ``document`` lists, each link marked as vouched for or not."""
    if not document.vouched:
        return listing

    def marked(links: Iterable[Link]) -> tuple[Link, ...]:
        return tuple(
            replace(link, vouched=True) if is_same_site(document.url, link.url) else link
            for link in links
        )

    return replace(listing, links=marked(listing.links), sitemaps=marked(listing.sitemaps))
