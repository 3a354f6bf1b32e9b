"""Standard output and standard error: data on the one, everything else on the other."""

from __future__ import annotations

import errno
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import IO, Any, TextIO, cast
from unicodedata import combining, east_asian_width

from commands.cleaning import clean, hide_logins
from commands.times import local_times

_BETWEEN_WORDS = re.compile("(?<! ) (?! )")
"""Several blanks part columns."""
_COMMAND = re.compile("`[^`]+`")


@contextmanager
def safe_streams() -> Iterator[None]:
    """Make the three streams safe to use, whatever the caller did to them.

    A closed one (``>&-``) is opened on the null device, or the database would get its number:
    output that can only be read, so that data which nobody gets is an error as on a full disk.
    Characters that the terminal's encoding lacks are escaped instead of ending the command.
    Whoever writes to standard output within, the help of Typer included, gets ``OutputError``.
    """
    ways = ((0, "stdin", os.O_RDONLY), (1, "stdout", os.O_RDONLY), (2, "stderr", os.O_WRONLY))
    for number, name, way in ways:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, way)
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", closefd=False))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    with redirect_stdout(cast(TextIO, Output(sys.stdout))):
        yield


class Output:
    """Standard output, of which a failed write is an ``OutputError``."""

    def __init__(self, stream: IO[Any]) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    @property
    def buffer(self) -> Output:
        """The same for bytes."""
        return Output(self._stream.buffer)  # type: ignore[attr-defined]

    def write(self, data: Any) -> int:
        if data == "":  # Typer probes a stream with it, and swallows the error of a full disk
            return 0
        with writing_output():
            return self._stream.write(data)

    def flush(self) -> None:
        with writing_output():
            self._stream.flush()


@contextmanager
def writing_output() -> Iterator[None]:
    """Turn a failed write into ``OutputError``, and let no later flush fail again."""
    try:
        yield
    except OSError as error:
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, sys.stdout.fileno())
            os.close(null)
        raise OutputError(error) from None


class OutputError(Exception):
    """Standard output cannot be written. ``gone``: nobody reads it any more.

    No ``OSError``: Typer would end the command with its own exit code for a broken pipe.
    """

    def __init__(self, cause: OSError) -> None:
        self.gone = isinstance(cause, BrokenPipeError)
        problem = "it is closed" if cause.errno == errno.EBADF else cause.strerror
        super().__init__(f"standard output cannot be written: {problem}")


def emit(line: str, *, now: bool = False) -> None:
    """A line of data on standard output; ``now`` passes it on before the next one is known.

    ``line`` must be clean already. Raises ``OutputError``.
    """
    _clear_line()
    sys.stdout.write(line + "\n")
    if now:
        sys.stdout.flush()


def emit_bytes(data: bytes) -> None:
    """Data as it is, for whoever asked for it. Raises ``OutputError``."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def flush() -> None:
    """Pass everything on. Raises ``OutputError``."""
    sys.stdout.flush()


def emit_words(line: str, hang: int = 0) -> None:
    """A line of words, clean already: broken between them where standard output is a terminal. What
    goes on is ``hang`` characters further in. Raises ``OutputError``."""
    emit(_broken(line, sys.stdout, hang))


def say(text: str) -> None:
    """One line for a person on standard error, broken between words on a terminal. Never raises."""
    _clear_line()
    with suppress(OSError, ValueError):
        line = f"kliping: {clean(local_times(hide_logins(text)))}"
        sys.stderr.write(_broken(line, sys.stderr, 2) + "\n")
        sys.stderr.flush()


def _broken(line: str, stream: TextIO, hang: int) -> str:
    """In lines no wider than the terminal behind ``stream``, if there is one; an address or a
    command between backticks stays whole, however long, as it is copied from there."""
    if not stream.isatty() or width_of(line) <= (room := _width_of(stream)):
        return line
    margin = " " * (len(line) - len(line.lstrip(" ")) + hang)
    whole = _COMMAND.sub(lambda command: command[0].replace(" ", "\0"), line)
    first, *words = _BETWEEN_WORDS.split(whole)
    lines = [first]
    for word in words:
        if width_of(lines[-1]) + 1 + width_of(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(margin + word)
    return "\n".join(lines).replace("\0", " ")


def _width_of(stream: TextIO) -> int:
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given) > 0:
        return int(given)
    with suppress(OSError, ValueError):
        return os.get_terminal_size(stream.fileno()).columns or 80
    return 80


def width_of(text: str) -> int:
    """How wide it is: East Asian letters take two cells, marks above others none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(letter) else 1 + (east_asian_width(letter) in "WF") for letter in text
    )


_hiders: list[Callable[[], None]] = []


def share_terminal(hide: Callable[[], None]) -> None:
    """A line of progress is on the terminal from now on: ``hide`` clears it before another line."""
    _hiders.append(hide)


def take_terminal_back(hide: Callable[[], None]) -> None:
    _hiders.remove(hide)


def _clear_line() -> None:
    for hide in _hiders:
        hide()


def terminal_width() -> int:
    """Cells of a line on standard output."""
    return _width_of(sys.stdout)


def is_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") in {"utf8", "utf8sig"}
