"""``import``: web archive files in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.crawl.importing import Manner, run_import
from commands.options import Config, Db, Json, Quiet
from commands.settings import load_settings


def import_files(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", readable=False, help="WARC, plain, .gz or .zst; or WACZ."),
    ],
    json: Json = False,
    quiet: Quiet = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """File the pages of web archive files, of any crawler.

    Pages are read and filed as if they had been fetched when they were recorded; nothing is
    fetched, and nothing becomes due. What the archive has already adds nothing, and an import
    that was interrupted goes on where it was. Exit codes: 0 all of it; 2 no file is a web archive;
    3 some are not, or are damaged in places, which are named and skipped.

    \b
    Examples:
      kliping import crawl.warc.gz
      kliping import *.wacz --json
    """
    raise typer.Exit(run_import(load_settings(context), files, Manner(json, quiet)))
