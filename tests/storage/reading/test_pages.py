"""Lists that go on where a page of them ended: stories, and the edits of all articles."""

from __future__ import annotations

from sqlalchemy import Engine

from storage.reading.edit_log import list_edits, list_edits_of
from storage.reading.story_queries import StoryQueries
from tests.web.papers import Filer, file_papers, hours, make_text


def test_stories_follow_one_another(engine: Engine) -> None:
    filer = Filer(engine)
    for number, letters in enumerate(("abc", "def", "ghi")):
        words = [f"{letter}{count}" for letter in letters for count in range(60)]
        for host in ("one.example", "two.example"):
            url = f"https://{host}/{number}"
            filer.file(url, make_text(f"Story {number}", " ".join(words)), hours(number))
    stories = StoryQueries(engine)
    whole = stories.list(0)
    assert [one.first.title for one in whole] == ["Story 2", "Story 1", "Story 0"]
    found, before = [], None
    while part := stories.list(1, before):
        found += part
        before = part[-1].grown_by
    assert found == whole


def test_edits_follow_one_another(engine: Engine) -> None:
    ids = file_papers(engine)
    whole = list_edits(engine, 0)
    assert len(whole) == 3
    found, before = [], None
    while part := list_edits(engine, 1, before=before):
        found += part
        before = part[-1].version_id
    assert found == whole
    assert [one.version for one in list_edits_of(engine, [ids.edited, ids.first])] == [2, 3]
