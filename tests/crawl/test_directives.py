# ruff: noqa: E501 - tables of cases, one a line
"""What publishers forbid with their pages, in meta tags and headers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from scraper import extract
from scraper.directives import (
    HEADERS,
    check_directives,
    find_directives,
    freshen,
    join,
    names_of,
    read_headers,
)
from scraper.isolation.readers import extract_response
from scraper.model.types import Candidate, FetchRequest, Response, StoredPage
from scraper.pages.revisits import renew
from tests.cli.newspaper import story
from tests.tables import each_row

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
TAG = "X-Robots-Tag"
DATE = "unavailable_after: 25 Jun 2010 15:00:00 PST"

X_ROBOTS_TAGS = (
    # what stands in the header(s), what it says to us
    (["noarchive"], ("noarchive",)),
    (["noarchive, noindex"], ("noarchive", "noindex")),
    (["noindex,noarchive"], ("noarchive", "noindex")),
    (["NoIndex , NOARCHIVE"], ("noarchive", "noindex")),
    (["noindex noarchive"], ("noarchive", "noindex")),
    (["noindex;noarchive"], ("noarchive", "noindex")),
    (["noindex", "noarchive"], ("noarchive", "noindex")),
    (["none"], ("noindex", "nofollow")),
    (["nocache"], ("noarchive",)),
    (["all"], ()),
    (["index, follow, archive"], ()),
    ([""], ()),
    ([","], ()),
    ([":"], ()),
    ([":noarchive"], ()),
    (["noai, noimageai"], ("noai", "noimageai")),
    (["nosnippet, noimageindex, notranslate"], ("nosnippet", "noimageindex", "notranslate")),
    (["max-snippet:-1, max-image-preview:large, max-video-preview:-1"], ()),
    (["max-snippet: 20, noarchive"], ("noarchive",)),
    (["max-image-preview: none, noarchive"], ("noarchive",)),
    (["max-snippet:0"], ()),
    # another robot's
    (["googlebot: noarchive"], ()),
    (["googlebot: nofollow, noarchive"], ()),
    (["googlebot: nofollow", "noarchive"], ("noarchive",)),
    (["noindex, googlebot: noarchive"], ("noindex",)),
    (["otherbot: noindex, nofollow", "googlebot: nofollow"], ()),
    (["Googlebot/2.1: noarchive"], ()),
    (["klipingbot: noarchive"], ()),
    (["notkliping: noarchive"], ()),
    (["googlebot: unavailable_after: 25 Jun 2010 15:00:00 PST"], ()),
    # ours
    (["kliping: noarchive"], ("noarchive",)),
    (["Kliping: noarchive, noindex"], ("noarchive", "noindex")),
    (["kliping : noarchive"], ("noarchive",)),
    (["googlebot: nofollow, kliping: noarchive"], ("noarchive",)),
    (["kliping: noarchive, googlebot: noindex"], ("noarchive",)),
    (["*: noarchive"], ("noarchive",)),
    (["robots: noarchive"], ("noarchive",)),
    (["kliping: none"], ("noindex", "nofollow")),
    (["noarchive: yes"], ("noarchive",)),
    # dates hold commas and colons
    ([DATE], (DATE,)),
    (["unavailable_after:25 Jun 2010 15:00:00 PST"], (DATE,)),
    (["Unavailable_After: 25 Jun 2010 15:00:00 PST, noarchive"], ("noarchive", DATE)),
    (["noarchive, unavailable_after: Friday, 25-Jun-10 15:00:00 GMT"], ("noarchive", "unavailable_after: Friday, 25-Jun-10 15:00:00 GMT")),
    (["unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT, noindex"], ("noindex", "unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT")),
    (["unavailable_after: 2010-06-25T15:00:00+00:00"], ("unavailable_after: 2010-06-25T15:00:00+00:00",)),
    (["kliping: unavailable_after: 2010-06-25, noai"], ("noai", "unavailable_after: 2010-06-25")),
    (["unavailable_after: Friday, June 25, 2010 15:00 GMT, noindex"], ("noindex", "unavailable_after: Friday, June 25, 2010 15:00 GMT")),
    (["googlebot: unavailable_after: Fri, 25 Jun 2010, 15:00:00 GMT, noindex"], ()),
    (["unavailable_after:"], ()),
    ([",".join(f"unavailable_after: {n}" for n in range(100)) + ", noarchive"], ("noarchive", *(f"unavailable_after: {n}" for n in range(19)))),
    (["unavailable_after: " + "9" * 500], ("unavailable_after: " + "9" * 80,)),
)  # fmt: skip


@each_row(("values", "said"), X_ROBOTS_TAGS)
def test_x_robots_tag(values: list[str], said: tuple[str, ...]) -> None:
    assert read_headers([(TAG, value) for value in values]) == said
    assert read_headers([(TAG.lower(), value) for value in values]) == said


@each_row(("values", "said"), X_ROBOTS_TAGS)
def test_a_meta_tag_says_the_same(values: list[str], said: tuple[str, ...]) -> None:
    assert names_of(find_directives({"robots": values}, ())) == said
    assert names_of(find_directives({"kliping": values}, ())) == said
    assert find_directives({"googlebot": values, "googlebot-news": values}, ()) == ()


@each_row(
    ("tags", "headers", "said"),
    [
        ({}, {"TDM-Reservation": "1"}, ("tdm-reservation",)),
        ({}, {"tdm-reservation": " 1 "}, ("tdm-reservation",)),
        ({}, {"tdm-reservation": "0"}, ()),
        ({}, {"tdm-reservation": "true"}, ()),
        ({}, {"tdm-reservation": "01"}, ()),
        ({}, {"tdm-policy": "https://a.example/p.json"}, ()),
        ({}, {"tdm-reservation": "0", "tdm-policy": "https://a.example/p.json"}, ()),
        ({}, {"tdm-reservation": "1", "tdm-policy": "https://a.example/p.json"}, ("tdm-reservation", "tdm-policy: https://a.example/p.json")),
        ({}, {"tdm-reservation": "1", "tdm-policy": "javascript:alert(1)"}, ("tdm-reservation",)),
        ({}, {"tdm-reservation": "1", "tdm-policy": "https://a.example/" + "p" * 500}, ("tdm-reservation",)),
        ({}, {"tdm-reservation": "1", "tdm-policy": "https://me:secret@a.example/p"}, ("tdm-reservation", "tdm-policy: https://a.example/p")),
        ({"tdm-reservation": ["1"]}, {}, ("tdm-reservation",)),
        ({"tdm-reservation": ["1"], "tdm-policy": ["https://a.example/p"]}, {}, ("tdm-reservation", "tdm-policy: https://a.example/p")),
        # the page stands above its answer
        ({"tdm-reservation": ["0"]}, {"tdm-reservation": "1"}, ()),
        ({"tdm-reservation": ["1"]}, {"tdm-reservation": "0"}, ("tdm-reservation",)),
        ({"tdm-reservation": ["perhaps"]}, {"tdm-reservation": "1"}, ("tdm-reservation",)),
        ({"tdm-reservation": ["0", "1"]}, {}, ("tdm-reservation",)),
    ],
)  # fmt: skip
def test_reservations_of_mining(
    tags: dict[str, list[str]], headers: dict[str, str], said: tuple[str, ...]
) -> None:
    assert names_of(find_directives(tags, headers.items())) == said


def test_each_place_that_says_it_is_named() -> None:
    found = find_directives({"robots": ["noarchive"], "kliping": ["noarchive"]}, [(TAG, "noindex")])
    assert found == (
        Candidate("noarchive", "meta:robots", 1.0),
        Candidate("noarchive", "meta:kliping", 1.0),
        Candidate("noindex", "http:x-robots-tag", 1.0),
    )


@given(
    st.dictionaries(
        st.sampled_from(["robots", "kliping", "tdm-reservation", "tdm-policy"]),
        st.lists(st.text(), max_size=3),
    ),
    st.lists(
        st.tuples(st.sampled_from([*HEADERS, "X-Robots-Tag", "other"]), st.text()), max_size=4
    ),
)
@example({}, [(TAG, "\ud800: noarchive")])
@example({"tdm-reservation": ["1"], "tdm-policy": ["https://[::1", "//x", "\ud800"]}, [])
@example({}, [(TAG, "a:" * 100_000)] * 100)
def test_it_never_raises(tags: dict[str, list[str]], headers: list[tuple[str, str]]) -> None:
    names = names_of(find_directives(tags, headers))
    assert len(set(names)) == len(names)
    assert join(names, names) == names
    assert all("\n" not in name and "," not in name.partition(":")[0] for name in names)


def test_what_a_304_says_takes_the_place_of_what_was_said() -> None:
    stored = ((TAG, "noindex"), ("Date", "then"), ("X-ROBOTS-TAG", "noai"))
    came = (("x-robots-tag", "noarchive"), ("Date", "now"))
    assert freshen(stored, came) == (("Date", "then"), ("x-robots-tag", "noarchive"))
    assert freshen(stored, (("Date", "now"),)) == stored


# --------------------------------------------------------------------- of a page


def head(*tags: str) -> str:
    return story(1).replace("</head>", f"{''.join(tags)}</head>")


def test_a_page_says_it_in_its_head_and_in_its_answer() -> None:
    html = head('<META NAME="Robots" CONTENT="NOINDEX">', '<meta name="googlebot" content="noai">')
    headers = (("Content-Type", "text/html"), (TAG, "noarchive"), (TAG, "otherbot: nofollow"))
    url = "https://a.example/1"
    article = extract_response(html.encode(), url, headers, NOON)
    assert article.directives == ("noarchive", "noindex")
    why = article.provenance["directives"]
    assert (why.source, why.candidates) == ("meta:robots+http:x-robots-tag", ())
    by_name = extract(html, url, headers={TAG.lower(): "noarchive"}, now=NOON)
    assert by_name == article


def test_nothing_else_that_is_read_changes_by_it() -> None:
    headers = {TAG: "noarchive", "TDM-Reservation": "1"}
    html = head('<meta name="robots" content="noindex">')
    plain = extract(story(1), "https://a.example/1", now=NOON)
    marked = extract(html, "https://a.example/1", headers=headers, now=NOON)
    assert marked.directives == ("noarchive", "noindex", "tdm-reservation")
    provenance = {name: why for name, why in marked.provenance.items() if name != "directives"}
    assert replace(marked, directives=(), provenance=provenance) == plain
    assert "directives" not in plain.provenance


@each_row("headers", [None, {}, (), 7, "x", [1], [(1, 2)], [("a",)], {1: 2}])
def test_headers_that_are_none(headers: object) -> None:
    assert extract(story(1), headers=headers).directives == ()  # type: ignore[arg-type]


def test_a_304_of_the_first_page_of_several_is_heard() -> None:
    """Its further pages have changed, so the article is gathered anew from its stored answer."""
    url = "https://a.example/1"
    first = Response(url, url, 200, ((TAG, "noindex"), ("Content-Type", "text/html")), b"1", NOON)
    part = replace(first, url=f"{url}?page=2", requested_url=f"{url}?page=2")
    answer = replace(first, status=304, headers=((TAG, "noarchive"),), with_credentials=True)

    async def fetch(request: FetchRequest) -> Response:
        return replace(part, body=b"edited", with_credentials=True)

    renewed = asyncio.run(renew(answer, StoredPage(first, "4", (part,)), fetch))
    assert renewed is not None
    assert renewed.first.headers == (("Content-Type", "text/html"), (TAG, "noarchive"))
    assert renewed.first.with_credentials
    open_ = replace(answer, with_credentials=False)
    marked = replace(first, with_credentials=True)
    renewed = asyncio.run(renew(open_, StoredPage(marked, "4", (part,)), fetch))
    assert renewed is not None
    assert renewed.first.with_credentials, "it is still the text that a subscriber was shown"


@given(st.lists(st.text(max_size=200)), st.lists(st.text(max_size=700)))
@example(["none, noai, noimageai, " + DATE], ["https://paper.example/" + "x" * 400])
def test_what_is_found_passes_as_an_answer(robots: list[str], policies: list[str]) -> None:
    tags = {"robots": robots, "tdm-reservation": ["1"], "tdm-policy": policies}
    check_directives(names_of(find_directives(tags, [(TAG, each) for each in robots])))
