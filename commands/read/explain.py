"""``explain``: for each field of a page what was taken, from where, and what lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from commands.exits import Exit
from commands.options import AllowPrivate, Config, Db, JsonObject, SavedFrom, completed
from commands.read.explain_render import Explained, emit_explained, print_explained
from commands.read.explanation import explain_fields
from commands.read.loading import load_page
from commands.settings import Settings, load_settings
from commands.signals import run_watched
from scraper.errors import SandboxError
from scraper.extraction.survey import Survey
from scraper.isolation.functions import PureFunction
from scraper.isolation.sandbox import Sandbox
from scraper.model.types import BlockKind

if TYPE_CHECKING:
    from commands.read.loading import LoadedPage
    from commands.signals import SignalWatch
    from scraper.model.types import Article
    from scraper.rules import SiteRule


def explain(
    context: typer.Context,
    page: Annotated[
        str | None,
        typer.Argument(
            metavar="URL|ID",
            help="An address, which is fetched now; or an article's id.",
            autocompletion=completed("articles"),
        ),
    ] = None,
    html: Annotated[
        str | None,
        typer.Option(
            "--html", metavar="FILE", help="Explain this saved page; - is standard input."
        ),
    ] = None,
    url: SavedFrom = None,
    allow_private: AllowPrivate = False,
    json: JsonObject = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Explain a page: each field, where it is from, and what lost.

    Nothing is filed. Of an article in the archive the stored page is read again, with today's
    extractor. The share beside a value is how often its source is right on annotated pages.

    \b
    Examples:
      kliping explain https://example.com/news/story
      kliping explain 12 --json
      kliping explain --html saved.html --url https://example.com/news/story
    """
    settings = load_settings(context)
    loaded = load_page(settings, page, html=html, url=url, allow_private=allow_private)
    raise typer.Exit(_run(settings, loaded, as_json=json))


def _run(settings: Settings, page: LoadedPage, *, as_json: bool) -> Exit:
    """Read the page in the sandbox and print what came of it. A page that is no article is
    explained as any other."""
    rule = settings.rule_book().find(page.url) if page.url else None

    async def work(watch: SignalWatch) -> Exit:
        async with Sandbox(workers=1) as sandbox:
            try:
                article = await page.extract_in(sandbox, rule)
            except SandboxError as error:
                return page.give_up(error)
            survey = await _survey(sandbox, page, article, rule)
        explained = Explained(page, article, explain_fields(article), survey)
        (emit_explained if as_json else print_explained)(explained)
        return Exit.OK

    return run_watched(work)


async def _survey(
    sandbox: Sandbox, page: LoadedPage, article: Article, rule: SiteRule | None
) -> Survey | None:
    """``None`` where it fails: the page's fields are explained without it."""
    survey_page: PureFunction[Survey] = PureFunction(
        "scraper.extraction.survey:survey_page", Survey
    )
    captions = (block.text for block in article.blocks if block.kind is BlockKind.CAPTION)
    made = (article.title, "\n".join((article.body, *captions)), rule)
    headers = {name.lower(): value for name, value in page.headers}
    try:
        return await sandbox.run(survey_page, page.body, headers, *made)
    except SandboxError:
        return None
