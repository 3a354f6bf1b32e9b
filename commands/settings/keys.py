"""Every setting of ``kliping.toml``, in one table: what checks it, what the docs and
``kliping config sample`` say of it, and who has its default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from commands.settings.password import Hashed
from scraper.errors import ConfigError

DAY = 86400
OBEY = ("nothing", "pages", "strict")
"""As ``storage.reading.rights.Obey`` has them, which need not be loaded to read this."""
IMAGES = ("none", "lead")
"""Of ``[fetch] images``, and of a source."""
RULES, SITES = "rules", "sites"
"""The sections whose keys are hosts."""
NOTICES = "notices"
"""The section whose keys are ways to notify."""
OWNERS = {
    "fetch": "scraper.fetch.policy:FetchPolicy",
    "pace": "scraper.fetch.policy:PacePolicy",
    "crawl": "scraper.crawl.run:CrawlLimits",
    "rights": "commands.settings:Settings",
}
"""By section, the class whose attributes are the defaults; it is loaded where they are shown."""


class Kind(NamedTuple):
    wanted: str
    """What a value must be, with its unit and bounds: ``seconds from 0 to 86400``."""
    read: Callable[[Any], Any]
    """The value as its owner takes it. Raises ``ValueError`` for what is not ``wanted``."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    section: str
    name: str
    kind: Kind
    text: str
    """Sentences for a person."""
    example: str = ""
    """As the file has it, where there is no default."""
    is_secret: bool = False
    """It is not shown."""

    @property
    def default(self) -> Any:
        """``None`` where there is none. Loads the owner."""
        if self.section not in OWNERS:
            return None
        module, _, owner = OWNERS[self.section].partition(":")
        return getattr(getattr(import_module(module), owner), self.name)

    def check(self, value: object, where: str) -> Any:
        """The value as its owner takes it. ``where``: file, section and key. Raises
        ``ConfigError``."""
        try:
            return self.kind.read(value)
        except ValueError as error:
            if problem := str(error):
                raise ConfigError(f"{where}: {problem}") from None
            given = "" if self.is_secret else f", not {_shown(value)}"
            raise ConfigError(f"{where} must be {self.kind.wanted}{given}") from None


# --------------------------------------------------------------------- kinds


def _number(low: float, high: float, unit: str, *, above: bool = False) -> Kind:
    """A number from ``low`` (or above it) to ``high``."""

    def read(value: Any) -> float:
        _demand(isinstance(value, (int, float)) and not isinstance(value, bool))
        _demand(low <= value <= high and not (above and value == low))
        return float(value)

    return Kind(f"{unit} {'above' if above else 'from'} {low:g} to {high:g}", read)


def _count(low: int, high: int, unit: str) -> Kind:
    def read(value: Any) -> int:
        _demand(isinstance(value, int) and not isinstance(value, bool) and low <= value <= high)
        return int(value)

    return Kind(f"a whole number of {unit} from {low} to {high}", read)


def _one_of(*words: str) -> Kind:
    def read(value: Any) -> str:
        _demand(value in words)
        return str(value)

    return Kind(", ".join(f'"{word}"' for word in words[:-1]) + f' or "{words[-1]}"', read)


def _read_switch(value: Any) -> bool:
    _demand(isinstance(value, bool))
    return bool(value)


def _read_directory(value: Any) -> Path:
    """Relative to the file's own directory; ``~`` is the home directory."""
    _demand(isinstance(value, str) and value.strip() and "\0" not in value)
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise ValueError(f"{_shown(value)} is in the home of an unknown user") from None


def _read_line(value: Any) -> str:
    """One line of printable ASCII: what a header field may hold (RFC 9110 §5.5)."""
    _demand(isinstance(value, str) and value.isascii() and value.isprintable())
    _demand(value.strip() and len(value) <= 500)
    return str(value).strip()


def _read_hash(value: Any) -> Hashed:
    _demand(isinstance(value, str))
    return Hashed.parse(value)


def _demand(condition: object) -> None:
    if not condition:
        raise ValueError


def _shown(value: object) -> str:
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


# --------------------------------------------------------------------- the table

USER_AGENT = Setting(
    section="fetch",
    name="user_agent",
    kind=Kind("one line of plain ASCII text, at most 500 characters", _read_line),
    text="Tells hosts who asks, and how to reach you. What does not begin with kliping/ is sent "
    "after kliping's own name. KLIPING_USER_AGENT goes before it.",
)
SETTINGS = (
    Setting(
        section="fetch",
        name="deadline",
        kind=_number(0, DAY, "seconds", above=True),
        text="How long one address may take, with its redirects. Not counted are the pace, and "
        "the robots.txt of its own host, which has as many seconds.",
    ),
    Setting(
        section="fetch",
        name="max_bytes",
        kind=_count(1, 1_000_000_000, "bytes"),
        text="How large a page may be, after decompression. A feed or sitemap may have 50 MiB, "
        "four larger ones than this at a time.",
    ),
    Setting(
        section="fetch",
        name="allow_private",
        kind=Kind("true or false", _read_switch),
        text="Whether to open this machine, RFC 1918 and unique-local addresses. Link-local and "
        "cloud metadata addresses stay closed in any case.",
    ),
    Setting(
        section="fetch",
        name="images",
        kind=_one_of(*IMAGES),
        text="Which images of an article are fetched and stored; lead is the one that its page "
        "names as such. `kliping sources add --images` says so for a single source.",
    ),
    USER_AGENT,
    Setting(
        section="pace",
        name="min_delay",
        kind=_number(0, DAY, "seconds"),
        text="The shortest time between two requests to a host. 0 also turns the adaptive delay "
        "off; Crawl-delay and Retry-After still hold.",
    ),
    Setting(
        section="pace",
        name="max_crawl_delay",
        kind=_number(0, DAY, "seconds"),
        text="A robots.txt that asks for a longer delay than this gets this.",
    ),
    Setting(
        section="pace",
        name="concurrency",
        kind=_count(1, 1000, "requests"),
        text="How many are under way at once, to all hosts together.",
    ),
    Setting(
        section="crawl",
        name="max_stored",
        kind=_count(1_000_000, 10**15, "bytes"),
        text="How much the pages of one source may add to the archive in a run.",
    ),
    Setting(
        section="rights",
        name="obey",
        kind=_one_of(*OBEY),
        text="How far publishers are obeyed in what leaves the archive.",
    ),
    Setting(
        section="extraction",
        name="rules_dir",
        kind=Kind("the path of a directory", _read_directory),
        text="Where more rules for single sites are: in every *.toml of it. Relative to this file.",
        example='"sites"',
    ),
    Setting(
        section="serve",
        name="password",
        kind=Kind("a line that `kliping config password` made", _read_hash),
        text="Whoever knows the password may act in the reading room of `kliping serve --write`. "
        "Only its hash stands here.",
        example='"scrypt:32768:8:1:example-example-:example-example-example-example-"',
        is_secret=True,
    ),
)
KEYS: Mapping[str, Mapping[str, Setting]] = {
    section: {each.name: each for each in SETTINGS if each.section == section}
    for section in dict.fromkeys(each.section for each in SETTINGS)
}
SITE_KEYS = {
    "headers": ('{ Authorization = "Bearer TOKEN", X-Key = "KEY" }', "Sent with each request."),
    "cookies": ('"name=value; other=value"', "They go before those of a file."),
    "cookies_file": (
        '"cookies.txt"',
        "In the Netscape format (browser extensions, curl, yt-dlp). Relative to this file.",
    ),
    "insecure": ("false", "true: sent without encryption, too."),
    "paths": ('["/news/", "/archive"]', "Only there and below; without the key everywhere."),
}
"""By key of ``[sites."example.org"]``: an example and what it means."""
RULE_KEYS = {
    "title": (
        '"h1.headline"',
        "A CSS selector, as in the next keys. Of several elements the first that has text.",
    ),
    "authors": ('".byline a, .author"', 'All of them. Each may be a whole line: "By A and B".'),
    "published": ('"time.first"', "A datetime or content attribute is read before the text."),
    "modified": ('"meta[name=lastchange]"', "The same, for the last change."),
    "section": ('".breadcrumb li:last-child"', "The section of the paper."),
    "body": ('"div.story"', "The element that holds the text, or several."),
    "remove": ('[".promo", "aside.related"]', "Taken out of the page before anything is read."),
    "single_page": ('"?page=all"', "Where the whole article is, if it is cut into pages."),
}
"""The same of ``[rules."example.org"]``."""
NOTICE_KEYS = {
    "mail": {
        "host": ('"mail.example.org"', "The mail server (SMTP)."),
        "encryption": ('"starttls"', 'The default; or "tls", or "none".'),
        "port": ("587", 'The default of "starttls"; of "tls" 465, of "none" 25.'),
        "user": ('"ann"', "Both user and password, or neither."),
        "password_file": (
            '"mail.secret"',
            "Its first line is the password. Only you may be able to read it. Relative to this "
            'file. Or: password = "…"',
        ),
        "from": ('"Kliping <kliping@example.org>"', "Who the mail is from."),
        "to": ('["ann@example.org"]', "Who gets it."),
    },
    "command": {
        "run": (
            '["bin/tell", "--desk"]',
            "A program and its words; no shell. It reads the notice from standard input. A path is "
            "relative to this file, a name alone is looked for in PATH.",
        ),
    },
    "webhook": {
        "url": ('"https://hooks.example.org/T123/secret"', "The notice is posted there."),
        "headers": ('{ Authorization = "Bearer TOKEN" }', "Sent with it."),
        "allow_private": ("false", "true: it may be at a private address, and have http://."),
    },
}
"""The same of ``[notices.mail]`` and the others."""
