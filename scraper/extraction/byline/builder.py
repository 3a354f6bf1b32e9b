"""What a credit is read into: people, outlets, roles and codes, gathered and then made final."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field

from scraper.extraction.byline.names import key

_PROMOTED = frozenset({"translator", "compiler", "interviewer", "contributor"})


@dataclass(frozen=True, slots=True)
class Role:
    """One who did something else than write: ``editor``, ``photographer``, ``translator``,
    ``interviewer``, ``contributor`` or ``compiler``."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Byline:
    """Names as printed, in the order printed."""

    authors: tuple[str, ...] = ()
    """Who wrote; translators, compilers, interviewers and contributors too where nobody else is
    named (they are in ``roles`` as well)."""
    organisations: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    initials: tuple[str, ...] = ()
    """Codes that stand for people or desks: ``vyp``, ``E-2``."""


@dataclass(slots=True)
class BylineBuilder:
    """A credit while it is read."""

    language: str
    site_name: str | None
    _: KW_ONLY
    stated: bool = False
    authors: list[str] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    desks: list[str] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    initials: list[str] = field(default_factory=list)

    def add_person(self, name: str, roles: tuple[str, ...]) -> None:
        for role in roles:
            if role == "author":
                self.authors.append(name)
            elif role != "source":
                self.roles.append(Role(name, role))

    def finish(self) -> Byline:
        authors = _unique(self.authors)
        if not authors:
            authors = _unique([r.name for r in self.roles if r.role in _PROMOTED])
        titled = [desk for desk in self.desks if not desk.islower()]
        organisations = self.organisations or titled or self.desks
        return Byline(
            tuple(authors),
            tuple(_unique(organisations)),
            tuple(dict.fromkeys(self.roles)),
            tuple(self.initials),
        )


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(key(name), name)
    return list(seen.values())
