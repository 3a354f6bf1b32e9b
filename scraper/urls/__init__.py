"""Addresses: checking, the canonical form, and which host or outlet an address belongs to.

Three words (docs/architecture.md): the *requested* address is what was asked, the *final* one is
where redirects ended, the *canonical* one is ours: a normal form under which all the spellings
of one page meet. The canonical form is a key and a label; what is fetched is always an address
that was listed or answered.
"""

from scraper.urls.canonical import (
    TRACKER_PREFIXES,
    TRACKERS,
    canonical_url,
    choose_canonical,
    choose_declared,
    date_in_path,
    key_of,
    url_key,
)
from scraper.urls.outlets import (
    DEFAULT_PORTS,
    domain_of,
    host_of,
    is_ip,
    levelled_host,
    origin_of,
    site_of,
)
from scraper.urls.parsing import MAX_URL_LENGTH, PORT_PROBLEM, join_address, parse_address
from scraper.urls.redaction import hide_userinfo, shown

__all__ = [
    "DEFAULT_PORTS",
    "MAX_URL_LENGTH",
    "PORT_PROBLEM",
    "TRACKERS",
    "TRACKER_PREFIXES",
    "canonical_url",
    "choose_canonical",
    "choose_declared",
    "date_in_path",
    "domain_of",
    "hide_userinfo",
    "host_of",
    "is_ip",
    "join_address",
    "key_of",
    "levelled_host",
    "origin_of",
    "parse_address",
    "shown",
    "site_of",
    "url_key",
]
