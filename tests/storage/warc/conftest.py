"""An archive on each database, as the tests of storage have it."""

from tests.storage.conftest import archive, engine, library, path, place

__all__ = ["archive", "engine", "library", "path", "place"]
