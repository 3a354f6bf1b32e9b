"""Where an export is written: beside its place, then renamed, so that no half one is ever there.

A target that exists is refused unless ``force``, and so is a link that leads nowhere, which could
make a file anywhere; what is no regular file (a pipe, a device) has nothing to be replaced and is
written to. Until the end the new file or directory lies in ``.kliping-….part``; an error or a
signal that Python sees removes it, and what a killed process left is removed by the next
(``leftovers``).
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BufferedWriter, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

from scraper.errors import ConfigError, StorageError
from storage import temp_files

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_ADVICE = "name another place, or see to its directory"
_ADVICE_IF_FULL = "free some space, or name another place"
_DATABASE = b"SQLite format 3\0"


@contextmanager
def new_file(target: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A file to write, which becomes ``target`` at the end of the block.

    Raises ``ConfigError`` if ``target`` exists (with ``force`` if it is a directory or a database,
    as this archive is one), and ``StorageError`` for what the system refuses, here and inside.
    """
    with _explained(target):
        status = _status(target)
        if status and not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            # Its real path may be no path: /proc/self/fd/pipe:[7].
            with target.open("wb") as out, BufferedWriter(_Onwards(out)) as onwards:
                yield onwards
            return
        place = Path(os.path.realpath(target))
        if status and stat.S_ISDIR(status.st_mode):
            raise ConfigError(f"{target}: it is a directory; name a file")
        _refuse_existing(target, place, force)
        if status and _is_database(place):
            raise ConfigError(f"{target}: it is a database, and never replaced; name another file")
        with temp_files.beside(place) as beside:
            mode = stat.S_IMODE(status.st_mode) if status else 0o666
            with open(beside, "xb", opener=partial(os.open, mode=mode)) as out:
                if status:
                    os.fchmod(out.fileno(), mode)  # whatever the umask takes off
                yield out
                out.flush()
                os.fsync(out.fileno())
            _refuse_existing(target, place, force)
            beside.replace(place)
        temp_files.sync_directory(place.parent)


@contextmanager
def new_directory(
    target: Path, *, force: bool = False, is_ours: Callable[[str], bool]
) -> Iterator[Path]:
    """An empty directory to fill, which becomes ``target`` at the end of the block.

    An empty one may be there already. With ``force`` one is replaced of which every file has a
    name that ``is_ours``; nobody may read the new files who could not read those. Raises as
    ``new_file`` does.
    """
    with _explained(target):
        place = Path(os.path.realpath(target))
        _refuse_directory(target, place, force, is_ours)
        with temp_files.beside(place) as beside:
            former = _status(place)
            beside.mkdir(0o700 if former else 0o777)
            yield beside
            _refuse_directory(target, place, force, is_ours)
            if former:
                _close_like(place, stat.S_IMODE(former.st_mode), beside)
            _put_directory(beside, place)
            if former:  # not before: who may not write to a directory may not move it either
                place.chmod(stat.S_IMODE(former.st_mode))
        temp_files.sync_directory(place.parent)


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        advice = _ADVICE_IF_FULL if error.errno in _FULL else _ADVICE
        raise StorageError(f"{target}: {error.strerror or error}; {advice}") from error


class _Onwards(RawIOBase):
    """What a pipe or a device is written through: it says that there is no going back in it, where
    a device takes that and does nothing."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._out.write(data)


def _is_database(place: Path) -> bool:
    with place.open("rb") as file:
        return file.read(len(_DATABASE)) == _DATABASE


def _status(place: Path) -> os.stat_result | None:
    try:
        return place.stat()
    except FileNotFoundError:
        return None


def _refuse_existing(target: Path, place: Path, force: bool) -> None:
    if force:
        return
    _refuse_lost_link(target, place)
    if os.path.lexists(place):
        temp_files.sweep(place.parent)
        raise ConfigError(f"{target}: it exists already; --force replaces it")


def _refuse_lost_link(target: Path, place: Path) -> None:
    if target.is_symlink() and not os.path.lexists(place):
        what = f"it is a link to {place}, which is not there"
        raise ConfigError(f"{target}: {what}; --force writes to where it leads")


def _refuse_directory(
    target: Path, place: Path, force: bool, is_ours: Callable[[str], bool]
) -> None:
    status = _status(place)
    if status is None:
        if not force:
            _refuse_lost_link(target, place)
        return
    if not stat.S_ISDIR(status.st_mode):
        raise ConfigError(f"{target}: it is no directory; name another one")
    if place == Path.cwd():
        raise ConfigError(f"{target}: it is the current directory; name a new one in it")
    with os.scandir(place) as entries:
        for entry in entries:
            if not force:
                raise ConfigError(f"{target}: it exists already; --force replaces it")
            if not (is_ours(entry.name) and entry.is_file(follow_symlinks=False)):
                raise ConfigError(
                    f"{target}: it holds more than an earlier export ({entry.name}), and is not "
                    "replaced; name another directory"
                )


def _close_like(former: Path, mode: int, new: Path) -> None:
    """Give a directory's files no mode of which a file in another had less."""
    allowed = mode & 0o666
    for file in former.iterdir():
        allowed &= stat.S_IMODE(file.stat().st_mode)
    for file in new.iterdir():
        file.chmod(stat.S_IMODE(file.stat().st_mode) & (allowed | stat.S_IRUSR | stat.S_IWUSR))


def _put_directory(beside: Path, place: Path) -> None:
    try:
        beside.rename(place)  # over an empty one, too
        return
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
    # Not a name that is ever swept: until the next line is done it is all that there is.
    former = place.with_name(f".kliping-{secrets.token_hex(6)}.old")
    place.rename(former)
    try:
        beside.rename(place)
    except BaseException:
        former.rename(place)
        raise
    shutil.rmtree(former, ignore_errors=True)
