"""Templates, and what they call: times, links, languages, texts.

What is stored is text, never markup: Jinja2 escapes it, after characters that no document may hold
are taken out. The only markup that is not a template's is made by ``storage.export.markup``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse

from commands.render.failures import why
from commands.render.provenance import source_in_words
from commands.times import local_times
from scraper.errors import AddressError
from scraper.model.types import Precision
from scraper.urls import site_of
from storage.export.markup import render_blocks
from storage.export.texts import (
    UNKNOWN_LANGUAGE,
    clean_text,
    is_right_to_left,
    language_of,
    language_tag,
    title_of,
    web_address,
)
from storage.records import ArticleRecord
from storage.search.snippets import Snippet
from web.acts.door import cookie_name

_COARSE = {Precision.DAY: "%-d %B %Y", Precision.MONTH: "%B %Y", Precision.YEAR: "%Y"}


def page(request: Request, name: str, /, status_code: int = 200, **values: Any) -> HTMLResponse:
    """The template ``name`` with these values."""

    def link(path: str, **query: Any) -> str:
        return link_to(request, path, **query)

    session = None
    if acting := request.app.state.site.acting:
        host = request.headers.get("host", "")
        session = acting.door.session(request.cookies, cookie_name(host))
    values |= {"request": request, "link": link, "query": values.get("query", "")}
    values |= {"acting": acting, "session": session}
    text = TEMPLATES.get_template(name).render(**values)
    headers = {"cache-control": "no-store"} if session else {}  # its forms hold its token
    return HTMLResponse(text, status_code, headers)


def link_to(request: Request, path: str, **query: Any) -> str:
    """A path of ours, below the root path, with what is given of a query."""
    given = {
        name.rstrip("_"): ("1" if value is True else value)
        for name, value in query.items()
        if value not in (None, False, "")
    }
    root = str(request.scope.get("root_path", ""))
    return f"{root}{path}{'?' + urlencode(given, doseq=True, errors='replace') if given else ''}"


class Plain(JSONResponse):
    """JSON in ASCII: nothing of a page's text drives a terminal that it is printed on."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()


# --------------------------------------------------------------------- times


def full_time(at: datetime, precision: Precision | None = None) -> Markup:
    """``3 December 2026, 09:15 +07:00`` in the zone that it has, as exactly as it is known."""
    if precision in _COARSE:
        return _time(at, at.strftime(_COARSE[precision]))
    return _time(at, f"{at:%-d %B %Y, %H:%M} {_offset(at)}")


def local_time(at: datetime) -> Markup:
    """The same of a time of ours, in the zone of this machine."""
    return full_time(_localized(at))


def short_time(at: datetime, precision: Precision | None = None, *, day: bool = False) -> Markup:
    """``09:15``, with the day before it where that stands nowhere else."""
    if precision in _COARSE:
        return _time(at, at.strftime(_COARSE[precision])) if day else Markup("")
    return _time(at, f"{at:%-d %b %Y, %H:%M}" if day else f"{at:%H:%M}")


def short_local(at: datetime, *, day: bool = False) -> Markup:
    return short_time(_localized(at), day=day)


def plain_local(at: datetime) -> str:
    """``3 Dec 2026, 09:15`` in the zone of this machine, where no markup may stand."""
    return f"{_localized(at):%-d %b %Y, %H:%M}"


def day_heading(at: datetime) -> str:
    """``Thursday, 3 December 2026``"""
    return f"{at:%A, %-d %B %Y}"


def _time(at: datetime, shown: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), shown)


def _localized(at: datetime) -> datetime:
    try:
        return at.astimezone()
    except OverflowError:  # at the ends of the calendar
        return at


def _offset(at: datetime) -> str:
    offset = at.utcoffset()
    if offset is None or not offset:
        return "UTC"
    return at.strftime("%z")[:3] + ":" + at.strftime("%z")[3:5]


# --------------------------------------------------------------------- articles


def outlet(record: ArticleRecord) -> str:
    """What it calls itself, else its site."""
    return record.site_name or site(record)


def site(record: ArticleRecord) -> str:
    return site_at(record.url)


def site_at(url: str) -> str:
    """The outlet of an address: ``example.com``."""
    try:
        return site_of(url)
    except (AddressError, ValueError):
        return ""


def language_attributes(language: str | None) -> Markup:
    """``lang`` and ``dir`` of an element whose text is in this language; without one the browser
    finds the direction by the letters."""
    tag = language_tag(language)
    if tag == UNKNOWN_LANGUAGE:
        return Markup('dir="auto"')
    direction = "rtl" if is_right_to_left(tag) else "ltr"
    return Markup('lang="{}" dir="{}"').format(tag, direction)


def body(record: ArticleRecord) -> Markup:
    """The text by its blocks. Every text in it is escaped there."""
    return Markup("\n".join(render_blocks(record)))  # noqa: S704


def with_commands(text: str) -> Markup:
    """A sentence of ours, what stands between backticks as code."""
    pieces = enumerate(clean_text(text).split("`"))
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if at % 2 else escape(piece) for at, piece in pieces
    )


def capitalize_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def marked_snippet(snippet: Snippet) -> Markup:
    """The place in the text, its hits marked."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(clean_text(text)) if is_hit else escape(clean_text(text))
        for text, is_hit in snippet.pieces
    )


def _plain(value: Any) -> Any:
    """What is put into a document: clean text, or what is markup already."""
    return clean_text(value) if type(value) is str else value


TEMPLATES = Environment(
    loader=PackageLoader("web"),
    autoescape=True,
    finalize=_plain,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters |= {
    "full_time": full_time,
    "local_time": local_time,
    "short_time": short_time,
    "short_local": short_local,
    "plain_local": plain_local,
    "day_heading": day_heading,
    "source_words": source_in_words,
    "outlet": outlet,
    "site": site,
    "host": site_at,
    "title": title_of,
    "language": language_of,
    "lang": language_attributes,
    "body": body,
    "marked_snippet": marked_snippet,
    "address": web_address,
    "with_commands": with_commands,
    "capitalize_first": capitalize_first,
    "failure_words": why,
    "local_message": local_times,
}
TEMPLATES.globals |= {"now": lambda: datetime.now(UTC)}
