"""An archive of the newspaper that means harm, and what every way of filing it said meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tests.cli.conftest import QUICK
from tests.cli.running import Ended, Kliping, prepare
from tests.cli.terminals import run_on_terminal
from tests.newspaper import let_pass
from tests.output import paper
from tests.output.strings import HARM
from tests.servers import Server

ON_TERMINAL = "on a terminal: "
AS_SOURCES = ("/trouble/header", "/trouble/coding", "/trouble/scheme", "/trouble/xml")
"""Of the troubles those that are sources, too: they are said as long as they last."""
RULES = """
[rules."127.0.0.1"]
title = "h2"
authors = "figcaption"
section = "h4[class='x']"
"""
EDITED = ("all_driving", "html", "formula", "shell")


@dataclass(frozen=True)
class Archived:
    user: Kliping
    server: Server
    told: dict[str, Ended] = field(default_factory=dict)
    """What each command said that filed something, by a name; those on a terminal in ``out``."""

    def run(self, name: str, *arguments: object) -> Ended:
        self.told[name] = prepare(self.user, *arguments)
        return self.told[name]

    def run_on_terminal(self, name: str, *arguments: object) -> None:
        self.told[ON_TERMINAL + name] = Ended(*run_on_terminal(self.user, *arguments), "")

    def url(self, name: str) -> str:
        """Of the story that says this string."""
        return self.server.url(paper.story_path(name))


def file_all(home: Path, server: Server) -> Archived:
    """Sources imported, crawled on a terminal and with a JSON log, pages that are none, edits, a
    second outlet, a web archive, sources that fail for days, watches."""
    archived = Archived(Kliping(home, QUICK), server)
    paper.serve(server)
    (home / "sources.opml").write_bytes(paper.opml(server.url("")))
    (home / "ruled.toml").write_text(QUICK + RULES)
    archived.run("sources", "sources", "import", home / "sources.opml")
    broken = [server.url(path) for path in paper.troubles()]
    lines = [*(server.url(path) for path in AS_SOURCES), f"javascript:{HARM['c1']}", HARM["bidi"]]
    (home / "broken.txt").write_text("\n".join(lines))
    archived.run("broken sources", "sources", "import", home / "broken.txt")
    for name in ("c0", "shell"):
        source = server.url(f"/feed/{name}")
        archived.run(f"disable {name}", "sources", "disable", source, "--reason", HARM[name])
    archived.run("watch", "watch", "add", "harbour", "--name", HARM["escape_sequences"])
    archived.run_on_terminal("crawl", "crawl", "--max-articles", 1)
    archived.run("crawl with a log", "crawl", "--log-json", "--json")
    archived.run("fetch what fails", "fetch", *broken)
    archived.run_on_terminal("fetch what fails", "fetch", *broken[:3])
    paper.edit(server, EDITED)
    archived.run("fetch edits", "fetch", *map(archived.url, EDITED))
    other = archived.url("escape_sequences").replace("127.0.0.1", "localhost")
    archived.run("fetch elsewhere", "fetch", "--json", other, archived.url("c1"))
    (home / "pages.warc.gz").write_bytes(paper.web_archive())
    archived.run("import", "import", home / "pages.warc.gz")
    let_pass(archived.user.db, timedelta(days=3))
    failing = map(server.url, AS_SOURCES)
    archived.run("crawl with a log of what fails", "crawl", "--log-json", *failing)
    let_pass(archived.user.db, timedelta(days=3))  # so that something is due
    return archived
