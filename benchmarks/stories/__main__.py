"""How well the story rules tell one text in several outlets from texts that only look like it.

    python -m benchmarks.stories [--corpus DIR] [--limit N] [--edits N] [--worst N] [--floors]

Makes labelled pairs (``story_pairs.py``): of the articles that were written for the tests, and
with ``--corpus`` of real ones (the annotated bodies, and what kliping reads on the other pages).
A pair counts as found where the fingerprints share enough hashes *and* the comparison says that
they are one story. Publishers are parted as in ``benchmarks.extraction``: the thresholds were
chosen on three quarters of them.

Exit code: 0; 1 with ``--floors`` where recall is under 0.97 or precision under 0.99; 2 for a corpus
that cannot be read.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from benchmarks.extraction.annotated import AnnotatedPage, load_pages
from benchmarks.stories.loss_cases import Case, Material, make_cases, read_others
from benchmarks.stories.story_pairs import (
    Pair,
    Story,
    make_digest_pairs,
    make_pairs,
    make_template_pairs,
    read_articles,
    read_templates,
)
from scraper import extract
from scraper.model.types import Verdict
from storage.text.likeness import are_candidates, compare_shingled
from storage.text.quality import Loss, judge
from storage.text.shingles import fingerprint_of, shingle, sketch

TEXTS = Path(__file__).resolve().parents[2] / "tests" / "data" / "stories"
RECALL_FLOOR, PRECISION_FLOOR = 0.97, 0.99
SEED = 5


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure the story rules on labelled pairs.")
    parser.add_argument("--corpus", type=Path, help="folder with manifest.jsonl")
    parser.add_argument("--only-losses", action="store_true", help="only the cases of judge()")
    parser.add_argument("--limit", type=int, help="only N pages, spread over all")
    parser.add_argument("--edits", type=int, default=3, help="edited copies of a real article (3)")
    parser.add_argument("--worst", type=int, default=0, help="list N wrong decisions")
    parser.add_argument("--floors", action="store_true", help="fail under the required figures")
    options = parser.parse_args(arguments)
    random = Random(SEED)
    written = read_articles(TEXTS)
    pairs = [
        *make_pairs(written, random, edits_each=13),
        *make_template_pairs(read_templates(TEXTS), random, each=20),
        *make_digest_pairs(written, random),
    ]
    groups = {"written": pairs}
    stories = written
    if options.corpus:
        try:
            stories = load_stories(options.corpus, options.limit)
        except (OSError, ValueError) as error:
            print(f"{options.corpus}: {error}", file=sys.stderr)
            return 2
        real = (
            []
            if options.only_losses
            else [
                *make_pairs(stories, random, edits_each=options.edits),
                *make_digest_pairs(stories, random),
            ]
        )
        for part in ("tuned", "unseen"):
            groups[part] = [pair for pair in real if pair.part == part]
        groups["all"] = [*pairs, *real]
    results = {name: [(pair, decide(pair)) for pair in group] for name, group in groups.items()}
    good = True
    for name, decided in results.items():
        if not decided:
            continue
        recall, precision = measure(decided)
        good = good and recall >= RECALL_FLOOR and precision >= PRECISION_FLOOR
        print(describe(name, decided))
    losses = list(run_losses(stories))
    for part in ("tuned", "unseen") if options.corpus else ():
        print(describe_losses([row for row in losses if row[0].part == part], part))
    print(describe_losses(losses))
    for case, name, found in [row for row in losses if row[0].is_loss != bool(row[2])][
        : options.worst
    ]:
        print(f"{case.name}: {name}: {found}")
    for pair, decision in wrong(results[list(results)[-1]])[: options.worst]:
        print(f"{pair.kind} [{pair.language}] {pair.ids}: {decision}")
    print(time_fingerprint(pairs))
    return 0 if good or not options.floors else 1


def load_stories(corpus: Path, limit: int | None) -> list[Story]:
    """The corpus's articles of at least three paragraphs."""
    same: defaultdict[str, set[str]] = defaultdict(set)
    languages = {}
    with (corpus / "manifest.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            same[row["id"]] |= set(row.get("same_as") or ())
            languages[row["id"]] = row.get("lang") or "en"
    stories = []
    for page in load_pages(corpus, limit=limit):
        title, body = read_page(page)
        paragraphs = tuple(line.strip() for line in body.split("\n") if line.strip())
        if len(paragraphs) > 2:
            stories.append(
                Story(page.id, languages[page.id], page.publisher, title, paragraphs, page.part,
                      frozenset(same[page.id]))
            )  # fmt: skip
    return stories


def read_page(page: AnnotatedPage) -> tuple[str, str]:
    if page.gold.body:
        return page.gold.title or "", page.gold.body
    raw = page.file.read_bytes()
    html = gzip.decompress(raw) if page.file.suffix == ".gz" else raw
    article = extract(html, page.url or "https://example.com/")
    if article.verdict is not Verdict.ARTICLE:
        return "", ""
    return article.title or "", article.body


def decide(pair: Pair) -> str:
    """``missed`` by the fingerprints, or what the comparison says."""
    one, other = shingle(pair.one), shingle(pair.other)
    if not are_candidates(sketch(one), sketch(other)):
        return "missed"
    return compare_shingled(one, other).kind


def measure(decided: Sequence[tuple[Pair, str]]) -> tuple[float, float]:
    """(recall, precision) of "same_story"."""
    true = sum(pair.is_story for pair, _ in decided)
    said = [pair.is_story for pair, kind in decided if kind == "same_story"]
    return sum(said) / max(1, true), sum(said) / max(1, len(said))


def wrong(decided: Sequence[tuple[Pair, str]]) -> list[tuple[Pair, str]]:
    return [(pair, kind) for pair, kind in decided if pair.is_story != (kind == "same_story")]


def describe(name: str, decided: Sequence[tuple[Pair, str]]) -> str:
    recall, precision = measure(decided)
    stories = sum(pair.is_story for pair, _ in decided)
    lines = [
        f"{name}: {len(decided)} pairs, {stories} of one story;"
        f" recall {recall:.4f}, precision {precision:.4f}"
    ]
    by_kind: dict[tuple[bool, str], Counter[str]] = defaultdict(Counter)
    for pair, kind in decided:
        by_kind[not pair.is_story, pair.kind][kind] += 1
    for (is_other, kind), counts in sorted(by_kind.items()):
        figures = ", ".join(f"{count} {what}" for what, count in counts.most_common())
        lines.append(f"  {'≠' if is_other else '='} {kind:<34} {figures}")
    return "\n".join(lines) + "\n"


def run_losses(stories: list[Story]) -> Iterator[tuple[Case, str, Loss | None]]:
    """The cases of ``loss_cases.py`` on the articles of at least six paragraphs."""
    texts = read_others(TEXTS)
    for number, story in enumerate(stories):
        others = [
            one
            for one in stories[number + 1 :] + stories[:number]
            if one.language == story.language and one.title and one.id not in story.same_as
        ]
        if len(story.paragraphs) < 6 or not (story.title and others):
            continue
        junk = dict(texts.get(story.language, {}))
        junk.pop("rewrite", None)  # it is another article's
        for case in make_cases(Material(story, others[0], junk)):
            yield replace(case, part=story.part), story.id, judge(case.current, case.new)


def describe_losses(decided: Sequence[tuple[Case, str, Loss | None]], part: str = "all") -> str:
    by_name: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    for case, _, found in decided:
        by_name[not case.is_loss, case.name].append(bool(found) == case.is_loss)
    lines = [
        f"never worse, {part}: {len(decided)} cases"
        f" of {len({name for _, name, _ in decided})} articles"
    ]
    for group, what in ((False, "losses held back"), (True, "edits let pass")):
        all_right = [
            one for (is_edit, _), right in by_name.items() if is_edit is group for one in right
        ]
        lines.append(f"  {what}: {sum(all_right)} of {len(all_right)}")
    for (is_edit, name), right in sorted(by_name.items()):
        lines.append(
            f"  {'edit' if is_edit else 'loss'} {name:<42} {sum(right)} of {len(right)} right"
        )
    return "\n".join(lines) + "\n"


def time_fingerprint(pairs: Sequence[Pair]) -> str:
    text = next(pair.one for pair in pairs if pair.language == "en")
    words = (text.split() * 20)[:1000]
    words = [f"{word}{at}" if at % 3 == 0 else word for at, word in enumerate(words)]
    best = min(_seconds(" ".join(words)) for _ in range(30))
    return f"fingerprint of 1,000 words: {best * 1000:.2f} ms"


def _seconds(text: str) -> float:
    start = time.perf_counter()
    fingerprint_of(text)
    return time.perf_counter() - start


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
