"""The next page of a list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery.front_page import parse_front_page
from scraper.discovery.front_page.older import find_older, split_number
from tests.tables import each_row

AT = "https://x.example"


@each_row(
    ("url", "html", "older"),
    [
        ("/news", '<link rel="next" href="/news?page=2">', "/news?page=2"),
        ("/news", '<a rel="nofollow next" href="/news/page/2/">Older</a>', "/news/page/2/"),
        ("/news/", '<a href="/news/page/3/">3</a><a href="/news/page/2/">2</a>', "/news/page/2/"),
        ("/news?page=2", '<a href="?page=1">1</a><a href="?page=3">3</a>', "/news?page=3"),
        ("/news?s=a&page=2", '<a href="/news?page=3&s=a">3</a>', "/news?page=3&s=a"),
        ("/indeks?halaman=4", '<a href="/indeks?halaman=5">Berikutnya</a>', "/indeks?halaman=5"),
        ("/news/seite-2", '<a href="/news/seite-3">weiter</a>', "/news/seite-3"),
        ("/news", '<a href="https://y.example/news?page=2">2</a>', None),
        ("/news", '<a href="/sport?page=2">2</a><a href="/news?page=3">3</a>', None),
        ("/news", '<a href="/2026/03/02/a-story">A story</a>', None),
        ("/news", '<link rel="next" href="/news"><a href="javascript:next(2)">2</a>', None),
        ("/news", '<link rel="next" href="https://y.example/">', None),
    ],
)
def test_where_older_entries_are(url: str, html: str, older: str | None) -> None:
    found = find_older(f"<html><body>{html}</body></html>", AT + url)
    assert found == (AT + older if older else None)


def test_a_front_page_tells_it() -> None:
    html = b'<main><h2><a href="/a-long-story-of-the-bridge">The bridge is shut</a></h2></main>'
    page = b"<html>" + html + b'<a href="/news?page=2">2</a></html>'
    assert parse_front_page(page, f"{AT}/news").older == f"{AT}/news?page=2"


@given(st.integers(1, 9999), st.sampled_from(["{}/page/{}", "{}?page={}", "{}/p/{}", "{}?pg={}"]))
def test_a_number_comes_off_and_is_read(number: int, form: str) -> None:
    assert split_number(form.format(f"{AT}/a/b", number)) == (f"{AT}/a/b", number)
