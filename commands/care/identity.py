"""``db check-identity``: what an archive holds of an article that another address brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.archive import open_archive
from commands.cleaning import clean
from commands.crawl.lock import run_lock
from commands.options import Config, Db, Json, Quiet
from commands.render.columns import emit_json
from commands.render.counting import Counting
from commands.render.values import counted
from commands.settings import load_settings
from commands.terminal import emit, say
from scraper.clock import SystemClock
from storage.maintenance.identity import find_strays, undo

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from storage.maintenance.separating import Stray


def check_identity(
    context: typer.Context,
    apply: Annotated[
        bool, typer.Option("--apply", help="Return it; no crawl may run meanwhile.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """List articles that another outlet's address changed.

    Or claimed: an earlier kliping took a redirect or a canonical link for proof. With --apply each
    text goes to an article at the address where it was read, the article keeps what its own address
    said, and the pages concerned are asked again by the next crawl.

    \b
    Examples:
      kliping db check-identity
      kliping db check-identity --apply
    """
    settings = load_settings(context)
    with open_archive(settings, read_only=not apply) as engine:
        with Counting("checked", quiet=quiet) as counting:
            strays = [*find_strays(engine, lambda _, done, total: counting.show(done, total))]
        for stray in strays:
            emit_json(_as_object(stray)) if json else emit(_in_words(stray))
        if apply and strays:
            with run_lock(settings.db, lambda: None):
                for stray in strays:
                    undo(engine, stray.article_id, SystemClock().now())
    if quiet:
        return
    if not strays:
        say(f"{settings.db}: each article says what its own address said")
    elif apply:
        say(
            f"{settings.db}: {counted(len(strays), 'article')} put right: "
            "`kliping crawl` asks their addresses again"
        )
    else:
        say(f"{settings.db}: {_told(len(strays))}; --apply returns it")


def report_strays(engine: Engine, db: str) -> None:
    """One line for who verifies an archive of before; nothing where there is nothing."""
    if count := sum(1 for _ in find_strays(engine)):
        say(f"{db}: {_told(count)}: `kliping db check-identity` lists it, --apply returns it")


def _told(count: int) -> str:
    verb = "holds" if count == 1 else "hold"
    return f"{counted(count, 'article')} {verb} what another address brought or claimed"


def _as_object(stray: Stray) -> dict[str, Any]:
    return {
        "id": stray.article_id,
        "url": stray.url,
        "keeps_canonical_url": stray.canonical_url is not None,
        "versions": {url: len(ids) for url, ids in stray.versions.items()},
        "addresses": len(stray.pages),
    }


def _in_words(stray: Stray) -> str:
    said = [
        f"{counted(len(ids), 'version')} read at {clean(url)}"
        for url, ids in stray.versions.items()
    ]
    if stray.canonical_url is None:
        said.append("its canonical address is on another host")
    if stray.pages:
        said.append(
            f"{counted(len(stray.pages), 'address', 'addresses')} of another outlet or host"
        )
    what = "; ".join(said) or "filed under the whole domain, not under its outlet"
    return f"article {stray.article_id} of {clean(stray.url)}: {what}"
