"""Which extractor reads a page: its number, and the digest of the rule for the site."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

from scraper.rules import RuleBook, SiteRule
from scraper.urls import host_of

EXTRACTOR_VERSION = "5"
"""Another number whenever the generic rules give another result for some page."""
KNOWN_HOSTS = 10_000


class Today:
    """The extractor of today with the rules of a book, as the versions that it makes name it."""

    def __init__(self, rules: RuleBook) -> None:
        self._rules = rules
        self.of_host = lru_cache(KNOWN_HOSTS)(self._find)

    def __call__(self, url: str) -> str:
        """The ``extractor_version`` of an article that is read at this address."""
        return self.of_host(host_of(url))

    def _find(self, host: str) -> str:
        # A rule holds for a host: the path does not matter.
        return _signed(self._rules.find(f"https://{host}/"))

    @property
    def name(self) -> str:
        """Of the extractor with all of its rules: another one when any of them changes."""
        digests = [
            f"{host} {SiteRule(host=host, **keys).digest}" for host, _, keys in self._rules.hosts()
        ]
        digest = blake2b("\n".join(digests).encode(), digest_size=8).hexdigest()
        return f"{EXTRACTOR_VERSION}+rules:{digest}"


def _signed(rule: SiteRule | None) -> str:
    digest = rule.digest if rule is not None else ""
    return f"{EXTRACTOR_VERSION}+rule:{digest}" if digest else EXTRACTOR_VERSION
