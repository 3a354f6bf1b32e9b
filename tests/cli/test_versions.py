"""Every version that is kept can be read: its text, its page, and all of them at once."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import pytest

from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere
from tests.servers import Server, reply

EDIT = "<p>Correction: the survey of the eastern mole had been finished in May after all.</p>"


@pytest.fixture
def edited(kliping: Kliping, run_here: RunHere, server: Server) -> Kliping:
    """An article that was corrected: versions 1 and 2."""
    for page in (story(1), story(1, edit=EDIT, title="Harbour council is corrected")):
        server.routes["/1"] = reply(page)
        assert run_here(kliping, "fetch", server.url("/1")).code == 0
    return kliping


def test_the_text_of_a_version(edited: Kliping, run_here: RunHere) -> None:
    first, second = (
        run_here(edited, "show", 1, "--version", n, "--json").objects[0] for n in (1, 2)
    )
    assert (first["title"], second["title"]) == (
        "Harbour council decides case 1", "Harbour council is corrected",
    )  # fmt: skip
    assert "Correction" not in first["body"]
    assert "Correction" in second["body"]
    assert list(first) == list(run_here(edited, "show", 1, "--json").objects[0])
    assert "Harbour council decides" in run_here(edited, "show", 1, "--version", 1).out
    markdown = run_here(edited, "show", 1, "--version", 1, "--markdown").out
    assert markdown.startswith("# Harbour council decides case 1")


def test_the_page_of_a_version(
    edited: Kliping, run_here: RunHere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pages = [run_here(edited, "show", 1, "--html", "--version", n).out for n in (1, 2)]
    assert ["Correction" in page for page in pages] == [False, True]

    def no_browser() -> None:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", no_browser)
    for number, has in ((1, False), (2, True)):
        ended = run_here(edited, "open", 1, "--snapshot", "--version", number)
        text = Path(ended.out.strip().removeprefix("file://")).read_text()
        assert ("Correction" in text) is has


def test_the_texts_of_all_versions(edited: Kliping, run_here: RunHere) -> None:
    versions = run_here(edited, "history", 1, "--json", "--texts").objects
    assert ["Correction" in one["body"] for one in versions] == [False, True]
    assert versions[1]["blocks"][-1]["text"].startswith("Correction")
    assert "body" not in run_here(edited, "history", 1, "--json").objects[0]


def test_a_version_that_does_not_exist(edited: Kliping, run_here: RunHere) -> None:
    for command in ("show 1", "show 1 --html", "open 1 --snapshot"):
        ended = run_here(edited, *command.split(), "--version", 3)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err == "kliping: article 1 has no version 3; it has versions 1 to 2\n"
    for command, problem in (
        ("open 1 --version 1", "--version belongs to --snapshot"),
        ("show 1 --version 1 --story", "exclude each other"),
        ("history 1 --texts", "--texts belongs to --json"),
        ("show 1 --version 0", "--version"),
    ):
        ended = run_here(edited, *command.split())
        assert (ended.code, problem in ended.err, len(ended.errors)) == (2, True, 1)
