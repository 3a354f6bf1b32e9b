"""Any query as a feed, or as a file that other programs read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, BinaryIO

from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from commands.read.export import edition_of
from storage.export import FORMATS, FileFormat
from storage.export.dossier.data import gather
from storage.reading.library import Library
from storage.records import ArticleRecord
from storage.search.finder import SortOrder
from web.asked import Asked, asked_of, find
from web.site import MOST_PER_PAGE, ask, number_of, site_of

ENTRIES = 30
MOST_EXPORTED = 1_000
"""Articles in a file; ``kliping export`` has no such limit."""
IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a file; the rest of it is on the disk."""
TYPES = {
    "atom": "application/atom+xml",
    "jsonl": "application/jsonl",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "epub": "application/epub+zip",
    "html": "text/html",
}
"""Of the formats that are offered, by their names in ``FORMATS``."""


def offered() -> list[str]:
    """The formats that this installation can write for a browser."""
    return [name for name in TYPES if name in FORMATS and _can_write(FORMATS[name])]


def give_feed(request: Request) -> Response:
    """Atom with the full texts, the one filed last first."""
    asked = asked_of(request, SortOrder.FILED)
    limit = number_of(request, "limit", low=1, high=MOST_PER_PAGE, default=ENTRIES)
    return _file(request, "atom", asked, limit)


def give_export(request: Request) -> Response:
    """The first articles that a query finds, as a file to keep."""
    name = request.path_params["format"]
    if name not in offered():
        raise HTTPException(404, f"There is no such format here; there are {', '.join(offered())}.")
    answer = _file(request, name, asked_of(request), MOST_EXPORTED)
    suffix = FORMATS[name].suffixes[0]
    answer.headers["content-disposition"] = f'attachment; filename="clips{suffix}"'
    return answer


def _file(request: Request, name: str, asked: Asked, limit: int) -> Response:
    """What publishers do not want given out, and what was read with a subscription, is left out."""
    site = site_of(request)
    chosen = FORMATS[name]
    assert isinstance(chosen, FileFormat)
    write, edition = chosen.write, edition_of(site.archive.place, asked.text)

    named = ids_of(request)

    def make(engine: Engine) -> BinaryIO:
        ids = named
        if not ids:
            found = find(engine, asked, limit, None)
            ids = [hit.record.id for hit in found.hits]
        records = Library(engine).stream(ids)
        whole: Iterator[Any] = _allowed(records)
        if chosen.of_history:
            made_by = version("kliping")
            query = "" if named else asked.text
            whole = iter([gather(engine, records, site.rights, query=query, made_by=made_by)])
        out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it is closed when it is sent
        write(whole, out, edition)  # type: ignore[arg-type]
        return out  # type: ignore[return-value]

    def _allowed(records: Iterator[ArticleRecord]) -> Iterator[ArticleRecord]:
        return (record for record in records if site.rights.judge(record) is None)

    out = ask(request, make)
    size = out.tell()
    out.seek(0)
    kind = TYPES[name]
    if size <= IN_MEMORY:
        with out:
            return Response(out.read(), media_type=kind)
    return StreamingResponse(_pieces(out), media_type=kind)


def ids_of(request: Request) -> list[int]:
    """The articles that are named by their ids, each once: ``id=1&id=2``. Raises
    ``HTTPException``."""
    given = request.query_params.getlist("id")
    if len(given) > MOST_EXPORTED or not all(one.isascii() and one.isdecimal() for one in given):
        raise HTTPException(400, f"id: write the ids of at most {MOST_EXPORTED:,} articles.")
    return list(dict.fromkeys(int(one[:19]) for one in given))


def _pieces(out: BinaryIO) -> Iterator[bytes]:
    with out:
        while piece := out.read(64 * 1024):
            yield piece


def _can_write(chosen: object) -> bool:
    if not isinstance(chosen, FileFormat) or chosen.of_pages:
        return False
    return chosen.needs is None or find_spec(chosen.needs) is not None
