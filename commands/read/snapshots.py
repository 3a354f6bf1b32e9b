"""``open`` and ``show --html``: an article on the web, or its page as it was stored."""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
import tempfile
import time
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.archive import find_article, find_version, open_archive
from commands.cleaning import clean, clean_block
from commands.exits import UsageError
from commands.options import Article, Config, Db, VersionNumber
from commands.settings import load_settings
from commands.terminal import emit, emit_bytes
from storage.reading.library import Library

if TYPE_CHECKING:
    from scraper.model.types import Response
    from storage.reading.rights import Rights
    from storage.records import ArticleRecord, VersionRecord

PAGES = "kliping-page-"
"""How the directories begin in which pages lie for the browser, each private."""
LONGEST = 3600.0
"""Seconds that a page lies there at least: a browser has read it long before."""

# An archived page is a stranger's program: opened from a file it must run nothing and fetch
# nothing that would tell its publisher who reads it, and when.
_POLICY = (
    b'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    b"style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; "
    b"base-uri 'none'\">"
    b'<meta name="referrer" content="no-referrer">'
    b'<meta http-equiv="x-dns-prefetch-control" content="off">'
)
# Scripts would not run; links tell the browser which hosts to look up and to connect to, which no
# policy forbids, and what else they name it would not load. A base would take the links of whoever
# shows the page elsewhere. An end tag that never ends goes on to the page's end, so that each
# character is read once.
_SCRIPTS = re.compile(
    r"<script(?=[\s/>]).*?(?:</script(?=[\s/>])[^>]*(?:>|\Z)|\Z)", re.IGNORECASE | re.DOTALL
)
_LINKS = re.compile(r"<(?:link|base)(?=[\s/>])[^>]*>?", re.IGNORECASE)
# A page that refreshes itself goes to the web, which no policy forbids. An attribute's name has no
# other spelling (HTML, 13.2.5.33); what else these elements say, the page was read by already. A
# page in an attribute may spell all of this in character references.
_ATTRIBUTES = re.compile("http-equiv|srcdoc", re.IGNORECASE)


class KeptBackError(Exception):
    """The publisher asks that no stored copy of the page is shown."""


class NotStoredError(Exception):
    """The page was never stored, or it was pruned."""


def open_article(
    context: typer.Context,
    article: Article,
    snapshot: Annotated[
        bool, typer.Option("--snapshot", help="The page as it was stored, from this machine.")
    ] = False,
    version: VersionNumber = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Open an article in the browser: on the web, or its stored page.

    The stored page is written to a private file, without scripts and without anything from the
    web; its pictures were never stored. Where its publisher says noarchive it is not shown
    ([rights] in kliping.toml). Where there is no browser, the address is printed.

    \b
    Examples:
      kliping open 12
      kliping open 12 --snapshot
      kliping open 12 --snapshot --version 1
    """
    if version is not None and not snapshot:
        raise UsageError("--version belongs to --snapshot: the web has today's page only")
    settings = load_settings(context)
    with open_archive(settings, read_only=True) as engine:
        library = Library(engine)
        record = find_article(library, article)
        if not snapshot:
            address = record.url
        else:
            chosen = None if version is None else find_version(library, record, version)
            page = _load(library, record, settings.rights(), chosen)
            address = _write_page(record, page).as_uri()
    if not _open(address):
        emit(clean(address))


def print_page(
    library: Library, record: ArticleRecord, rights: Rights, version: VersionRecord | None = None
) -> None:
    """The stored page on standard output, byte for byte; cleaned for a terminal."""
    response = _load(library, record, rights, version)
    if sys.stdout.isatty():
        emit(clean_block(decode(response)))
    else:
        emit_bytes(response.body)


def _load(
    library: Library, record: ArticleRecord, rights: Rights, version: VersionRecord | None
) -> Response:
    """Raises ``UsageError`` where it is not stored, or not to be shown."""
    try:
        return load_stored_page(library, record, rights, version)
    except KeptBackError:
        raise UsageError(
            f"article {record.id}: its publisher asks that no stored copy of the page is shown "
            '(noarchive); `obey = "nothing"` under [rights] in kliping.toml shows it'
        ) from None
    except NotStoredError:
        raise UsageError(f"article {record.id}: its page is not stored (any more)") from None


def _write_page(record: ArticleRecord, response: Response) -> Path:
    _remove_old_pages()
    directory = Path(tempfile.mkdtemp(prefix=PAGES))
    path = directory / f"article-{record.id}.html"
    text = disarm(decode(response)).encode("utf-8", "replace")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        # Before all of the page: a policy in a meta element holds for what comes after it.
        file.write(b'<!doctype html><meta charset="utf-8">' + _POLICY + text)
    return path


def _remove_old_pages() -> None:
    """The browser tells nobody when it is done: what was opened before is removed by the next."""
    for directory in Path(tempfile.gettempdir()).glob(f"{PAGES}*"):
        with suppress(OSError):  # another's, or gone by now
            status = directory.lstat()
            is_ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
            if is_ours and status.st_mtime < time.time() - LONGEST:
                shutil.rmtree(directory)


def _open(address: str) -> bool:
    """Whether a browser was found. One that runs in a terminal is none to be started unasked: it is
    started on one, or where ``BROWSER`` names it."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    runs_apart = isinstance(browser, webbrowser.BackgroundBrowser)
    if not (runs_apart or sys.stdout.isatty() or os.environ.get("BROWSER")):
        return False
    return browser.open(address)


# --------------------------------------------------------------------- as it was stored, disarmed


def load_stored_page(
    library: Library, record: ArticleRecord, rights: Rights, version: VersionRecord | None
) -> Response:
    """Raises ``KeptBackError`` and ``NotStoredError``, and ``StorageError`` for a damaged one."""
    forbidden = (*record.directives, *(version.directives if version else ()))
    if rights.keeps_page(forbidden):
        raise KeptBackError
    response = library.load_response(record.id, version.id if version else None)
    if response is None:
        raise NotStoredError
    return response


def decode(response: Response) -> str:
    from scraper.extraction.decode import decode_page  # heavy: brings all of extraction

    return decode_page(response.body, response.header("content-type"))


def disarm(page: str) -> str:
    """The page without scripts, and without what a policy does not keep from the web.

    A space takes their place: without it, what stood around them might be one of them.
    """
    page = _LINKS.sub(" ", _SCRIPTS.sub(" ", page))
    return _ATTRIBUTES.sub(r"data-\g<0>", page)
