"""A reader that some pages take over: in the place of ``scraper.isolation.worker``."""

from __future__ import annotations

import pickle
import signal
from pathlib import Path
from typing import Any

from scraper.isolation import readers, worker
from scraper.isolation.answers import REPLY, AnswerKind
from tests.sandboxed import answer_instead, loop

honest = readers.imprint_response


class Bomb:
    """Makes a file where it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def read(body: bytes, *rest: Any) -> Any:
    _, marked, told = body.partition(b"<!-- take over: ")
    word, _, path = told.partition(b" -->")[0].decode().partition(" ")
    if not marked:
        return honest(body, *rest)
    bomb = pickle.dumps(("returned", Bomb(path)))
    if word == "pickle":
        answer_instead(REPLY.pack(AnswerKind.RETURNED, len(bomb)) + bomb)
    elif word == "old-pickle":
        answer_instead(len(bomb).to_bytes(8, "big") + bomb + bytes(1 << 20))
    elif word == "huge":
        answer_instead(REPLY.pack(AnswerKind.RETURNED, 1 << 40), times=0)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return loop()


if __name__ == "__main__":
    readers.imprint_response = read  # type: ignore[assignment]
    worker.main()
