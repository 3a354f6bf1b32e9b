"""One page to look at, from where a person says: an address, the archive, or a saved file.

Nothing is filed. What went wrong ends the command in one line, with the exit code that ``fetch``
has for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from commands.addresses import input_name, is_file, parse_given, read_input
from commands.archive import find_article, open_archive, open_if_there
from commands.exits import Exit, UsageError, exit_of_error
from commands.render.advice import advise
from commands.render.quoting import operand, word
from commands.settings import Settings
from commands.signals import run_watched
from commands.terminal import say
from commands.web import open_web
from scraper.clock import SystemClock
from scraper.errors import FetchError, SandboxError, StatusError
from scraper.isolation.readers import extract_in
from scraper.model.types import FetchRequest, Response
from scraper.pages.page_reader import other_kind
from scraper.pages.single_page import fetch_page
from storage.reading.library import Library

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from commands.signals import SignalWatch
    from scraper.isolation.sandbox import Sandbox
    from scraper.model.types import Article
    from scraper.rules import SiteRule


@dataclass(frozen=True)
class LoadedPage:
    body: bytes
    url: str | None
    """The final address; ``None`` for a file saved from nobody says where."""
    headers: tuple[tuple[str, str], ...]
    """As received."""
    fetched_at: datetime
    origin: str
    """Where it is from, for a person: ``fetched now``, ``the page of article 12 as stored on …``,
    a file's name."""

    @property
    def response(self) -> Response:
        """As if its address had answered so."""
        url = self.url or ""
        return Response(url, url, 200, self.headers, self.body, self.fetched_at)

    async def extract_in(self, sandbox: Sandbox, rule: SiteRule | None) -> Article:
        """What it says, as a crawl would read it. Raises ``SandboxError``."""
        return await extract_in(sandbox, self.response, rule)

    def give_up(self, error: SandboxError) -> Exit:
        """Say that the page killed or outlasted its reader, as it would in a crawl."""
        advice = advise(f"extraction_{error.reason}")
        say(f"{self.url or self.origin}: cannot be read: {error}; {advice}")
        return Exit.NO_ARTICLE


def load_page(
    settings: Settings,
    given: str | None,
    *,
    html: str | None,
    url: str | None,
    allow_private: bool,
) -> LoadedPage:
    """The page at ``given`` (an address, or an article's id), or in the file ``html``.

    ``html`` may be ``-`` for standard input, and ``url`` says where it was saved from. An address
    is fetched now, within robots and the host's pause; a file and a stored page never are.

    Raises ``UsageError``, ``AddressError``, ``StorageError``, and ``typer.Exit`` after saying why
    no page came.
    """
    if html is not None:
        if given is not None:
            raise UsageError("give an address, an id or --html FILE, one of them")
        page = load_file(settings, html, url)
        if not page.body:
            raise UsageError(f"{page.origin}: empty; save the page again")
        return page
    if url is not None:
        raise UsageError("--url says where --html FILE was saved from: give both, or the URL alone")
    if given is None:
        raise UsageError("give an address, an id or --html FILE")
    if given.strip().isdecimal():
        return _load_stored(settings, given)
    return _load_fetched(settings, _checked(given), allow_private)


def load_file(settings: Settings, path: str, url: str | None) -> LoadedPage:
    """A saved page, or one on standard input for ``-``, which may not be larger than a fetched one.

    Raises ``UsageError``, and ``AddressError`` for ``url``, where it was saved from.
    """
    address = parse_given(url) if url is not None else None
    body = read_input(path, settings.fetch_policy().max_bytes)
    headers = (("content-type", "text/html"),)
    return LoadedPage(body, address, headers, SystemClock().now(), input_name(path))


def _load_stored(settings: Settings, article: str) -> LoadedPage:
    with open_archive(settings, read_only=True) as engine:
        library = Library(engine)
        record = find_article(library, article)
        response = library.load_response(record.id)
    if response is None:
        hint = f"`kliping fetch {operand(record.url)}` stores it again"
        raise UsageError(f"article {record.id} has no stored page any more; {hint}")
    day = response.fetched_at.date().isoformat()
    how = ", read with a subscription" if record.with_credentials else ""
    return _of_response(response, f"the page of article {record.id} as stored on {day}{how}")


def _load_fetched(settings: Settings, url: str, allow_private: bool) -> LoadedPage:
    pages: list[LoadedPage] = []
    with open_if_there(settings) as engine:

        async def work(watch: SignalWatch) -> Exit:
            try:
                response = await _fetch(settings, url, engine, allow_private)
            except FetchError as error:
                return _explain_failure(url, error, engine)
            pages.append(_of_response(response, "fetched now"))
            return Exit.OK

        code = run_watched(work)
    if not pages or code != Exit.OK:
        raise typer.Exit(code)
    return pages[0]


async def _fetch(
    settings: Settings, url: str, engine: Engine | None, allow_private: bool
) -> Response:
    """Raises ``FetchError``, for an answer that is not a page as well."""
    async with open_web(settings, engine, allow_private=allow_private) as tools:
        response = await fetch_page(FetchRequest(url, vouched=True), tools)
    if not response.is_success:
        raise StatusError(response.url, response.status)
    if kind := other_kind(response):
        raise FetchError(response.url, "not_html", f"the server sent {kind}, not a page")
    return response


def _explain_failure(url: str, error: FetchError, engine: Engine | None) -> Exit:
    """Say why there is no page, and that the archive has one if it has."""
    what = error.detail if error.url == url else str(error)
    known = None if engine is None else Library(engine).find(url)
    advice = advise(error.reason)
    if known is not None:
        advice = f"the archive has it: give its id, {known.id}, to look at the stored page"
    say(f"{url}: {what}; {advice}")
    return Exit.NO_ARTICLE if error.reason == "not_html" else exit_of_error(error)


def _of_response(response: Response, origin: str) -> LoadedPage:
    return LoadedPage(response.body, response.url, response.headers, response.fetched_at, origin)


def _checked(given: str) -> str:
    """The address. Raises ``AddressError`` or ``UsageError``, which says how a file is given."""
    if is_file(given):
        raise UsageError(f"{given}: a file; give it with --html {word(given)}")
    is_page = given.lower().endswith((".html", ".htm", ".xhtml", ".mhtml"))
    hint = " (a saved page is given with --html FILE)" if is_page else ""
    return parse_given(given, otherwise=f"article's id{hint}")
