# ruff: noqa: E501 - tables of cases, one a line
"""Times of publication: which of a page's dates is believed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scraper.extraction import extract
from scraper.extraction.dates.hints import may_be_date
from scraper.extraction.times.assumed_zone import add_region
from tests.tables import each_row

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
SENTENCE = (
    "The council voted on Tuesday to rebuild the old light at the mouth of the harbour, which has "
    "been dark since the storm of last winter, and to open it again in the autumn of next year. "
)
TEXT = "".join(f"<p>{SENTENCE}</p>" for _ in range(5))
TITLE = "<h1>Harbour town votes to rebuild its old light</h1>"


def page(head: str, above: str, below: str, lang: str = "en") -> str:
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{TITLE}{above}<article>{TEXT}</article>{below}</body></html>'


def linked(published: str) -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Light","datePublished":{published}}}</script>'


@each_row(
    ("head", "above", "below", "expected"),
    [
        pytest.param(linked("1739549109"), "", "", "2025-02-14T16:05:09+00:00", id="seconds-as-number"),
        pytest.param(linked('"1739549109000"'), "", "", "2025-02-14T16:05:09+00:00", id="milliseconds-as-text"),
        pytest.param(linked('"Fri, 14 Feb 2025 16:05:09 +0700"'), "", "", "2025-02-14T16:05:09+07:00", id="mail-form"),
        pytest.param(linked('"2025-02-14 16:05:09 +0700"'), "", "", "2025-02-14T16:05:09+07:00", id="offset-after-a-space"),
        pytest.param(linked('"/Date(1739549109000)/"'), "", "", "2025-02-14T16:05:09+00:00", id="dot-net-form"),
        pytest.param("", "<div><span>Ann Marsh</span><span>Feb 14, 2025</span><span>2 Shares</span></div>", "", "2025-02-14", id="elements-glued-together"),
        pytest.param("", '<abbr class="published" title="2025-02-14T16:05:00+07:00">Friday</abbr>', "", "2025-02-14T16:05:00+07:00", id="abbreviation-with-title"),
        pytest.param("", '<span class="when" data-timestamp="1739549109"></span>', "", "2025-02-14T16:05:09+00:00", id="stamp-for-a-script"),
        pytest.param("", "<p>Item no.: 1739549109</p>", "", None, id="a-number-in-the-text-is-no-time"),
        pytest.param("", '<p>By <span>Ann</span><span class="updated" style="display:none">2025-03-07T17:27:31+02:00</span><span>February 14th, 2025</span></p>', "", "2025-02-14", id="updated-hidden-before-the-printed-date"),
        pytest.param("", "<p>The cookie statement was last changed on 14 February 2025</p>", "", None, id="cookie-statement"),
        pytest.param("", "<dl><dt>Updated:</dt><dd>2025-03-07</dd><dt>Published:</dt><dd>2025-02-14</dd></dl>", "", "2025-02-14", id="labels-in-lines-of-their-own"),
        pytest.param("", '<time class="updated" datetime="2025-02-14T16:05:09+00:00">14 Feb</time>', "", "2025-02-14T16:05:09+00:00", id="the-only-date-is-named-updated"),
        pytest.param("", '<time class="updated" datetime="2025-03-07T10:00:00+00:00">7 Mar</time><time class="entry-date" datetime="2025-02-14T16:05:09+00:00">14 Feb</time>', "", "2025-02-14T16:05:09+00:00", id="named-updated-beside-the-other"),
        pytest.param("", '<relative-time datetime="2025-02-14T16:05:09Z">long ago</relative-time>', "", "2025-02-14T16:05:09+00:00", id="relative-time-element"),
        pytest.param("", "", f'<div class="post-footer">This piece was filed on 14 February 2025 by Ann Marsh under the heading Harbour, {"with a note on the light that burned there, " * 3}</div>', "2025-02-14", id="sentence-in-the-post-footer"),
        pytest.param('<meta name="date" content="11/01/2025 12:43">', "<p>Published: 11 January 2025</p>", "", "2025-01-11", id="words-decide-what-numbers-leave-open"),
        pytest.param(linked('"2025-02-04T07:29:00Z"') + '<meta property="article:published_time" content="2025-02-14T08:29:34">', "<div class=date>14.02.2025</div>", "", "2025-02-14", id="a-first-draft-is-outvoted"),
        pytest.param(linked('"2025-02-14T07:29:00Z"'), "<p>Updated: 20 February 2025</p>", "", "2025-02-14", id="updated-is-not-published"),
        pytest.param('<meta property="article:modified_time" content="2025-02-14T07:29:00Z">', "", "", None, id="modified-alone-is-none"),
        pytest.param("", "<p>05/02/2025</p>", "<p>Older: 25/01/2025</p>", "2025-02-05", id="order-shown-by-another-date"),
        pytest.param("", "<p>02/05/2025</p>", "<p>Older: 01/25/2025</p>", "2025-02-05", id="order-shown-by-another-date-american"),
        pytest.param("", "<p>05/06/2024</p>", "", None, id="order-left-open"),
        pytest.param("", "", "<p>© 2010-2025 The Port</p><p>14 comments</p>", None, id="years-alone"),
        pytest.param(linked('"2031-01-01T00:00:00Z"'), "<p>14 February 2025</p>", "", "2025-02-14", id="ahead-of-now"),
        pytest.param("", "<p>Ann Thu Marsh - 04/03/2025 10:15 IST</p>", "", "2025-03-04T10:15:00+05:30", id="zone-tells-the-order-and-a-name-is-no-day"),
        pytest.param("", "<p><span>2025.03.04 10:15</span><span>2025.03.05 8:00</span></p>", "", "2025-03-04T10:15:00", id="two-times-glued-together"),
        pytest.param("<meta name='parsely-page' content='{\"title\":\"Light\",\"pub_date\":\"2025-03-04T10:15:00Z\"}'>", "", "", "2025-03-04T10:15:00+00:00", id="packed-in-one-meta-tag"),
        pytest.param("", "", "<blockquote><p>The light is dark.</p>Mark Haven <a href='/s/1'>March 1, 2025</a></blockquote>", None, id="a-quotation-has-its-own-date"),
        pytest.param('<meta name="sailthru.date" value="2025-02-14 16:05:09">', "", "", "2025-02-14T16:05:09", id="value-in-place-of-content"),
    ],
)  # fmt: skip
def test_the_time_of_a_page(head: str, above: str, below: str, expected: str | None) -> None:
    found = extract(page(head, above, below), "https://www.harbourpost.example/light", now=NOW)
    if expected is None or found.published_at is None:
        assert found.published_at is None
        assert expected is None
    elif len(expected) == 10:
        assert found.published_at.date().isoformat() == expected
    else:
        value = datetime.fromisoformat(expected)
        assert found.published_at == (value if value.tzinfo else value.replace(tzinfo=UTC))


@each_row(
    ("stamp", "printed", "expected", "zone"),
    [
        pytest.param("2025-03-04T17:15:00Z", "Selasa, 4 Maret 2025 17:15 WIB", "2025-03-04T17:15:00+07:00", "stated", id="printed-in-another-zone"),
        pytest.param("2025-03-04T17:15:42+00:00", "March 4, 2025 5:15 PM EST", "2025-03-04T17:15:42-05:00", "stated", id="in-twelve-hours"),
        pytest.param("2025-03-04T17:15:00Z", "4 March 2025, 17:15", "2025-03-04T17:15:00+00:00", "assumed", id="printed-without-a-zone"),
        pytest.param("2025-03-04T17:15:00Z", "4 March 2025, 17:15 GMT", "2025-03-04T17:15:00+00:00", "stated", id="printed-as-utc"),
        pytest.param("2025-03-04T17:15:00Z", "5 March 2025, 00:15 WIB", "2025-03-05T00:15:00+07:00", "stated", id="another-clock-same-moment"),
        pytest.param("2025-03-04T17:15:00Z", "4 March 2025, 17:40 WIB", "2025-03-04T17:15:00+00:00", "stated", id="another-clock-another-moment"),
        pytest.param("2025-03-04T22:15:00Z", "4 March 2025, 5:15 PM EST / 22:15 GMT", "2025-03-04T17:15:00-05:00", "stated", id="both-clocks-printed"),
        pytest.param("2025-03-04T17:15:00+01:00", "4 March 2025 17:15 EST", "2025-03-04T17:15:00+01:00", "stated", id="an-offset-is-no-z"),
    ],
)  # fmt: skip
def test_a_wrong_z_is_told_by_the_printed_clock(
    stamp: str, printed: str, expected: str, zone: str
) -> None:
    url = "https://www.harbourpost.example/light"
    found = extract(page(linked(f'"{stamp}"'), f"<p>{printed}</p>", ""), url, now=NOW)
    value = datetime.fromisoformat(expected)
    assert found.published_at == value
    assert found.published_at.utcoffset() == value.utcoffset()
    assert found.published_zone is not None
    assert found.published_zone.value == zone


@pytest.mark.parametrize(
    ("head", "printed", "expected", "zone"),
    [
        pytest.param(linked('"2025-03-04T17:15:00"'), "March 4, 2025 5:15 PM EST", "2025-03-04T17:15:00-05:00", "stated", id="printed"),
        pytest.param(linked('"2025-03-04 17:15:00"') + '<meta property="article:published_time" content="2025-03-04T17:15:00+01:00">', "", "2025-03-04T17:15:00+01:00", "assumed", id="in-another-tag"),
        pytest.param(linked('"2025-03-04 17:15:00"') + '<meta property="article:published_time" content="2025-03-04T20:15:00+01:00">', "", "2025-03-04T17:15:00+00:00", "assumed", id="of-another-clock"),
    ],
)  # fmt: skip
def test_a_time_without_a_zone_has_that_of_the_same_clock(
    head: str, printed: str, expected: str, zone: str
) -> None:
    url = "https://www.harbourpost.example/light"
    found = extract(page(head, f"<p>{printed}</p>", ""), url, now=NOW)
    value = datetime.fromisoformat(expected)
    assert found.published_at == value
    assert found.published_zone is not None
    assert found.published_zone.value == zone


def test_the_time_of_revision_has_the_same_wrong_z() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Light",'
        '"datePublished":"2025-03-04T17:15:00Z","dateModified":"2025-03-04T18:40:00Z"}</script>'
    )
    printed = "<p>March 4, 2025 5:15 PM EST</p>"
    found = extract(page(head, printed, ""), "https://www.harbourpost.example/light", now=NOW)
    assert found.modified_at == datetime.fromisoformat("2025-03-04T18:40:00-05:00")


@pytest.mark.parametrize(
    ("day", "title", "expected"),
    [
        ("Tuesday, March 4, 2025", "2025-03-04T10:15:00Z", "2025-03-04T10:15:00+00:00"),
        ("Tuesday, March 4, 2025", "2025-03-04T17:15:00+07:00", "2025-03-04T17:15:00+07:00"),
        ("Tuesday, March 4, 2025", "Click for the address", "2025-03-04T00:00:00+00:00"),
    ],
)
def test_the_abbreviation_below_a_post_has_the_time(day: str, title: str, expected: str) -> None:
    html = (
        f'<html lang="en"><body><h2 class="date-header"><span>{day}</span></h2>'
        f'<div class="post hentry"><h3 class="post-title">Harbour town votes to rebuild its old '
        f'light</h3><div class="post-body">{TEXT}</div><div class="post-footer">Posted by <a '
        f'href="#"><abbr class="published" title="{title}">10:15 AM</abbr></a></div></div></body>'
    )
    found = extract(html, "https://harbour.example/light.html", now=NOW)
    assert found.published_at == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("url", "lang", "expected"),
    [
        ("https://port.example/x", "en-US", "2025-02-05"),
        ("https://port.example/x", "en_GB", "2025-05-02"),
        ("https://port.example.uk/x", "en-US", "2025-05-02"),
        ("https://port.example.us/x", "en", "2025-02-05"),
        ("https://port.example/x", "en", None),
    ],
)
def test_the_order_of_day_and_month_follows_the_region(
    url: str, lang: str, expected: str | None
) -> None:
    found = extract(page("", "<p>02/05/2025</p>", "", lang), url, now=NOW)
    day = found.published_at.date().isoformat() if found.published_at else None
    assert day == expected


@pytest.mark.parametrize(
    ("language", "url", "tag", "expected"),
    [
        ("en", "https://a.example.in/", "en-US", "en-in"),
        ("en", "https://a.example.jp/", "en-US", "en"),
        ("en", "https://a.example.com/", "de-DE", "en"),
        (None, "https://a.example.com/", "de-DE", None),
    ],
)
def test_region(language: str | None, url: str, tag: str, expected: str | None) -> None:
    assert add_region(language, url, tag) == expected


@each_row(
    ("text", "expected"),
    [
        ("14 comments", False), ("Photo 5 of 7", False), ("5 KB", False), ("3 hours ago", True),
        ("14 Feb", True), ("14.2.25", True), ("2024", False), ("3시간 전", True), ("глава 5", False),
    ],
)  # fmt: skip
def test_what_may_be_a_date(text: str, expected: bool) -> None:
    assert may_be_date(text) is expected
