"""How two versions of an article differ, word by word: as a page, and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from commands.render.edits import (
    change_in_words,
    diff_object,
    returns_in_words,
    text_object,
    version_object,
)
from commands.times import local_minute
from storage.reading.captures import bases_of
from storage.reading.edit_words import edit_heading
from storage.reading.edits import Edit, VersionChange, passages_of, texts_of
from storage.reading.library import Library
from storage.reading.past import Past, load_past
from storage.text.diff import DiffRun, SpanKind, readable
from web.render import Plain, page
from web.site import MOST_PER_PAGE, ask, find_article, number_of

AROUND = 1
"""Unchanged paragraphs that are shown on either side of a change."""
LISTED = 20
VIEWS = {"inline": "Inline", "side": "Side by side"}


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph of both versions, or a line at the top of the article."""

    heading: str
    """What kind of edit it is; empty where nothing changed."""
    runs: tuple[DiffRun, ...]
    edit: Edit | None = None
    left_out: int = 0
    """It stands for so many paragraphs that are the same."""

    @property
    def kind(self) -> str:
        return self.edit.kind.value if self.edit else "same"


def show_diff(request: Request) -> Response:
    past, change = _load(request)
    view, is_whole = view_of(request)
    comparable = change is not None and change.base is not None
    return page(
        request,
        "diff.html",
        article=past.article,
        versions=past.versions,
        change=change if comparable else None,
        said=change_in_words(change) if change else "",
        back=returns_in_words(change.returned_at, local_minute) if change else "",
        rows=[*rows_of(change, is_whole=is_whole)] if change and comparable else [],
        neighbours=_neighbours(past, change),
        view=view,
        views=VIEWS,
        whole=is_whole,
    )


def view_of(request: Request) -> tuple[str, bool]:
    """One of ``VIEWS``, and whether what is the same is shown, too. Raises ``HTTPException``."""
    view = request.query_params.get("view") or "inline"
    if view not in VIEWS:
        raise HTTPException(400, f"view: write {' or '.join(VIEWS)}.")
    return view, request.query_params.get("whole", "") not in ("", "0")


def give_diff(request: Request) -> Response:
    """The object that ``diff --json`` prints."""
    past, change = _load(request)
    return Plain(diff_object(past.article.id, change))


def list_versions(request: Request) -> Response:
    """Each as ``history --json --texts`` has it, the first one first."""
    past = _load_past(request)
    limit = number_of(request, "limit", low=1, high=MOST_PER_PAGE, default=LISTED)
    after = number_of(request, "cursor", low=1, high=2**31, default=0)
    changes = past.history(after, limit)
    end = after + len(changes)
    is_last = end >= len(past.versions)
    versions = [
        version_object(one, past.rejections if is_last and one is changes[-1] else ())
        | text_object(one.version)
        for one in changes
    ]
    return Plain({"versions": versions, "next_cursor": None if is_last else str(end)})


def _load_past(request: Request) -> Past:
    article_id = request.path_params["id"]

    def load(library: Library) -> Past:
        return load_past(library, find_article(library, article_id))

    return ask(request, lambda engine: load(Library(engine)))


def _load(request: Request) -> tuple[Past, VersionChange | None]:
    first = number_of(request, "from", low=1, high=2**31, default=0) or None
    second = number_of(request, "to", low=1, high=2**31, default=0) or None
    past = _load_past(request)
    try:
        return past, past.choose(first, second)
    except LookupError as error:
        have = len(past.versions)
        raise HTTPException(
            404, f"There is no version {error.args[0]}; the article has {have or 'none'}."
        ) from None


def _neighbours(past: Past, change: VersionChange | None) -> tuple[int | None, int | None]:
    """The versions before and behind whose changes can be shown."""
    if change is None:
        return None, None
    here = change.version.number
    numbers = sorted(bases_of(past.versions, past.showings))
    before = max((one for one in numbers if one < here), default=None)
    return before, min((one for one in numbers if one > here), default=None)


def rows_of(change: VersionChange, *, is_whole: bool) -> Iterator[Row]:
    """The lines at the top that changed, then the paragraphs in the newer version's order."""
    assert change.base is not None
    for edit in change.edits:
        if edit.field != "body":
            yield Row(edit_heading(edit), readable(edit.runs), edit)
    rows = [
        Row(edit_heading(one.edit), readable(one.edit.runs), one.edit)
        if one.edit
        else Row("", (DiffRun(SpanKind.SAME, one.old or "", one.new or ""),))
        for one in passages_of(texts_of(change.base), texts_of(change.version))
    ]
    yield from rows if is_whole else _shortened(rows)


def _shortened(rows: Sequence[Row]) -> Iterator[Row]:
    """Without what lies far from every change."""
    changed = [at for at, row in enumerate(rows) if row.edit]
    near = {at + step for at in changed for step in range(-AROUND, AROUND + 1)}
    for is_near, group in groupby(enumerate(rows), lambda one: one[0] in near):
        if is_near:
            yield from (row for _, row in group)
        elif len(far := [row for _, row in group]) == 1:
            yield far[0]
        else:
            yield Row("", (), left_out=len(far))
