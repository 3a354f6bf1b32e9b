"""Site rules: what a person knows of a site and no page says, as checked data.

    check_rules    the ``rules`` table of a file → checked keys by host, or a ``ConfigError``
    RuleBook       the layers of such tables, the shipped one lowest; finds the rule for an address
    SiteRule       what holds for one address; small and picklable, it crosses the sandbox's pipe

A rule for ``example.org`` holds on its subdomains too. Where several rules match, each key is
taken from the most specific host that states it, and for one host from the highest layer. An
empty value (``""``, ``[]``) switches off what would be inherited.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from scraper.errors import AddressError, ConfigError
from scraper.model.types import Provenance
from scraper.urls import canonical_url, domain_of, hide_userinfo, parse_address

FIELDS = {
    "title": "title",
    "authors": "authors",
    "published": "published_at",
    "modified": "modified_at",
    "section": "section",
    "body": "body",
}
"""By the key of a selector, the field of ``Article`` that it sets."""
MAX_SELECTOR = 1_000
MAX_REMOVED = 100
SHIPPED = "shipped"

Keys = Mapping[str, Any]
"""The checked keys that one table states for one host: ``str``, or ``tuple[str, ...]``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRule:
    """What holds for one site. Every selector is CSS that has been compiled once."""

    host: str
    """The most specific host that has a rule, without ``www.`` and the like."""
    title: str = ""
    authors: str = ""
    published: str = ""
    modified: str = ""
    section: str = ""
    body: str = ""
    """The element or elements that hold the article's text."""
    remove: tuple[str, ...] = ()
    """What is taken out of the page before anything is read."""
    single_page: str = ""
    """Makes the address of a page that holds the whole article: query parameters to set
    (``?page=all``), an end for the path (``/all``), or both."""

    @property
    def selectors(self) -> dict[str, str]:
        """By key, the selectors that are stated."""
        return {key: value for key in FIELDS if (value := getattr(self, key))}

    @property
    def digest(self) -> str:
        """A short name of what the rule changes in the reading of a page; empty if nothing."""
        read = (*self.selectors.items(), *self.remove)
        return blake2b(repr(read).encode(), digest_size=4).hexdigest() if read else ""

    def source(self, key: str) -> str:
        """How a value that this key found is labelled in the provenance."""
        return f"rule:{self.host} {key}"

    def unused(self, provenance: Mapping[str, Provenance]) -> tuple[str, ...]:
        """The keys whose selectors gave no value, so that the generic one stands."""
        return tuple(
            key
            for key in self.selectors
            if (record := provenance.get(FIELDS[key])) is None
            or not record.source.startswith(self.source(key))
        )

    def whole_address(self, url: str) -> str | None:
        """Where the whole article stands; ``None`` if the rule knows no such address.

        ``url`` is a checked address, and so is the result.
        """
        parts = urlsplit(self.plain_address(url))
        if not self.single_page or (parts.path in ("", "/") and not parts.query):
            return None
        end, _, query = self.single_page.partition("?")
        path = parts.path.rstrip("/") + end if end else parts.path
        query = "&".join(filter(None, (parts.query, query)))
        try:
            return parse_address(urlunsplit(parts._replace(path=path, query=query)))
        except AddressError:
            return None  # too long by what is added

    def plain_address(self, url: str) -> str:
        """The address under which the article is filed: none of what ``whole_address`` adds."""
        if not self.single_page or domain_of(url) != domain_of(f"https://{_bracketed(self.host)}/"):
            return url
        parts = urlsplit(url)
        end, _, query = self.single_page.partition("?")
        path = parts.path
        while end and path.rstrip("/").endswith(end) and path.rstrip("/") != end:
            path = path.rstrip("/").removesuffix(end)  # the end alone is a page of that name
        names = {pair.partition("=")[0] for pair in query.split("&") if pair}
        kept = [pair for pair in parts.query.split("&") if pair.partition("=")[0] not in names]
        return urlunsplit(parts._replace(path=path, query="&".join(kept)))


@dataclass(frozen=True)
class Layer:
    """The rules of one table, and what it is called."""

    name: str
    rules: Mapping[str, Keys]


@dataclass(frozen=True)
class RuleBook:
    """Layers of rules, the lowest first."""

    layers: tuple[Layer, ...] = ()

    def find(self, url: str) -> SiteRule | None:
        """The rule for an address; ``None`` where no rule names its host."""
        try:
            host = urlsplit(canonical_url(url)).hostname or ""
        except AddressError:
            return None
        named = ""
        keys: dict[str, Any] = {}
        for domain in _domains(host):
            for layer in self.layers:
                if domain in layer.rules:
                    named = domain
                    keys |= layer.rules[domain]
        return SiteRule(host=named, **keys) if named else None

    def hosts(self) -> Iterator[tuple[str, tuple[str, ...], Keys]]:
        """Every host with the layers that name it and its keys, in the order of the alphabet."""
        for host in sorted({host for layer in self.layers for host in layer.rules}):
            naming = [layer for layer in self.layers if host in layer.rules]
            keys: dict[str, Any] = {}
            for layer in naming:
                keys |= layer.rules[host]
            yield host, tuple(layer.name for layer in naming), keys


@lru_cache(maxsize=1)
def shipped_rules() -> Layer:
    """The rules that come with kliping (``scraper/data/rules.toml``)."""
    text = files("scraper").joinpath("data", "rules.toml").read_text(encoding="utf-8")
    return Layer(SHIPPED, check_rules(tomllib.loads(text)["rules"], "rules.toml"))


# --------------------------------------------------------------------- checking


def check_rules(table: object, where: str) -> dict[str, dict[str, Any]]:
    """The rules of a file, by host. ``where`` names the file.

    Raises ``ConfigError``: one line that names file, host and key, and says what to write.
    """
    if not isinstance(table, dict):
        raise ConfigError(f'{where}: rules must be sections: write [rules."example.org"]')
    checked: dict[str, dict[str, Any]] = {}
    for given, keys in table.items():
        section = f'{where}: [rules."{_shown(given)}"]'
        host = _check_host(given, keys, section)
        if host in checked:
            raise ConfigError(f"{section} is a second rule for {host}: write one section for both")
        checked[host] = {key: _check_key(key, keys[key], section) for key in keys}
    return checked


def _check_host(given: str, keys: object, section: str) -> str:
    if not isinstance(keys, dict):
        name = f'[rules."{_shown(given)}"]' if "." in given else '[rules."example.org"]'
        raise ConfigError(f"{section} must be a section: write {name}, and the keys below it")
    if any(isinstance(each, dict) for each in keys.values()) and not set(keys) & _KNOWN:
        advice = "put the host in quotation marks"  # [rules.example.org] is example → org
        raise ConfigError(f'{section} is part of a host: {advice}, as in [rules."example.org"]')
    try:
        address = parse_address(f"https://{given}/")
        parts = urlsplit(address)
        alone = given.strip() == given and not set("/?#@") & set(given)
        if alone and parts.port is None:
            return urlsplit(canonical_url(address)).hostname or ""
    except AddressError:
        pass
    raise ConfigError(
        f"{section}: {_shown(given)!r} is no host: write the name alone, as in "
        '[rules."example.org"]; it holds for subdomains too'
    )


def _check_key(key: str, value: object, section: str) -> Any:
    where = f"{section} {_shown(key)}"
    if key not in _KNOWN:
        nearest = difflib.get_close_matches(key.lower(), sorted(_KNOWN), n=1, cutoff=0)[0]
        raise ConfigError(
            f"{section}: unknown key {_shown(key)!r}; the nearest known one is {nearest!r}"
        )
    if key == "remove":
        if not isinstance(value, list) or len(value) > MAX_REMOVED:
            raise ConfigError(
                f'{where} must be a list of at most {MAX_REMOVED} CSS selectors, as in [".promo"]'
            )
        return tuple(_check_selector(each, where, may_be_empty=False) for each in value)
    if key == "single_page":
        return _check_single_page(value, where)
    return _check_selector(value, where, may_be_empty=True)


def _check_selector(value: object, where: str, *, may_be_empty: bool) -> str:
    advice = 'write one as for a style sheet, as in "h1.headline"'
    if not isinstance(value, str):
        raise ConfigError(f"{where} must be a CSS selector, not {_shown(value)}; {advice}")
    if not value.strip() and may_be_empty:
        return ""
    if len(value) > MAX_SELECTOR:
        raise ConfigError(f"{where} is longer than {MAX_SELECTOR} characters: write a shorter one")
    if not value.replace("\n", " ").replace("\t", " ").isprintable() or not _compiles(value):
        raise ConfigError(f"{where}: {_shown(value)!r} is no CSS selector; {advice}")
    return value.strip()


def _compiles(selector: str) -> bool:
    """Whether the parser that will look for it understands it."""
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # not for a file without rules

    try:
        LexborHTMLParser("<p>").css(selector)
    except (SelectolaxError, ValueError):
        return False
    return True


def _check_single_page(value: object, where: str) -> str:
    advice = 'write what the address gets, as in "?page=all" or "/all"'
    if not isinstance(value, str):
        raise ConfigError(f"{where} must be text, not {_shown(value)}; {advice}")
    end, _, query = value.partition("?")
    good = (
        value.isascii()
        and value.isprintable()
        and len(value) <= 200
        and not set(" #\\") & set(value)
        and (not end or (end.startswith("/") and not end.endswith("/") and "//" not in end))
        and ("?" not in value or all(pair.partition("=")[0] for pair in query.split("&")))
    )
    if not good:
        raise ConfigError(f"{where}: {_shown(value)!r} is no part of an address; {advice}")
    return value


_KNOWN = frozenset(field.name for field in fields(SiteRule)) - {"host"}


# --------------------------------------------------------------------- small helpers


def _domains(host: str) -> list[str]:
    """The host and the domains above it, the most general first; an IP address alone."""
    if ":" in host or host.replace(".", "").isdecimal():
        return [host]
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1, -1, -1)]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _shown(value: object) -> str:
    """For a message: one line, not too long, without a password."""
    if isinstance(value, str):
        value = hide_userinfo(value)
        text = value if value.isprintable() else repr(value)[1:-1]
    else:
        text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
