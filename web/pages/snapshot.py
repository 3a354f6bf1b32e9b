"""The page that an article was read from, as it was stored, with a bar above that says so.

It is a stranger's: its policy lets it do nothing and ask nobody, and what no policy forbids was
taken out. Its styles stay, so whatever the bar needs to be seen is said in a way that no style of
the page can outdo: inline and important, on the bar and on all that is around it. The start tags of
``html`` and ``body`` stand before the page's own, whose attributes then are not taken over (HTML,
13.2.6.4.7).
"""

from __future__ import annotations

from markupsafe import Markup
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from commands.read.snapshots import (
    KeptBackError,
    NotStoredError,
    decode,
    disarm,
    load_stored_page,
)
from scraper.model.types import Response as Stored
from storage.export.texts import web_address
from storage.reading.library import Library
from storage.records import ArticleRecord
from web.render import link_to, local_time, page
from web.site import ask, find_article, number_of, pick_version, site_of

POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
)


def _important(styles: str) -> str:
    return "".join(f"{one.strip()} !important;" for one in styles.split(";"))


_AROUND = _important(
    "display: block; visibility: visible; opacity: 1; position: static; float: none; width: auto; "
    "height: auto; max-width: none; max-height: none; min-height: 0; margin-top: 0; padding-top: 0;"
    "top: auto; overflow: visible; transform: none; translate: none; scale: none; rotate: none; "
    "zoom: 1; filter: none; clip: auto; clip-path: none; mask: none; mix-blend-mode: normal; "
    "content-visibility: visible; contain: none; columns: auto; animation: none; transition: none"
)
_BAR = _important(
    "all: initial; display: block; position: relative; z-index: 2147483647; background: #fff; "
    "color: #000; border-bottom: 4px solid #8a1c1c; padding: 12px 16px; "
    "font: 16px/1.5 system-ui, sans-serif; direction: ltr; text-align: left"
)
_LINK = _important(
    "all: revert; display: inline; color: #174a7c; font: inherit; text-decoration: underline; "
    "cursor: pointer; padding: 4px 0"
)
_TIME = _important("all: unset; display: inline")

_BEFORE = Markup(
    '<!doctype html><html lang="en" style="{around}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title></head>"
    '<body style="{around}"><div style="{bar}" role="banner" lang="en" dir="ltr">'
    '{what} <a style="{link}" href="{back}">Back to the article</a>{original}</div>\n'
)


def show_snapshot(request: Request) -> Response:
    article_id = request.path_params["id"]
    number = number_of(request, "version", low=1, high=2**31, default=0)
    rights = site_of(request).rights

    def load(engine: Engine) -> tuple[ArticleRecord, Stored | type[Exception]]:
        library = Library(engine)
        article = find_article(library, article_id)
        version = pick_version(library.versions(article_id), number) if number else None
        try:
            return article, load_stored_page(library, article, rights, version)
        except (KeptBackError, NotStoredError) as error:
            return article, type(error)

    article, stored = ask(request, load)
    if isinstance(stored, type):
        kept = stored is KeptBackError
        return page(request, "no_snapshot.html", 403 if kept else 410, article=article, kept=kept)
    before = _bar(request, article, stored, number).encode("utf-8", "replace")
    content = before + disarm(decode(stored)).encode("utf-8", "replace")
    return HTMLResponse(content, headers={"content-security-policy": POLICY})


def _bar(request: Request, article: ArticleRecord, stored: Stored, number: int) -> Markup:
    when = local_time(stored.fetched_at).replace(
        "<time ", Markup('<time style="{}" ').format(_TIME)
    )
    address = web_address(stored.url)
    original = Markup("")
    if address:
        original = Markup(
            ' <a style="{}" rel="noopener noreferrer external" href="{}">Original page</a>'
        ).format(_LINK, address)
    what = Markup("The page as it was stored on {} by kliping, without scripts and pictures.")
    return _BEFORE.format(
        around=_AROUND,
        title=f"Stored page of article {article.id}",
        bar=_BAR,
        what=what.format(when),
        link=_LINK,
        back=link_to(request, f"/articles/{article.id}", version=number or None),
        original=original,
    )
