"""In which format ``export`` writes, and where to: said by ``--format``, else by the name."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from os.path import realpath
from pathlib import Path
from typing import TYPE_CHECKING

from commands.exits import UsageError
from commands.render.quoting import word
from storage.database.places import BESIDE
from storage.export import FORMATS, DirectoryFormat, FileFormat, format_of_name
from storage.export.table import write_csv

if TYPE_CHECKING:
    from storage.database.places import Place

STDOUT = frozenset({Path("-"), Path("/dev/stdout"), Path("/dev/fd/1"), Path("/proc/self/fd/1")})
Format = FileFormat | DirectoryFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What not every format can do."""

    versions: bool
    excel: bool
    semicolon: bool


def choose_format(
    wanted: str | None, output: str | None, asked: Asked, db: Place
) -> tuple[Format, Path | None]:
    """The format, and where it goes: ``None`` for standard output. Raises ``UsageError``."""
    target = None if output is None or Path(output) in STDOUT else Path(output)
    name, suffix = _name_format(wanted, None if target is None else output)
    chosen = _for_suffix(FORMATS[name], suffix)
    if asked.versions and not chosen.of_fields:
        raise UsageError(_why_no_versions(name, chosen))
    if asked.excel or asked.semicolon:
        chosen = _for_spreadsheets(name, chosen, asked)
    if isinstance(chosen, FileFormat):
        if chosen.needs:
            _require(chosen.needs, name)
        if chosen.binary and target is None and sys.stdout.isatty():
            raise UsageError(f"{name} cannot be shown on a terminal; name a file with -o")
    elif target is None:
        raise UsageError(f"{name} is a directory of files; name it with -o")
    if target is not None and is_archive(target, db):
        raise UsageError(f"{target}: it is the archive itself; name another file with -o")
    return chosen, target


def is_archive(target: Path, db: Place) -> bool:
    """Whether it is the archive, or one of the files that may stand beside it."""
    if not isinstance(db, Path):
        return False
    own = realpath(db)
    return realpath(target) in {own, *(own + suffix for suffix in BESIDE.values())}


def is_of_pages(chosen: Format) -> bool:
    return isinstance(chosen, FileFormat) and chosen.of_pages


def is_of_history(chosen: Format) -> bool:
    return isinstance(chosen, FileFormat) and chosen.of_history


def _name_format(wanted: str | None, path: str | None) -> tuple[str, str | None]:
    """The format, and the suffix that asks for it. ``path``: ``None`` for standard output. Raises
    ``UsageError``."""
    found = None if path is None else format_of_name(path)
    if wanted is not None:
        if wanted not in FORMATS:
            raise UsageError(f"{wanted}: no such format; there are {', '.join(FORMATS)}")
        if found and found[0] != wanted:
            raise UsageError(
                f"{path}: its name says {found[0]}, and --format says {wanted}; change one of them"
            )
        return wanted, found[1] if found else None
    if path is None:
        raise UsageError(
            "name the format: --format F for standard output, or a file by its suffix, as "
            f"-o clips.jsonl; there are {', '.join(FORMATS)}"
        )
    if found:
        return found
    if os.path.isdir(path):
        return "markdown", None
    if path.lower().endswith(".md"):
        directory = f"{path[: -len('.md')]}/"
        raise UsageError(
            f"{path}: markdown is a directory with a file an article; name it with a slash at the "
            f"end: -o {word(directory)}"
        )
    suffixes = [suffix for its in FORMATS.values() for suffix in its.suffixes if suffix != "/"]
    raise UsageError(
        f"{path or word(path)}: its name says no format; end it in {', '.join(suffixes)}, or / for "
        "a directory of markdown; or say it with --format"
    )


def _for_suffix(chosen: Format, suffix: str | None) -> Format:
    if isinstance(chosen, FileFormat) and suffix and suffix in chosen.special:
        return replace(chosen, write=chosen.special[suffix])
    return chosen


def _why_no_versions(name: str, chosen: Format) -> str:
    able = ", ".join(one for one, its in FORMATS.items() if its.of_fields)
    why = (
        "has all versions as it is"
        if isinstance(chosen, FileFormat) and chosen.of_history
        else "has the pages of all versions as it is"
        if is_of_pages(chosen)
        else "is for readers, and has each article once"
    )
    return f"--versions goes with {able}; {name} {why}"


def _for_spreadsheets(name: str, chosen: Format, asked: Asked) -> FileFormat:
    """Raises ``UsageError`` for another format than CSV."""
    if name != "csv" or not isinstance(chosen, FileFormat):
        option = "--excel" if asked.excel else "--semicolon"
        raise UsageError(f"{option} goes with csv alone, and this is {name}")
    delimiter = ";" if asked.semicolon else ","
    return replace(chosen, write=partial(write_csv, mark=asked.excel, delimiter=delimiter))


def _require(module: str, extra: str) -> None:
    """Raises ``UsageError`` that says what to install."""
    try:
        import_module(module)
    except ImportError as error:
        raise UsageError(
            f"{extra} needs {module}, of kliping's extra {extra!r}: the README says how to install "
            f"it ({error})"
        ) from None
