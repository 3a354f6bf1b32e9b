"""What a crawl says of itself: as it goes on, at its end, and by its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from commands.crawl.progress import Display
from commands.exits import Exit
from commands.render.advice import advise
from commands.render.columns import emit_json, pick
from commands.render.failures import in_words
from commands.render.values import counted
from commands.terminal import say
from commands.times import local_minute
from scraper.errors import FetchError
from scraper.model.events import CrawlEvent, CrawlSummary, ImageDone, PageDone, SourceDone
from scraper.model.types import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from commands.crawl.options import CrawlOptions
    from storage.frontier.due_report import HeldRecord


def summary_values(summary: CrawlSummary, parts: int = 0) -> dict[str, Any]:
    """What ``runs`` shows of a run beside its pages by outcome. ``parts``: of the sources polled
    those that are sitemaps of an index."""
    return {
        "sources_polled": summary.sources_polled,
        "parts_polled": parts,
        "sources_failed": summary.sources_failed,
        "new_links": summary.new_links,
        "gaps": summary.gaps,
        "stopped": summary.stopped,
        "full": {str(source): size for source, size in summary.full.items()},
    }


def exit_of_summary(summary: CrawlSummary) -> Exit:
    """A limit before failing sources, all of them before some."""
    if summary.stopped in ("max-time", "max-articles"):
        return Exit.LIMIT
    if not summary.sources_failed:
        return Exit.OK
    everything = summary.sources_failed >= summary.sources_polled
    return Exit.FAILED if everything else Exit.PARTLY


def report(event: CrawlEvent, options: CrawlOptions, shown: Display) -> None:
    shown.show(event)
    if isinstance(event, SourceDone):
        if event.error is not None and not (options.quiet and event.failed_before):
            advice = ""
            if isinstance(event.error, FetchError) and event.error.reason == "forbidden_address":
                advice = f"; {advise(event.error.reason)}"
            shown.say(f"source {event.name} could not be read: {event.error}{advice}")
        if event.gap is not None and not options.quiet:
            since = local_minute(event.gap.since)
            filled = event.gap_filled
            found = f"its sitemaps name {counted(filled or 0, 'new page')} for it"
            made_up = "a gap is noted" if filled is None else found
            shown.say(f"source {event.name} lists only new pages since {since}: {made_up}")
        if event.left_out and not options.quiet:
            more = counted(event.left_out, "page")
            shown.say(
                f"source {event.name} lists {more} more than may wait at once: "
                "the next polls take them"
            )
        return
    if isinstance(event, ImageDone):
        if options.verbose:
            shown.say(image_in_words(event))
        return
    if options.verbose:
        shown.say(_page_in_words(event))
    if options.json:
        emit_json(pick(event, ("url", "outcome", "reason", "article_id")), now=True)


def image_in_words(image: ImageDone) -> str:
    """``image: https://example.com/a.jpg (article 12)``"""
    what = f"image: {image.url} (article {image.article_id})"
    return what if image.problem is None else f"no {what}: {in_words(image.problem)}"


def _page_in_words(page: PageDone) -> str:
    """``new: https://example.com/story (article 12)``"""
    article = f" (article {page.article_id})" if page.article_id is not None else ""
    why = f": {in_words(page.reason)}" if page.reason else ""
    return f"{page.outcome}: {page.url}{article}{why}"


def say_end(
    summary: CrawlSummary,
    code: Exit,
    seconds: float,
    options: CrawlOptions,
    sitemaps: int = 0,
    held: Sequence[HeldRecord] = (),
    following: datetime | None = None,
) -> None:
    """The one-line summary; with ``-q`` only what a signal cut short. ``held``: what waits.
    ``following``: when something is due next, told where nothing was."""
    stopped = {
        Exit.LIMIT: f"stopped by --{summary.stopped}",
        Exit.INTERRUPTED: "stopped by SIGINT",
        Exit.TERMINATED: "stopped by SIGTERM",
        Exit.HANGUP: "stopped by SIGHUP",
    }.get(code)
    if options.quiet and (stopped is None or code == Exit.LIMIT):
        return
    _say_failed(summary, is_told=options.verbose)
    counts: dict[str, int] = {str(outcome): n for outcome, n in summary.counts.items()}
    counts[Outcome.FAILED] -= summary.forbidden
    counts["forbidden by robots.txt"] = summary.forbidden
    parts = [f"{count} {outcome}" for outcome, count in counts.items() if count]
    tried = counted(sum(summary.counts.values()), "page")
    idle = not summary.sources_polled and summary.stopped is None and stopped is None
    tried += f": {', '.join(parts)}" if parts else " due" if idle else ""
    polled = f"{counted(summary.sources_polled, 'source')} polled{summarize_sitemaps(sitemaps)}"
    polled += f", {summary.sources_failed} failed" if summary.sources_failed else ""
    upcoming = summarize_next(following) if idle and not parts else []
    told = (*summarize_full(summary.full), *summarize_held(held), *upcoming)
    text = "; ".join((tried, polled, *told, f"{seconds:.1f} s"))
    if summary.left:
        text += f"; {counted(summary.left, 'old page')} left for the next backfill"
    say(f"{text}; {stopped}, the next crawl continues from here" if stopped else text)


def _say_failed(summary: CrawlSummary, *, is_told: bool) -> None:
    """The first pages that failed, and how to see the rest. ``is_told``: each was told already."""
    for page in () if is_told else summary.failed_pages:
        say(f"{page.url}: failed: {in_words(page.reason or '')}")
    more = summary.counts[Outcome.FAILED] - summary.forbidden - len(summary.failed_pages)
    if more > 0 and not is_told:
        say(f"{counted(more, 'more page')} failed: `kliping list --failed` shows all")
    elif summary.failed_pages:
        say("`kliping list --failed` shows when they are tried again")


def summarize_next(following: datetime | None) -> list[str]:
    """When something is due that is not yet."""
    if following is None:
        return []
    return [f"the next is due at {local_minute(following)}"]


def summarize_full(full: Mapping[int, int]) -> list[str]:
    """How many sources brought as much as a run stores, and how much that was."""
    if not full:
        return []
    size = f"{sum(full.values()) / 1e6:,.0f} MB"
    return [f"{counted(len(full), 'source')} brought {size}, the rest waits for the next crawl"]


def summarize_held(held: Sequence[HeldRecord]) -> list[str]:
    """Which hosts are left alone, until when (the first of them), and how much waits for that."""
    paused = [host for host in held if host.is_paused]
    silent = [host for host in held if not host.is_paused]
    told = []
    if paused:
        told.append(f"{_hosts(paused)} left alone until {_first(paused)}: {_waiting(paused)}")
    if silent:
        who = counted(len(silent), "host")
        told.append(f"{who} did not answer: {_waiting(silent)} until {_first(silent)}")
    return told


def _hosts(held: Sequence[HeldRecord]) -> str:
    return f"{held[0].host} is" if len(held) == 1 else f"{len(held)} hosts are"


def _first(held: Sequence[HeldRecord]) -> str:
    moment = local_minute(held[0].until)
    return moment if len(held) == 1 else f"{moment} or longer"


def _waiting(held: Sequence[HeldRecord]) -> str:
    """``1 source and 31 pages wait``."""
    sources, pages = sum(host.sources for host in held), sum(host.pages for host in held)
    what = [counted(sources, "source")] if sources else []
    what += [counted(pages, "page")] if pages else []
    return f"{' and '.join(what)} wait{'s' if sources + pages == 1 else ''}"


def summarize_sitemaps(number: int) -> str:
    """How many of the sources are sitemaps of an index: they are none that a person added."""
    what = "a sitemap" if number == 1 else "sitemaps"
    return f" ({number} of them {what} of an index)" if number else ""
