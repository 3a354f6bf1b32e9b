"""What was changed in a dossier: by the file alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from scraper.errors import KlipingError
from storage.export.dossier.data import FORMAT, Json
from storage.export.dossier.page import DATA, DATA_END, DIGEST, DIGEST_END, START, render
from storage.proof.digests import CHAIN_START, chain, entry_digest, version_digest

_ARTICLE = re.compile(rb'<article id="article-(\d+)">')
_MISSHAPEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What data that no kliping wrote make of the code that reads them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written."""

    what: str
    problem: str


class NotADossierError(KlipingError):
    """The file is something else."""


def check_dossier(content: bytes) -> tuple[Json, list[Finding]]:
    """The data, as far as they can be read, and what is wrong. Raises ``NotADossierError``."""
    start, opening = START.encode(), DATA.encode()
    at = content.rfind(opening)
    if at < 0 and not content.startswith(start):
        raise NotADossierError("it is no dossier of kliping")
    end = content.find(DATA_END.encode(), at)
    if at < 0 or end < 0:
        return {}, [Finding("file", "its data are not there, or not whole")]
    findings = [*_check_file(content)]
    try:
        data = json.loads(content[at + len(opening) : end])
        findings += _check_data(data)
        made = render(data)
    except _MISSHAPEN as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())[:120]
        findings.append(Finding("data", f"they are none that this kliping writes ({what})"))
        return {}, findings
    if made != content:
        findings.append(_difference(content, made, data))
    return data, findings


def _check_file(content: bytes) -> Iterator[Finding]:
    above, mark, rest = content.rpartition(DIGEST.encode())
    if not mark or rest != (sha256(above).hexdigest() + DIGEST_END).encode():
        yield Finding("file", "its bytes are not those of its digest: it was changed, or cut")


def _difference(content: bytes, made: bytes, data: Json) -> Finding:
    lines, wanted = content.split(b"\n"), made.split(b"\n")
    number = next(
        (n for n, (one, other) in enumerate(zip(lines, wanted, strict=False)) if one != other),
        min(len(lines), len(wanted)),
    )
    heads = _ARTICLE.findall(b"\n".join(wanted[: number + 1]))
    where = f", in or behind article {int(heads[-1])}" if heads else ""
    return Finding(
        f"line {number + 1}{where}",
        "what is shown is not what the data say (or kliping "
        f"{str(data['kliping'])[:40]}, which wrote it, shows it otherwise than this one)",
    )


def _check_data(data: Json) -> Iterator[Finding]:
    places: dict[int, str] = {}
    if data["dossier"] != FORMAT:
        raise ValueError(f"format {data['dossier']}")
    position, _, digest = data["head"].partition(":")
    head = int(position), bytes.fromhex(digest)
    for link in data["chain"]:
        yield from _check_link(link, head, places)
    for article in data["articles"]:
        known: set[Any] = {row["values"]["version_digest"] for row in article["entries"]}
        for row in article["versions"]:
            name = f"version {int(row['number'])} of article {int(article['id'])}"
            payload = row["payload_digest"]
            digest = version_digest(
                row["values"] | row["later"], bytes.fromhex(payload) if payload else None
            )
            if digest.hex() != row["digest"]:
                yield Finding(name, "its values are not those of its digest")
            elif row["digest"] not in known:
                yield Finding(name, "no entry says where it comes from")
        for row in article["entries"]:
            yield from _check_entry(row, places)


def _check_link(link: Json, head: tuple[int, bytes], places: dict[int, str]) -> Iterator[Finding]:
    first, digests = int(link["first"]), link["digests"]
    before = bytes.fromhex(link["before"])
    if first == 1 and before != CHAIN_START:
        yield Finding("chain", "it does not begin as a chain of kliping begins")
    places.update(enumerate(digests, start=first))
    last = first + len(digests) - 1
    if last > head[0]:
        yield Finding("chain", f"entry {last} lies beyond the head, {head[0]}")
    elif last == head[0] and chain(before, map(bytes.fromhex, digests)) != head[1]:
        yield Finding("chain", f"from entry {first} on it does not lead to the head")


def _check_entry(row: Json, places: dict[int, str]) -> Iterator[Finding]:
    name = f"entry {int(row['id'])}"
    if not row["redacted"] and entry_digest(row["values"]).hex() != row["digest"]:
        yield Finding(name, "what it says is not what its digest says")
    if row["position"] is not None and places.get(row["position"]) != row["digest"]:
        yield Finding(name, f"it is not the one at its place in the chain, {int(row['position'])}")
