"""Sources in a list and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands.render.columns import Columns
from commands.times import local_day

if TYPE_CHECKING:
    from storage.records import SourceRecord


def _trouble_of(record: SourceRecord) -> str | None:
    if record.disabled_at is not None and record.last_error is None:
        return f"disabled: {record.disabled_reason or 'by hand'}"
    return record.last_error


def _state_of(record: SourceRecord) -> str:
    if record.disabled_at is not None:
        return f"off since {local_day(record.disabled_at)}"
    return f"failing ({record.failures})" if record.failures else record.kind


SOURCES: Columns[SourceRecord] = Columns(
    json=(
        "id",
        "name",
        "url",
        "kind",
        "title",
        "articles",
        "added_at",
        "last_polled_at",
        "due_at",
        "failures",
        "last_error",
        "parts",
        "disabled_at",
        "disabled_reason",
        "folder",
        "only",
        "images",
    ),
    line=("id", "name", "kind", "url", _trouble_of),
    table={"ID": "id", "Name": "name", "Kind or state": _state_of, "URL": "url"},
    optional={"Only": lambda record: " ".join(record.only) or None},
    flexible="URL",
)
