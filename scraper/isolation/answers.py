"""What a reader answers: data, written down by the reader and checked by who asked.

A reader that a hostile page has taken over answers what it likes. So its answer is JSON, never a
pickle: it is read into the type that the asked function promises and no other (``msgspec``,
strict), its size is bounded before a byte of it is read and its objects before one is made, and
what the types cannot say the function's ``check`` does. JSON and not MessagePack, since it keeps
the offset of a time.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any

import msgspec

from scraper.errors import KlipingError, ParseError, SandboxError
from scraper.isolation.functions import PureFunction

REPLY = struct.Struct("!BQ")
"""Before an answer: its ``AnswerKind``, and its length in bytes."""
MAX_MESSAGE = 500
"""Characters of an error of a reader that are told."""
MAX_ERROR_BYTES = 64 * 1024
"""Of every answer that is no result."""
MAX_OBJECTS = 120_000
"""Of every answer: as many links, blocks and candidates as an honest reader never finds (a JSON
feed may have 100,000 items). Each takes 2 µs to decode, however few bytes it has, and nothing else
is done meanwhile; so they are counted before."""

_TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
# One pass, and no step back in it.
_TOO_MANY = re.compile(
    rb'(?:[^"{]*+(?:%b[^"{]*+)*+\{){%d}+' % (_TEXT, MAX_OBJECTS + 1),
    re.DOTALL,
)


class AnswerKind(IntEnum):
    RETURNED = 0
    RAISED = 1
    """A ``ParseError``: the one of our errors that readers raise."""
    FAILED = 2
    OUT_OF_MEMORY = 3


class AnswerError(Exception):
    """What a reader sent is no answer to what it was asked. The message says why, in few words."""


@dataclass(frozen=True, slots=True)
class _Raised:
    url: str
    problem: Annotated[str, msgspec.Meta(max_length=4_000)]


# ------------------------------------------------------------------ the reader's side


def write_result(value: object) -> tuple[AnswerKind, bytes]:
    """Raises ``UnicodeEncodeError`` for half of a surrogate pair, and ``TypeError`` for what is no
    data."""
    return AnswerKind.RETURNED, msgspec.json.encode(value, enc_hook=_plain)


def write_error(error: Exception) -> tuple[AnswerKind, bytes]:
    """What a function raised: an error of ours as it is, others in words."""
    if isinstance(error, ParseError):
        return AnswerKind.RAISED, msgspec.json.encode(_Raised(error.url, error.problem))
    if isinstance(error, MemoryError):
        return AnswerKind.OUT_OF_MEMORY, b""
    message = f"{type(error).__name__}: {error}"[:MAX_MESSAGE]
    return AnswerKind.FAILED, msgspec.json.encode(message.encode(errors="replace").decode())


def _plain(value: object) -> object:
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no data")


# ------------------------------------------------------------------ the side that asked


def check_head(head: bytes, function: PureFunction[Any]) -> tuple[AnswerKind, int]:
    """The kind and length that an answer announces. Raises ``AnswerError``."""
    number, length = REPLY.unpack(head)
    if number not in set(AnswerKind):
        raise AnswerError("an answer of no known kind")
    kind = AnswerKind(number)
    most = function.most_bytes if kind is AnswerKind.RETURNED else MAX_ERROR_BYTES
    if length > most:
        raise AnswerError(f"more than {most:,} bytes")
    return kind, length


def read_answer(
    kind: AnswerKind, data: bytes, function: PureFunction[Any], args: tuple[object, ...]
) -> tuple[Any, KlipingError | None]:
    """The result of the function, or the error to raise instead.

    Raises ``AnswerError`` for what ``function`` cannot have answered to ``args``.
    """
    if kind is AnswerKind.OUT_OF_MEMORY:
        return None, SandboxError("memory", "reading it needs more memory than one page may use")
    if kind is AnswerKind.FAILED:
        message = _decode(data, str)[:MAX_MESSAGE]
        return None, SandboxError("error", f"its reader failed: {message}")
    if kind is AnswerKind.RAISED:
        raised = _decode(data, _Raised)
        if raised.url not in args:
            raise AnswerError("an error of another address")
        return None, ParseError(raised.url, raised.problem)
    result = _decode(data, function.answer)
    if function.check is not None:
        try:
            function.check(result, *args)
        except (ValueError, OverflowError, KlipingError) as error:
            raise AnswerError(_short(error)) from None
    return result, None


def _decode(data: bytes, answer: Any) -> Any:
    # As JSON has it: not behind an escaped backslash. No reader leaves one in a text (``scrub``).
    if b"\\u0000" in data and b"\\u0000" in data.replace(rb"\\", b""):
        raise AnswerError("a text with a NUL in it")
    if data.count(b"{") > MAX_OBJECTS and _TOO_MANY.match(data):
        raise AnswerError(f"more than {MAX_OBJECTS:,} objects")
    try:
        return _decoder(answer).decode(data)
    except Exception as error:  # noqa: BLE001 - whatever a liar makes a decoder say
        raise AnswerError(_short(error)) from None


@lru_cache(maxsize=64)
def _decoder(answer: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(answer)


def _short(error: Exception) -> str:
    """It may quote the answer."""
    return f"{type(error).__name__}: {error}"[:200]
