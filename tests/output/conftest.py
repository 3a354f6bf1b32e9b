from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.conftest import kliping as kliping
from tests.cli.conftest import run_here as run_here
from tests.output.archive import Archived, file_all
from tests.servers import Server


@pytest.fixture(scope="session")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archived]:
    with Server() as server:
        yield file_all(tmp_path_factory.mktemp("harm"), server)
