"""``rules test``: one page read twice, without its site's rule and with it."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlsplit

import typer

from commands.addresses import parse_given
from commands.exits import Exit, UsageError
from commands.options import AllowPrivate, Config, Db, Json, completed
from commands.read.loading import LoadedPage, load_page
from commands.settings import Settings, load_settings
from commands.signals import SignalWatch, run_watched
from commands.sources.rule_views import Comparison, Reading, print_comparison
from scraper.errors import SandboxError
from scraper.isolation.sandbox import Sandbox
from scraper.rules import Layer, SiteRule
from scraper.urls import canonical_url


def compare(
    context: typer.Context,
    page: Annotated[
        str,
        typer.Argument(
            metavar="URL|ID|FILE",
            help="An address, an article's id, or with --url a saved page.",
            autocompletion=completed("articles"),
        ),
    ],
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="The address that FILE was saved from."),
    ] = None,
    allow_private: AllowPrivate = False,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Show what a page gives without and with its site's rule.

    Side by side; nothing is filed. Without a terminal: field, without and with, between tabs.

    \b
    Examples:
      kliping rules test https://example.com/news/story
      kliping rules test saved.html --url https://example.com/news/story
    """
    generic, ruled, rule = _load(load_settings(context), page, url, allow_private)
    done: list[Comparison] = []

    async def work(watch: SignalWatch) -> Exit:
        try:
            done.append(await _compare(generic, ruled, rule))
        except SandboxError as error:
            return ruled.give_up(error)
        return Exit.OK

    code = run_watched(work)
    if done:
        print_comparison(done[0], json=json)
    raise typer.Exit(code)


def _load(
    settings: Settings, given: str, url: str | None, allow_private: bool
) -> tuple[LoadedPage, LoadedPage, SiteRule]:
    """The page as it is without the rule, and with it: another one if the rule has a single-page
    address and the page is fetched."""
    if url is None and os.path.isfile(given):
        raise UsageError(f"{given}: a file; say with --url where it was saved from")
    if url is not None:
        page = load_page(settings, None, html=given, url=url, allow_private=allow_private)
        return page, page, _rule_for(settings, page.url or url)
    if given.strip().isdecimal():
        page = load_page(settings, given, html=None, url=None, allow_private=allow_private)
        return page, page, _rule_for(settings, page.url or "")
    address = parse_given(given, otherwise="article's id, and no such file")
    rule = _rule_for(settings, address)
    page = load_page(_cut(settings, rule), given, html=None, url=None, allow_private=allow_private)
    whole = page
    if rule.single_page:
        whole = load_page(settings, given, html=None, url=None, allow_private=allow_private)
    return page, whole, _rule_for(settings, whole.url or given)  # a redirect may lead elsewhere


def _rule_for(settings: Settings, url: str) -> SiteRule:
    rule = settings.rule_book().find(url)
    if rule is None:
        host = urlsplit(canonical_url(url)).hostname or url
        where = settings.config or "kliping.toml"
        raise UsageError(f'no rule for {host}: write a section [rules."{host}"] in {where}')
    return rule


def _cut(settings: Settings, rule: SiteRule) -> Settings:
    """The same settings without the rule's single-page address."""
    off = Layer("off", {rule.host: {"single_page": ""}})
    return replace(settings, site_rules=(*settings.site_rules, off))


async def _compare(generic: LoadedPage, ruled: LoadedPage, rule: SiteRule) -> Comparison:
    async with Sandbox(workers=1) as sandbox:
        readings = [
            Reading(len(page.body), await page.extract_in(sandbox, by))
            for page, by in ((generic, None), (ruled, rule))
        ]
    return Comparison(ruled.url or "", rule, *readings)
