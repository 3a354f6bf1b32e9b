"""Sources in folders."""

from __future__ import annotations

import pytest

from scraper.errors import AddressError
from scraper.model.types import SourceKind
from storage.frontier.sources import Sources
from tests.storage.makers import NOW

FEED = "https://a.example/feed"


def test_a_source_in_a_folder_stays_there(sources: Sources) -> None:
    ids = [
        sources.add(f"{FEED}/{n}", name=None, kind=SourceKind.FEED, now=NOW, folder=folder)[0].id
        for n, folder in enumerate(("Mine", None))
    ]
    assert sources.file(dict.fromkeys(ids, "Theirs")) == 1
    assert [each.folder for each in sources.list()] == ["Mine", "Theirs"]
    assert sources.file({}) == 0
    assert sources.file({99: "Nobody's"}) == 0


def test_many_addresses_are_looked_up_at_once(sources: Sources) -> None:
    front = "https://b.example/"
    one, _ = sources.add(FEED, name=None, kind=SourceKind.FEED, now=NOW)
    two, _ = sources.add(f"{front}rss", name=None, kind=SourceKind.FEED, now=NOW, asked=front)
    asked = [f"https://c.example/{n}" for n in range(3_000)]
    alike = "http://www.a.example/feed/?utm_source=x"
    found = sources.find_all([*asked, FEED, alike, front])
    assert found == {FEED: one.id, alike: one.id, front: two.id}
    for url, source_id in found.items():
        record = sources.find(url)
        assert record is not None
        assert record.id == source_id
    assert sources.find_all([]) == {}
    with pytest.raises(AddressError):
        sources.find_all(["nonsense"])
