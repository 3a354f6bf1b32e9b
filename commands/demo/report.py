"""What the demo tells the person who watches: in colours on a terminal, plain without one."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from commands.cleaning import clean
from commands.render.articles import when
from commands.render.rich_output import open_console
from commands.render.values import counted
from commands.times import stated_minute
from scraper.model.types import BlockKind, Outcome

if TYPE_CHECKING:
    from commands.demo.server import DemoSite
    from scraper.model.events import PageDone
    from scraper.model.types import Block
    from storage.database.places import Place
    from storage.reading.library import Library
    from storage.records import ArticleRecord, VersionRecord

PLAIN_WIDTH = 80
MAX_WIDTH = 100
SHOWN_BLOCKS = 6


@dataclass(frozen=True)
class CrawlReport:
    """What one crawl did: its pages in order, how many of each outcome, seconds."""

    pages: Sequence[PageDone]
    counts: Mapping[str, int]
    seconds: float


class Report:
    """The story in its order; each ``show_`` returns whether there was something to show."""

    def __init__(self, library: Library, db: Place) -> None:
        self._library = library
        self._db = db
        self._console = _open_console()

    def show_start(self) -> None:
        self._heading("kliping demo: a small newspaper on this machine, crawled twice")

    def announce_site(self, site: DemoSite) -> None:
        self._say(f"The paper answers at {site.base}/")
        self._say(f"and its news agency at {site.wire}/ (loopback only, no network).")

    def show_crawl(self, name: str, crawl: CrawlReport) -> None:
        counts = ", ".join(f"{number} {outcome}" for outcome, number in crawl.counts.items())
        pages = f"{counted(len(crawl.pages), 'page')} in {crawl.seconds:.1f} s"
        self._console.print(Text.assemble((f"{name}: ", "bold"), f"{pages}: {counts}"))

    def announce_edit(self) -> None:
        self._say("The paper corrects one report; a day passes on the crawl's clock.")

    def show_filed(self) -> None:
        records = self._library.list(limit=0)
        self._heading(f"Filed: {len(records)} articles, the newest first")
        table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
        table.add_column("ID", justify="right")
        table.add_column("Published", no_wrap=True)
        table.add_column("Lang")
        table.add_column("Title, and the byline as printed", overflow="fold", ratio=1)
        for record in records:
            title = Text(clean(record.title or "(no title)"))
            byline = Text(_credit(record), style="dim")
            table.add_row(
                str(record.id),
                when(record, stated_minute) or "",
                record.language or "",
                Text("\n").join([title, byline]),
            )
        self._console.print(table)

    def show_article(self, url: str) -> bool:
        """One article: its heading whole, of its text the beginning and the end."""
        record = self._library.find(url)
        if record is None:
            return False
        self._heading("One article (from Karo, with which this archive began)")
        self._console.print(Text(clean(record.title or ""), style="bold"))
        authors = ", ".join(map(clean, record.authors))
        self._say(f"by {authors}   (printed: {_credit(record)})")
        zone = f"zone {record.published_zone}" if record.published_zone else "zone unknown"
        self._say(f"{when(record, stated_minute) or ''}   ({zone})")
        text = [block for block in record.blocks if block.kind is not BlockKind.CAPTION]
        for line in _shorten(text, record.id):
            self._console.print()
            self._console.print(Padding(line, (0, 0, 0, 2)))
        return True

    def show_edit(self, url: str) -> bool:
        """The changed paragraphs of the article that was edited between the crawls."""
        record = self._library.find(url)
        versions = [v for v in self._library.versions(record.id) if v.accepted] if record else []
        if record is None or len(versions) < 2:
            self._say("The edit was not seen, and should have been.")
            return False
        before, after = versions[-2:]
        self._heading(f"The edit: article {record.id} has {len(versions)} versions")
        self._say(clean(after.title or ""))
        grid = Table.grid(padding=(0, 1))
        for sign, line in _describe_edit(before, after):
            grid.add_row(Text(f"  {sign}", style=line.style), line)
        self._console.print(grid)
        return True

    def show_duplicate(self) -> bool:
        """A story that two sites carry: both are filed, the second linked to the first."""
        records = self._library.list(limit=0)
        by_id = {record.id: record for record in records}
        pairs = [(by_id[r.duplicate_of], r) for r in records if r.duplicate_of in by_id]
        if not pairs:
            self._say("The story carried twice was not recognised, and should have been.")
            return False
        self._heading("The duplicate: one text on two sites")
        for first, second in pairs:
            self._say(clean(first.title or ""))
            self._address(f"  first carrier  {first.id:>3}  ", first.url)
            self._address(f"  same text      {second.id:>3}  ", second.url)
        return True

    def show_refused(self, crawl: CrawlReport) -> bool:
        """What was fetched and is no article, and what was not fetched at all."""
        self._heading("Not filed, and why")
        kinds = {Outcome.REJECTED: "rejected", Outcome.FAILED: "not fetched"}
        lost = [page for page in crawl.pages if page.outcome in kinds]
        for page in lost:
            self._say(f"{kinds[page.outcome]}: {clean(page.reason or '')}")
            self._address("  ", page.url)
        return bool(lost)

    def show_end(self) -> None:
        self._heading("Look further")
        self._say("The paper is closed again; everything above stays in one file:")
        file = shlex.quote(str(self._db))
        self._address("  ", str(self._db))
        for rest in ("list", "show 1", "list --rejected", "list --limit 0 --json"):
            self._address("  ", f"{_command()} --db {file} {rest}")

    def _heading(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(text, style="bold cyan"))
        self._console.print(Text("-" * Text(text).cell_len, style="cyan"))

    def _say(self, text: str) -> None:
        self._console.print(Text(text))

    def _address(self, lead: str, text: str) -> None:
        """A line to be copied: never wrapped."""
        self._console.print(Text(lead + clean(text)), soft_wrap=True)


def _open_console() -> Console:
    """Colours and the terminal's width on a terminal; else plain text of 80 columns."""
    if not sys.stdout.isatty():
        return open_console(width=PLAIN_WIDTH, color_system=None)
    console = open_console()
    console.width = min(console.width, MAX_WIDTH)
    return console


def _credit(record: ArticleRecord) -> str:
    return clean(record.byline or "") or "(no byline)"


def _shorten(blocks: Sequence[Block], article_id: int) -> Iterator[Text]:
    """The first blocks, a note of how many are left out, and the last one."""
    hidden = len(blocks) - SHOWN_BLOCKS - 1
    if hidden <= 1:
        yield from map(_render_block, blocks)
        return
    yield from map(_render_block, blocks[:SHOWN_BLOCKS])
    note = f"[{hidden} more paragraphs; `show {article_id}` has them all]"
    yield Text(note, style="dim italic")
    yield _render_block(blocks[-1])


def _render_block(block: Block) -> Text:
    text = clean(block.text)
    if block.kind == BlockKind.HEADING:
        return Text(text, style="bold")
    if block.kind == BlockKind.LIST_ITEM:
        return Text(f"* {text}")
    return Text(f"> {text}" if block.kind == BlockKind.QUOTE else text)


def _describe_edit(before: VersionRecord, after: VersionRecord) -> Iterator[tuple[str, Text]]:
    """Paragraphs that went, came or were reworded, as ``-`` and ``+`` with their text."""
    old, new = ([clean(line) for line in v.body.split("\n")] for v in (before, after))
    unchanged = 0
    for tag, i, j, k, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            unchanged += j - i
            continue
        reworded = min(j - i, n - k)
        for was, now in zip(old[i : i + reworded], new[k : k + reworded], strict=True):
            yield "-", _mark_words(was, now, "red")
            yield "+", _mark_words(now, was, "green")
        for line in old[i + reworded : j]:
            yield "-", Text(line, style="red")
        for line in new[k + reworded : n]:
            yield "+", Text(line, style="green")
    yield " ", Text(f"({unchanged} paragraphs unchanged)", style="dim")


def _mark_words(text: str, other: str, colour: str) -> Text:
    """``text`` with the words that ``other`` lacks set off (on a terminal)."""
    words, others = text.split(" "), other.split(" ")
    line = Text(style=colour)
    for tag, i, j, _, _ in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        for word in words[i:j]:
            line.append(" " if line else "")
            line.append(word, style="" if tag == "equal" else "bold reverse")
    return line


def _command() -> str:
    """How this program is called here: by the path it was started with, unless its name will do."""
    started = Path(sys.argv[0])
    if started.name == "kliping" and shutil.which("kliping") is None:
        return shlex.quote(sys.argv[0])
    return "kliping"
