"""The newspapers of ``benchmarks.archive``: captures made from a seed, one by one, in constant
memory.

Every piece is a function of its number: it can be made again without those before it. Texts are of
made-up words that are as frequent as real ones are (Zipf's law over 50,000 words a language), in
nine languages, Chinese, Japanese and Thai among them; lengths, blocks and provenance are those of
real articles (a median of 550 words, 2.2 kB of provenance). Each host has a template of its own,
which is most of a page; teasers, figures and tokens differ from page to page. Of 100 pieces 5 are
a copy of another host's with a headline and a beginning of its own, and 3 are an edit.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from types import MappingProxyType
from typing import Literal

from scraper.model.types import (
    Article,
    Block,
    BlockKind,
    Candidate,
    Capture,
    Precision,
    Provenance,
    Response,
    Verdict,
)

FIRST_DAY = datetime(2018, 1, 1, tzinfo=UTC)
DAYS = 3000
HOSTS = 400
VOCABULARY = 50_000
TEMPLATE_SIZE = 100_000
"""Bytes of a host's template, within a tenth."""
COPIES, EDITS = 0.05, 0.03
NEAR = 2_000
"""How far back a copy or an edit reaches, in pieces."""

_LATIN = tuple("ba be bi bo da de di do fa fe ga ge ka ke la le li lo ma me mi mo".split()) + tuple(
    "na ne ni no pa pe ra re ri ro sa se si so ta te ti to va ve".split()
)
_CYRILLIC = tuple("ба бе би во га де да жи за ки ко ла ли ма на но па ра ре со та ти ты ши".split())
_ARABIC = tuple("با تا دا را سا شا عا فا قا كا لا ما نا ها وا يا بي تي دي ري سي".split())
_THAI = tuple("กา ขา คำ งา จะ ชา ดี ตา ที่ นา บ้าน ปี ผู้ พา มา ยา รู้ ลา วัน สิ่ง หา อา ไม่ ได้".split())
_HAN = tuple(chr(code) for code in range(0x4E00, 0x4E00 + 2400))
_KANA = tuple(chr(code) for code in range(0x3042, 0x3094))


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a language writes."""

    code: str
    share: float
    syllables: tuple[str, ...]
    space: str = " "
    stop: str = ". "
    ending: str = ""


TONGUES = (
    Tongue("en", 0.40, _LATIN, ending="s"),
    Tongue("de", 0.12, (*_LATIN, "schü", "größ", "äu"), ending="en"),
    Tongue("fr", 0.10, (*_LATIN, "é", "è", "ç"), ending="ée"),
    Tongue("es", 0.10, (*_LATIN, "ñ", "ó", "í"), ending="ón"),
    Tongue("ru", 0.08, _CYRILLIC, ending="ий"),
    Tongue("ar", 0.04, _ARABIC, ending="ات"),
    Tongue("zh", 0.08, _HAN, "", "。"),
    Tongue("ja", 0.04, (*_HAN[:800], *_KANA), "", "。"),
    Tongue("th", 0.04, _THAI, "", " "),
)
_ZIPF = [*accumulate(1 / (rank + 2) for rank in range(VOCABULARY))]

Kind = Literal["new", "copy", "edit"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One article as one newspaper has it at one time."""

    number: int
    kind: Kind
    of: int
    """The piece that it is a copy or an edit of; else its own number."""
    host: int
    url: str
    at: datetime
    title: str
    authors: tuple[str, ...]
    paragraphs: tuple[str, ...]


class Press:
    """All the newspapers. ``count``: how many pieces there will be, over which years go by."""

    def __init__(self, count: int, seed: int = 1, template_size: int = TEMPLATE_SIZE) -> None:
        self._count, self._seed, self._template_size = count, seed, template_size
        chance = random.Random(f"{seed} hosts")
        shares = [one.share for one in TONGUES]
        # The first hosts are one of each language, so that every language has some.
        picked = [*TONGUES, *chance.choices(TONGUES, shares, k=HOSTS - len(TONGUES))]
        self._tongues = picked
        self._by_code: dict[str, list[int]] = {}
        for host, tongue in enumerate(picked):
            self._by_code.setdefault(tongue.code, []).append(host)
        self._template = lru_cache(maxsize=HOSTS)(self._make_template)

    def piece(self, number: int) -> Piece:
        """The piece of this number, from 1."""
        kind, of = self._kind_of(number), number
        if kind != "new":
            of = self._earlier(number)
        first = self._original(of)
        if kind == "new":
            return first
        chance = random.Random(f"{self._seed} {kind} {number}")
        at = self._moment(number)
        if kind == "edit":
            return self._edited(first, number, at, chance)
        host = chance.choice(self._by_code[self._tongues[first.host].code])
        words = self._words(host)
        own = _sentences(words, self._tongues[host], chance, 45)
        return replace(
            first,
            number=number,
            kind=kind,
            of=of,
            host=host,
            url=_url(host, number),
            at=at,
            title=_headline(words, self._tongues[host], chance),
            paragraphs=(own, *first.paragraphs[1:]),
        )

    def capture(self, piece: Piece, *, bare: bool = False) -> Capture:
        """As the pipeline hands it to the archive. ``bare``: its page has no template."""
        tongue = self._tongues[piece.host]
        blocks = tuple(Block(BlockKind.PARAGRAPH, text) for text in piece.paragraphs)
        published = self._moment(piece.of if piece.kind == "edit" else piece.number)
        article = Article(
            title=piece.title,
            byline=" and ".join(piece.authors),
            authors=piece.authors,
            published_at=published,
            published_precision=Precision.SECOND,
            published_raw=published.isoformat(),
            modified_at=piece.at if piece.kind == "edit" else None,
            body="\n".join(piece.paragraphs),
            blocks=blocks,
            language=tongue.code,
            site_name=f"The Post of {piece.host}",
            image_url=f"https://{_name(piece.host)}/media/{piece.number}/large.jpg",
            section="Local",
            tags=("town", "bridge"),
            page_title=f"{piece.title} - The Post of {piece.host}",
            declared_url=piece.url,
            verdict=Verdict.ARTICLE,
            evidence="text",
            provenance=MappingProxyType(_provenance(piece, published)),
            extractor_version="3",
        )
        body = _bare_page(piece) if bare else self.page(piece).encode()
        headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", f'"{piece.number}"'))
        response = Response(piece.url, piece.url, 200, headers, body, piece.at)
        return Capture(piece.url, piece.at, response, article)

    def page(self, piece: Piece) -> str:
        """Its HTML: the host's template around it."""
        chance = random.Random(f"{self._seed} page {piece.number}")
        tongue, words = self._tongues[piece.host], self._words(piece.host)
        head, middle, foot = self._template(piece.host)
        teasers = "".join(
            f'<li class="teaser__item"><a href="/story/{chance.randrange(10**6)}">'
            f"{_headline(words, tongue, chance)}</a></li>"
            for _ in range(25)
        )
        text = "".join(f"<p>{paragraph}</p>" for paragraph in piece.paragraphs)
        token = f"{chance.getrandbits(256):064x}"
        return (
            f'<!DOCTYPE html><html lang="{tongue.code}"><head><title>{piece.title}</title>'
            f'<link rel="canonical" href="{piece.url}"><meta name="csrf" content="{token}">{head}'
            f"<article><h1>{piece.title}</h1><p class=byline>{', '.join(piece.authors)}</p>"
            f"<time datetime={piece.at.isoformat()}></time>{text}</article>{middle}"
            f"<ul>{teasers}</ul>{foot}<!-- {token[::-1]} --></body></html>"
        )

    def word(self, code: str, rank: int) -> str:
        """A language's word of this rank, 0 the most frequent."""
        return _vocabulary(code)[rank]

    def host_of(self, code: str) -> str:
        """The host of most articles in a language."""
        return _name(self._by_code[code][0])

    def plain_piece(self, number: int) -> Piece:
        """An article of this number that is none of a copy or an edit."""
        return self._original(number)

    def _kind_of(self, number: int) -> Kind:
        drawn = random.Random(f"{self._seed} kind {number}").random()
        if number <= 50 or drawn >= COPIES + EDITS:
            return "new"
        return "copy" if drawn < COPIES else "edit"

    def _earlier(self, number: int) -> int:
        chance = random.Random(f"{self._seed} earlier {number}")
        of = chance.randrange(max(1, number - NEAR), number)
        while self._kind_of(of) != "new":
            of -= 1
        return of

    def _original(self, number: int) -> Piece:
        chance = random.Random(f"{self._seed} text {number}")
        host = int(HOSTS * chance.random() ** 2)
        tongue, words = self._tongues[host], self._words(host)
        length = max(70, min(3000, int(chance.lognormvariate(6.3, 0.6))))
        paragraphs = []
        while length > 0:
            size = chance.randint(25, 60)
            paragraphs.append(_sentences(words, tongue, chance, size))
            length -= size
        return Piece(
            number=number,
            kind="new",
            of=number,
            host=host,
            url=_url(host, number),
            at=self._moment(number),
            title=_headline(words, tongue, chance),
            authors=(f"Ana N{int(800 * chance.random() ** 2)} Ruiz",),
            paragraphs=tuple(paragraphs),
        )

    def _edited(self, first: Piece, number: int, at: datetime, chance: random.Random) -> Piece:
        tongue, words = self._tongues[first.host], self._words(first.host)
        changed = list(first.paragraphs)
        place = chance.randrange(len(changed))
        changed[place] = f"{changed[place]} {_sentences(words, tongue, chance, 12)}"
        changed.append(_sentences(words, tongue, chance, 40))
        return replace(
            first, number=number, kind="edit", of=first.number, at=at, paragraphs=tuple(changed)
        )

    def _moment(self, number: int) -> datetime:
        seconds = int(DAYS * 86400 * number / max(self._count, 1))
        return FIRST_DAY + timedelta(seconds=seconds)

    def _words(self, host: int) -> Sequence[str]:
        return _vocabulary(self._tongues[host].code)

    def _make_template(self, host: int) -> tuple[str, str, str]:
        """What stands before, between and behind what is a page's own: markup, styles, scripts."""
        chance = random.Random(f"{self._seed} template {host}")
        names = [_latin_word(chance) for _ in range(1200)]
        weights = [*accumulate(1 / (rank + 2) for rank in range(len(names)))]

        def filled(size: int) -> str:
            parts, length = [], 0
            while length < size:
                one, two, three = chance.choices(names, cum_weights=weights, k=3)
                part = chance.choice(
                    (
                        f".{one}-{two}{{margin:{chance.randrange(64)}px;color:#{three[:3]}}}",
                        f'<div class="{one} {one}__{two}" data-{three}="{chance.random():.4f}">',
                        f"function {one}{two}(e){{return e.{three}({chance.randrange(999)})}}",
                        f'<a href="/{one}/{two}" class="nav__{one}">{three}</a></div>',
                    )
                )
                parts.append(part)
                length += len(part)
            return "".join(parts)

        size = self._template_size * chance.uniform(0.9, 1.1)
        return filled(int(size * 0.6)), filled(int(size * 0.2)), filled(int(size * 0.2))


def _bare_page(piece: Piece) -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in piece.paragraphs)
    return f"<html><title>{piece.title}</title><article>{text}</article></html>".encode()


def _name(host: int) -> str:
    return f"www.paper{host}.example"


def _url(host: int, number: int) -> str:
    return f"https://{_name(host)}/story/{number}"


@lru_cache(maxsize=len(TONGUES))
def _vocabulary(code: str) -> tuple[str, ...]:
    tongue = next(one for one in TONGUES if one.code == code)
    chance = random.Random(f"words {code}")
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        # The more frequent, the shorter.
        longest = 1 + len(words) ** 0.25 / (3 if len(tongue.syllables) < 100 else 8)
        word = "".join(chance.choices(tongue.syllables, k=chance.randint(1, 1 + int(longest))))
        words[word + (tongue.ending if chance.random() < 0.2 else "")] = None
    return tuple(words)


def _sentences(words: Sequence[str], tongue: Tongue, chance: random.Random, count: int) -> str:
    drawn = chance.choices(words, cum_weights=_ZIPF, k=count)
    if chance.random() < 0.4:
        drawn[chance.randrange(count)] = str(chance.randrange(1, 3000))
    sentences, at = [], 0
    while at < count:
        length = chance.randint(8, 22)
        sentence = tongue.space.join(drawn[at : at + length])
        sentences.append(sentence[:1].upper() + sentence[1:])
        at += length
    text = tongue.stop.join(sentences) + tongue.stop.strip()
    return f"“{text}”" if chance.random() < 0.15 else text


def _headline(words: Sequence[str], tongue: Tongue, chance: random.Random) -> str:
    return tongue.space.join(chance.choices(words, cum_weights=_ZIPF, k=9)).capitalize()


def _latin_word(chance: random.Random) -> str:
    return "".join(chance.choices(_LATIN, k=chance.randint(2, 5)))


def _provenance(piece: Piece, published: datetime) -> dict[str, Provenance]:
    """As large as that of a real page: five candidates a field."""
    sources = ("h1", "json-ld", "meta:og", "meta:twitter", "class:article-header")
    values = {
        "title": piece.title,
        "byline": piece.authors[0],
        "authors": piece.authors[0],
        "published_at": published.isoformat(),
        "modified_at": piece.at.isoformat(),
        "language": "html:lang",
        "site_name": "The Post",
        "image_url": f"https://{_name(piece.host)}/media/{piece.number}/large.jpg",
    }
    return {
        field: Provenance(
            sources[0], 0.97, tuple(Candidate(value, source, 0.85) for source in sources)
        )
        for field, value in values.items()
    }
