"""Where an export is written: beside its place, then renamed, so that no half one is ever there.

A target that exists is refused unless ``force``; what is no regular file (a pipe, a device) has
nothing to be replaced and is written to. Until the end the new file or directory is called
``.kliping-….part``; an error or a signal that Python sees removes it, and what a killed process
left is removed by the next (``leftovers``).
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from scraper.errors import ConfigError, StorageError
from storage import leftovers

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_ADVICE = "name another place with -o, or see to its directory"
_ADVICE_IF_FULL = "free some space, or name another place with -o"


@contextmanager
def new_file(target: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A file to write, which becomes ``target`` at the end of the block.

    Raises ``ConfigError`` if ``target`` exists (with ``force`` if it is a directory), and
    ``StorageError`` for what the system refuses, here and inside.
    """
    with _explained(target):
        status = _status(target)
        if status and not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            with target.open("wb") as out:  # whose real path may be no path: /proc/self/fd/pipe:[7]
                yield out
            return
        place = Path(os.path.realpath(target))
        if status and stat.S_ISDIR(status.st_mode):
            raise ConfigError(f"{target}: it is a directory; name a file with -o")
        _refuse_existing(target, place, force)
        beside = leftovers.beside(place)
        try:
            mode = stat.S_IMODE(status.st_mode) if status else 0o666
            with open(beside, "xb", opener=partial(os.open, mode=mode)) as out:
                if status:
                    os.fchmod(out.fileno(), mode)  # whatever the umask takes off
                yield out
                out.flush()
                os.fsync(out.fileno())
            _refuse_existing(target, place, force)
            beside.replace(place)
        except BaseException:
            _remove_file(beside)
            raise
        _sync_directory(place.parent)


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
        beside = leftovers.beside(place)
        try:
            former = _status(place)
            beside.mkdir(0o700 if former else 0o777)
            yield beside
            _refuse_directory(target, place, force, is_ours)
            if former:
                _close_like(place, stat.S_IMODE(former.st_mode), beside)
            _put_directory(beside, place)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
        _sync_directory(place.parent)


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        advice = _ADVICE_IF_FULL if error.errno in _FULL else _ADVICE
        raise StorageError(f"{target}: {error.strerror or error}; {advice}") from error


def _status(place: Path) -> os.stat_result | None:
    try:
        return place.stat()
    except FileNotFoundError:
        return None


def _refuse_existing(target: Path, place: Path, force: bool) -> None:
    if not force and os.path.lexists(place):
        leftovers.sweep(place.parent)
        raise ConfigError(f"{target}: it exists already; --force replaces it")


def _refuse_directory(
    target: Path, place: Path, force: bool, is_ours: Callable[[str], bool]
) -> None:
    status = _status(place)
    if status is None:
        return
    if not stat.S_ISDIR(status.st_mode):
        raise ConfigError(f"{target}: it is no directory; name another one with -o")
    if place == Path.cwd():
        raise ConfigError(f"{target}: it is the current directory; name a new one in it")
    with os.scandir(place) as entries:
        for entry in entries:
            if not force:
                raise ConfigError(f"{target}: it exists already; --force replaces it")
            if not (is_ours(entry.name) and entry.is_file(follow_symlinks=False)):
                raise ConfigError(
                    f"{target}: it holds more than an earlier export ({entry.name}), and is not "
                    "replaced; name another directory with -o"
                )


def _close_like(former: Path, mode: int, new: Path) -> None:
    """Give a directory another one's mode, and its files none of which a file there had less."""
    allowed = mode & 0o666
    for file in former.iterdir():
        allowed &= stat.S_IMODE(file.stat().st_mode)
    for file in new.iterdir():
        file.chmod(stat.S_IMODE(file.stat().st_mode) & (allowed | stat.S_IRUSR | stat.S_IWUSR))
    new.chmod(mode)


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


def _remove_file(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _sync_directory(directory: Path) -> None:
    """Make the rename last (not every file system lets a directory be synced)."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
