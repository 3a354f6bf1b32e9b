"""What a process of kliping's makes once, made once for all tests of a process.

SQLAlchemy keeps what it compiled by engine and dialect, and nearly every test has an engine of its
own: half the time of a test that files a page and verifies the archive was compiling what the test
before it had compiled. Typer builds all commands, 0.05 s of CPU, each time that one is run; whoever
fetches reads the list of trusted authorities, 0.03 s.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from functools import cache
from typing import Any

import certifi
import pytest
import typer.main
from sqlalchemy import Dialect, Engine
from sqlalchemy.util import LRUCache

from storage.database import postgres, sqlite

_dialects: dict[str, Dialect] = {}
_statements: LRUCache[Any, Any] = LRUCache(4_000)


def make_once(patch: pytest.MonkeyPatch) -> None:
    """From now on, in this process."""
    patch.setattr(typer.main, "get_command", cache(typer.main.get_command))
    patch.setattr(ssl, "create_default_context", _trusting(ssl.create_default_context))
    for module in (sqlite, postgres):
        patch.setattr(module, "make_engine", _sharing(module.make_engine))


def _sharing(make: Callable[..., Engine]) -> Callable[..., Engine]:
    def make_sharing(*arguments: Any, **options: Any) -> Engine:
        engine = make(*arguments, **options)
        known = _dialects.get(engine.dialect.name)
        if known is None or known.server_version_info is None:  # it never met a database
            _dialects[engine.dialect.name] = engine.dialect
        else:
            engine.dialect = known
        engine._compiled_cache = _statements
        return engine

    return make_sharing


def _trusting(make: Callable[..., ssl.SSLContext]) -> Callable[..., ssl.SSLContext]:
    """One for each choice of the system's authorities, with Mozilla's in it."""

    @cache
    def trust(*_chosen: str | None) -> ssl.SSLContext:
        context = make()
        context.load_verify_locations(certifi.where())
        context.load_verify_locations = lambda *_, **__: None  # type: ignore[method-assign]
        return context

    def make_or_keep(*arguments: Any, **options: Any) -> ssl.SSLContext:
        if arguments or options:
            return make(*arguments, **options)
        return trust(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))

    return make_or_keep
