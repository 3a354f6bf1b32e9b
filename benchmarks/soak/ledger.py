"""What the press has sent and what the archive has: nothing lost, nothing doubled.

Two claims, story by story (``missed`` and ``differences``):

- A story that is there to the end is one article, where its paper's feeds and sitemaps could be
  read for as long as a sitemap of news lists it. Walls, broken and withheld pages are no excuse:
  after weeks without them all of it has been read.
- The states in which a story was sent whole are its versions, no more and no fewer. What was only
  ever shown as a wall, broken off or refused is none.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.soak.newspapers import Press
from tests.world import NEWS_SPAN, Story

FIRST_PARAGRAPHS = 4
"""Of a story before its first edit; each edit adds one."""
VERSIONS = """
SELECT article.id, article.url, version.body
FROM article JOIN version ON version.article_id = article.id
WHERE article.verdict = 'article' AND version.accepted
"""

States = dict[Story, list[int]]
"""How many edits each version had seen, in ascending order; of all articles of the story."""


@dataclass(frozen=True)
class Judgement:
    published: int
    filed: int
    versions: int
    wrong: list[str]
    """A line for each story that is lost, doubled, or kept otherwise than it was sent."""


def judge(press: Press, database: Path, now: datetime) -> Judgement:
    articles, kept = read_archive(press, database)
    wrong = [
        *missed(press, kept, now),
        *differences(press.served, kept),
        *(f"{story.path}: {count} articles" for story, count in articles.items() if count > 1),
    ]
    published = sum(story.born <= now for story in press.stories)
    return Judgement(published, len(kept), sum(map(len, kept.values())), wrong)


def read_archive(press: Press, database: Path) -> tuple[dict[Story, int], States]:
    """How many articles each story has, and their versions."""
    articles: dict[Story, set[int]] = defaultdict(set)
    kept: States = defaultdict(list)
    with closing(sqlite3.connect(database)) as connection:
        for number, url, body in connection.execute(VERSIONS):
            story = press.story_at(*press.place_of(url))
            assert story is not None, url
            articles[story].add(number)
            texts = story.paragraphs(len(story.edits))
            kept[story].append(sum(text in body for text in texts) - FIRST_PARAGRAPHS)
    counts = {story: len(numbers) for story, numbers in articles.items()}
    return counts, {story: sorted(states) for story, states in kept.items()}


def missed(press: Press, kept: States, now: datetime) -> Iterator[str]:
    for story in press.stories:
        if story in kept or not story.is_there(now):
            continue
        if press.is_well(story.host, story.path, story.born, story.born + NEWS_SPAN):
            yield f"{story.host}{story.path}: published {story.born}, never filed"


def differences(served: Mapping[Story, set[int]], kept: States) -> Iterator[str]:
    for story in {**kept, **dict.fromkeys(served)}:
        sent, has = sorted(served.get(story, ())), kept.get(story, [])
        if sent != has:
            yield f"{story.host}{story.path}: sent in the states {sent}, kept in {has}"
