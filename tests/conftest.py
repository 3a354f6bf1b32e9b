"""What tests of whole crawls start from, and how the tests are shared out among processes."""

from __future__ import annotations

import gc
import importlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from filelock import FileLock

from tests.once import make_once
from tests.press import Press
from tests.profiles import load_profile
from tests.servers import Server
from tests.templates import ANEW, copy_instead, make_template
from tests.tiers import has_quick, tier_of
from tests.warm import WarmSandbox, dismiss
from tests.web.browser.finding import find_chromium

load_profile()

HERE = Path(__file__).resolve().parent
LONGEST = (
    "tests/crawl/test_year.py",
    "tests/crawl/test_hostile_sources.py",
    "tests/crawl/test_faults.py",
    "tests/crawl/test_kill.py",
    "tests/extraction/test_floors.py",
)
"""Modules that begin first, so that no process is left alone with one at the end."""


STARTING_READERS = (
    "scraper.isolation.sandbox",
    "scraper.setup",
    "commands.care.reextract",
    "commands.read.explain",
    "commands.sources.rule_test",
)

CORPUS = HERE.parents[1] / "shared" / "corpus" / "manifest.jsonl"
"""Of real pages, which may not be given on: beside the checkout, where there is one."""
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3
"""A file system in memory, and what must be free there for the tests to use it."""


def pytest_configure(config: pytest.Config) -> None:
    """Tests that are named by their file run whatever their tier.

    Temporary files lie in memory where there is room. SQLite syncs them as ever, which takes no
    time there, and no test pulls the plug: what a process wrote outlives its kill all the same.

    Modules are compiled once, also where Python is told to keep no bytecode: the tests start some
    hundred processes, and each would compile all of kliping anew."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if not hasattr(config, "workerinput") and not is_whole and config.option.markexpr == "quick":
        config.option.markexpr = ""
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # Under nohup it is ignored, which the programs under test would inherit.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    with suppress(OSError):
        if shutil.disk_usage(MEMORY).free >= ROOM and os.access(MEMORY, os.W_OK | os.X_OK):
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """They are kept for who wants to look into a failure."""
    is_worker = hasattr(session.config, "workerinput")
    folder = session.config._tmp_path_factory._basetemp  # type: ignore[attr-defined]
    if folder is not None and MEMORY in folder.parents and exitstatus == 0 and not is_worker:
        shutil.rmtree(folder, ignore_errors=True)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A module without a test of the quick tier is not even imported for it."""
    if config.option.markexpr != "quick" or collection_path.suffix != ".py":
        return None
    return not has_quick(collection_path.relative_to(config.rootpath).as_posix()) or None


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """The processes that share the tests begin each with other modules: in a fresh checkout what
    one has compiled is there for the next, and is not compiled by all of them at once."""
    worker = getattr(session.config, "workerinput", None)
    if worker is None or session.config.option.markexpr != "quick":
        return
    paths = (path.relative_to(HERE.parent) for path in sorted(HERE.rglob("test_*.py")))
    names = [".".join(path.with_suffix("").parts) for path in paths if has_quick(path.as_posix())]
    first = len(names) * int(worker["workerid"].removeprefix("gw")) // worker["workercount"]
    for name in names[first:] + names[:first]:
        with suppress(ImportError, SyntaxError):  # which the collection of the module reports
            importlib.import_module(name)


def pytest_collection_finish() -> None:
    """What all tests share is not looked through for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Tests named one by one run here, in reach of a debugger. The others in a process a core and
    one more: many of them wait, for a child to start or a deadline to pass."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return (os.cpu_count() or 1) + 1 if is_whole else 0


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before ``-m`` chooses among them: each test has the marker of its tier."""
    for item in items:
        item.add_marker(tier_of(item.nodeid))
    places = {path: place for place, path in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONGEST)))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """What was not measured is said, whatever else is."""
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if not CORPUS.is_file() and (whole or terminalreporter.stats.get("skipped")):
        terminalreporter.write_line(
            f"Not measured: extraction's floors on real pages, as there is no corpus at {CORPUS}."
            " Those on the pages of tests/pages hold where no test fails."
        )
    if whole and find_chromium() is None:
        terminalreporter.write_line("Skipped: tests in a real browser, as no Chromium is found.")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes that are no text are not told apart by what they are: a gzip header holds the time,
    and all processes that share the tests must find the same names."""
    return "bytes" if isinstance(val, bytes) and not val.isascii() else None


@pytest.fixture(scope="session", autouse=True)
def _readers_are_kept_warm() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in STARTING_READERS:
            patch.setattr(f"{module}.Sandbox", WarmSandbox)
        yield
    dismiss()


@pytest.fixture(scope="session", autouse=True)
def _what_lasts_is_made_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        make_once(patch)
        yield


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with nothing in it."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    make_template(path)
    return path


@pytest.fixture(scope="module", autouse=True)
def _archives_begin_as_copies(
    request: pytest.FixtureRequest, empty_archive: Path
) -> Iterator[None]:
    if request.node.nodeid in ANEW:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        copy_instead(patch, empty_archive)
        yield


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """One run of ``kliping demo`` without a terminal, for all processes that share the tests: its
    database, which nobody changes, and its output."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    folder.mkdir(exist_ok=True)
    database, output = folder / "my archive" / "demo.db", folder / "output.txt"
    with FileLock(folder / "lock"):
        if not output.exists():
            words = [sys.executable, "-c", "import sys, cli; sys.exit(cli.main())"]
            environment = {**os.environ, "PYTHONUTF8": "1"}
            done = subprocess.run(
                [*words, "--db", str(database), "demo"],
                capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, env=environment,
            )  # fmt: skip
            assert (done.returncode, done.stderr) == (0, "")
            output.write_text(done.stdout, encoding="utf-8")
    return database, output.read_text(encoding="utf-8")


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    archive = Press(tmp_path / "press.db")
    yield archive
    archive.engine.dispose()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running
