"""A source that fills the archive: what a crawl and ``health`` say, and the setting."""

from __future__ import annotations

import pytest

from tests.cli.conftest import QUICK
from tests.cli.running import Kliping, RunHere
from tests.crawl.test_stored import picture
from tests.newspaper import rss
from tests.servers import Server


def test_it_is_told(kliping: Kliping, run_here: RunHere) -> None:
    with Server() as server:
        paths = [f"/bulk/{n:02}" for n in range(20)]
        server.routes |= {path: picture(200_000, at) for at, path in enumerate(paths)}
        server.routes["/feed"] = rss(paths)
        kliping.config = f"{QUICK}[crawl]\nmax_stored = 1000000\n"
        assert run_here(kliping, "sources", "add", "-q", server.url("/feed")).code == 0
        ended = run_here(kliping, "crawl", "-q")
        assert ended.code == 0
        (line,) = ended.errors
        assert (
            ": fills the archive: its pages brought more than a crawl stores of one source" in line
        )
        (run,) = run_here(kliping, "runs", "--json").objects
        assert 1_000_000 < run["full"]["1"] < 2_200_000
        ended = run_here(kliping, "health", "--json")
        assert ended.code == 7
        (told,) = ended.objects
        assert (told["kind"], told["alarm"]) == ("full", True)
        assert "max_stored" in told["how"]
        ended = run_here(kliping, "crawl")
        assert "; 1 source brought 1 MB, the rest waits for the next crawl; " in ended.errors[-1]
        assert "2 crawls" in run_here(kliping, "health", "--json").objects[0]["detail"]


@pytest.mark.parametrize("value", ["0", "-1", "true", '"200 MB"'])
def test_a_setting_that_is_none(kliping: Kliping, run_here: RunHere, value: str) -> None:
    config = kliping.home / "odd.toml"
    config.write_text(f"[crawl]\nmax_stored = {value}\n")
    ended = run_here(kliping, "--config", config, "list")
    assert ended.code == 2
    assert "[crawl] max_stored must be a whole number of bytes from 1000000" in ended.err
