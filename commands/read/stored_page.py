"""A page as it was stored, made fit to be shown: it asks nobody for anything, and runs nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scraper.model.types import Response
    from storage.reading.library import Library
    from storage.reading.rights import Rights
    from storage.records import ArticleRecord, VersionRecord

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
