"""What a person can do about each kind of trouble with a source; never what cannot help."""

from __future__ import annotations

from dataclasses import dataclass

from commands.render.quoting import operand
from scraper.fetch.policy import MAX_DOCUMENT_BYTES
from scraper.model.health import BY_HAND, HAS_OLDER, Kind
from scraper.urls import host_of, origin_of

_SAVE = "save it in a browser and give it to `kliping fetch --html FILE --url URL`"


@dataclass(frozen=True)
class Case:
    """A trouble, as far as advice depends on it; ``cause`` as of
    ``scraper.model.health.Alarm``."""

    kind: str
    cause: str
    name: str
    """Of the source, the first one if they are several."""
    url: str
    """An example; empty where there is none."""


def what_to_do(case: Case) -> str:
    """One line with the command that helps, or with what to look at."""
    kind, name = case.kind, operand(case.name)
    if kind == Kind.UNREACHABLE:
        return _read_again(case, name)
    if kind == Kind.BLOCKED:
        return _be_let_in(case, name)
    if kind == Kind.DISABLED:
        return _enable(case, name)
    if kind == Kind.WALLED:
        return _pass_the_wall(case)
    example = operand(case.url) if case.url else "URL"
    rule = f'a rule for the site helps ([rules."{_host(case)}"] in kliping.toml)'
    explain = f"`kliping explain {example}` shows what was found in it; after a redesign {rule}"
    advice: dict[str, str] = {
        Kind.OVERDUE: "`kliping crawl` polls what is due; `kliping runs` shows when it last ran, "
        "`kliping schedule` how to have cron run it",
        Kind.SILENT: f"open the site; if it goes on, {_discover(case)} finds what it lists today",
        Kind.GAP: _fill(case, name),
        Kind.PARTS: _read_parts(case, example),
        Kind.FULL: f"see what it brings (`kliping list --rejected`, `kliping coverage {name}`): "
        "where that is wanted raise max_stored in [crawl] of kliping.toml, else "
        f"`kliping sources disable {name}`",
        Kind.FAILING: f"`kliping fetch {example}` asks for one now; a crawl tries failed pages "
        "again by itself",
    }
    return advice.get(kind, explain)


def _read_again(case: Case, name: str) -> str:
    look = f"{_discover(case)} finds what the site offers now"
    if case.cause == "robots":
        return (
            f"the site closes it to crawlers, and a crawl obeys: {_discover(case)} finds what it "
            f"leaves open; ask the publisher; or `kliping sources disable {name}`"
        )
    if case.cause == "robots_unreachable":
        return (
            "while a robots.txt cannot be read it forbids all of its host (RFC 9309); it is asked "
            "for again and again: wait, or tell the publisher"
        )
    if case.cause == "private":
        return (
            "it lies in a private network, which is closed unless you open it: "
            f"`kliping crawl --allow-private {name}`, or allow_private = true in [fetch] of "
            "kliping.toml"
        )
    if case.cause == "no_network":
        return (
            "this machine had no network, or no name server, which says nothing of the source: "
            "look at the connection; the next crawl asks again"
        )
    if case.cause == "too_large":
        return f"no more than {MAX_DOCUMENT_BYTES >> 20} MiB is read of a feed or sitemap; {look}"
    if case.cause == "broken":
        return f"it is still polled, as it may be mended; {look}, or tell the publisher"
    if case.cause in ("http_404", "no_source"):
        return f"{look}; `kliping sources add` takes it, `kliping sources remove {name}` this one"
    if case.cause in ("http_401", "http_403", "http_429", "http_451", "http_402", "http_407"):
        return f"{_be_let_in(case, name)}; {look}"
    return f"wait, it is still polled; if it has moved, {look}"


def _be_let_in(case: Case, name: str) -> str:
    if case.cause == "robots":
        example = operand(case.url) if case.url else "URL"
        return (
            "the site closes its pages to crawlers, and a crawl obeys: ask the publisher, or "
            f"`kliping sources disable {name}`; a single page you may still {_SAVE}, or ask "
            f"for with `kliping fetch --ignore-robots {example}`"
        )
    if case.cause in ("http_401", "http_402", "http_407"):
        return f"it wants to know who asks: {_subscribe(case)}"
    if case.cause == "http_429":
        return "we ask too often for it: raise min_delay in [pace] of kliping.toml"
    if case.cause == "http_451":
        return "it may not be shown where you are, for reasons of law"
    if case.cause == "bot_challenge":
        return (
            "its test for robots cannot be passed, as no JavaScript is run: ask the publisher; a "
            f"single page, {_SAVE}"
        )
    return (
        "open it in a browser; if it shows there, say who you are in user_agent and raise "
        "min_delay in kliping.toml, or ask the publisher"
    )


def _enable(case: Case, name: str) -> str:
    enable = f"`kliping sources enable {name}` polls it again"
    if case.cause == BY_HAND:
        return enable
    return (
        f"{_discover(case)} finds what the site offers now; {enable}; `kliping sources remove "
        f"{name}` removes it, its articles stay"
    )


def _pass_the_wall(case: Case) -> str:
    if case.cause == "consent_wall":
        return (
            f'cookies of a browser in which you answered it may help ([sites."{_host(case)}"] in '
            f"kliping.toml); a single page, {_SAVE}"
        )
    return f"{_subscribe(case)}; a single page that you may read, {_SAVE}"


def _subscribe(case: Case) -> str:
    return (
        "with a subscription, give your cookies or headers to "
        f'[sites."{_host(case)}"] in kliping.toml'
    )


def _fill(case: Case, name: str) -> str:
    if case.cause == HAS_OLDER:
        return f"`kliping crawl --backfill {name}` looks for what was missed"
    return (
        "no sitemap or older page of the site is known that would name what was missed; so that it "
        f"does not happen again, have `kliping crawl` run more often, or see whether "
        f"{_discover(case)} finds a source that lists more"
    )


def _read_parts(case: Case, example: str) -> str:
    if case.cause == Kind.DISABLED:
        return (
            f"`kliping sources enable {example}` polls the first one again; if it is rightly gone, "
            f"`kliping sources disable {example}` says so"
        )
    return (
        "they are still polled; if they are rightly gone, `kliping sources disable "
        f"{example}` says so"
    )


def _discover(case: Case) -> str:
    origin = origin_of(case.url) if case.url else "https://" + case.name
    return f"`kliping discover {operand(origin + '/')}`"


def _host(case: Case) -> str:
    return host_of(case.url) if case.url else "HOST"
