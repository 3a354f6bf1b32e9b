"""What a rule changes in the reading of a page, and what it leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from scraper.extraction import EXTRACTOR_VERSION, extract
from scraper.model.types import Article, Candidate, Precision, Verdict, Zone
from scraper.rules import Layer, RuleBook, check_rules

URL = "https://news.example.org/story"
NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
TEXT = (
    "The harbour council heard the fishermen of the old pier on Tuesday and put off its decision "
    "by two weeks, because the survey of the eastern mole was not yet finished. "
)
PAGE = f"""<!doctype html><html lang="en"><head><title>Harbour news - The Mole</title>
<meta property="og:title" content="Harbour news"><meta name="author" content="Ada Pier">
<meta name="shown" content="2026-03-07T06:05:00Z"><meta name="kicker" content="Sea &amp; shore">
<meta property="article:published_time" content="2026-03-01T10:00:00+02:00">
<meta property="article:section" content="News">
<link rel="canonical" href="https://news.example.org/story?page=all">
<script type="application/ld+json">{{"@type": "NewsArticle", "author": {{"@type": "Person",
"name": "Lotte Wrong"}}}}</script></head><body>
<h1>Harbour news</h1><h2 class="head">Council <b>waits</b> for the survey</h2><h2 class="head"></h2>
<div class="by"><span class="who">By Jane Doe and John Roe</span>
<span class="who">Photo: Max Lens</span> <span class="who">Jane Doe</span></div>
<p class="none"></p><p class="odd">no date at all</p>
<div class="when">Printed <time datetime="2026-03-04T09:30">on the fourth</time></div>
<p class="changed">Changed on 5 March 2026</p><p class="crumb">Home › <a>Harbour</a></p>
<div class="story"><p>{TEXT * 2}</p>
<p class="x1">The harbour letter of this week has the plan of the mole.</p>
<p>{TEXT.replace("Tuesday", "Friday") * 2}</p></div>
<div class="other"><p>{TEXT.replace("harbour", "town") * 5}</p>
<p>{TEXT.replace("harbour", "city") * 5}</p></div></body></html>"""


def read(**keys: Any) -> Article:
    rules = {"example.org": keys}
    rule = RuleBook((Layer("test", check_rules(rules, "test")),)).find(URL)
    return extract(PAGE, URL, now=NOW, rule=rule)


RULE_OF_SIDEBAR = {"example.org": {"body": ".sidebar"}}
GENERIC = extract(PAGE, URL, now=NOW)


def test_a_title() -> None:
    article = read(title="h2.head")
    assert article.title == "Council waits for the survey"
    why = article.provenance["title"]
    assert (why.source, why.confidence) == ("rule:example.org title", 1.0)
    assert why.candidates[0] == Candidate(article.title, why.source, 1.0)
    assert why.candidates[1].value == GENERIC.title == "Harbour news"
    assert len({(each.value, each.source) for each in why.candidates}) == len(why.candidates)
    assert article.authors == GENERIC.authors


def test_authors_are_read_as_credits() -> None:
    article = read(authors=".who")
    assert article.authors == ("Jane Doe", "John Roe")
    assert article.byline == "By Jane Doe and John Roe, Photo: Max Lens, Jane Doe"
    why = article.provenance["authors"]
    assert why.source == "rule:example.org authors"
    assert GENERIC.byline in [each.value for each in why.candidates]
    assert read(authors="div.by").byline == "By Jane Doe and John Roe Photo: Max Lens Jane Doe"


def test_a_date_is_read_from_its_stamp_or_its_text() -> None:
    article = read(published=".when", modified="p.changed")
    assert article.published_at == datetime(2026, 3, 4, 9, 30, tzinfo=article.published_at.tzinfo)  # type: ignore[union-attr]
    assert article.published_precision is Precision.MINUTE
    assert article.published_zone is Zone.ASSUMED
    assert article.published_raw == "2026-03-04T09:30"
    assert article.provenance["published_at"].source.startswith("rule:example.org published (zone")
    lost = article.provenance["published_at"].candidates[1]
    assert lost.value == GENERIC.published_raw
    assert article.modified_at is not None
    assert article.modified_at.date().isoformat() == "2026-03-05"
    assert article.provenance["modified_at"].source == "rule:example.org modified"


def test_a_meta_element() -> None:
    article = read(published="meta[name=shown]", section="meta[name=kicker]", title="meta[name=x]")
    assert article.published_at == datetime(2026, 3, 7, 6, 5, tzinfo=UTC)
    assert article.published_zone is Zone.STATED
    assert article.section == "Sea & shore"
    assert article.title == GENERIC.title


def test_a_section() -> None:
    article = read(section=".crumb a")
    assert article.section == "Harbour"
    why = article.provenance["section"]
    assert [each.value for each in why.candidates] == ["Harbour", "News"]


def test_a_body() -> None:
    assert "town council" in GENERIC.body
    article = read(body=".story")
    assert article.body.count("harbour council") == 4
    assert "town council" not in article.body
    assert article.provenance["body"].source == "rule:example.org body"
    assert article.verdict is Verdict.ARTICLE


def test_class_words_above_the_body_do_not_count() -> None:
    page = PAGE.replace('class="story"', 'class="sidebar comments"')
    rule = RuleBook((Layer("test", check_rules(RULE_OF_SIDEBAR, "test")),)).find(URL)
    assert extract(page, URL, now=NOW, rule=rule).body.count("harbour council") == 4


def test_several_elements_of_a_body() -> None:
    article = read(body=".story > p:not(.x1)")
    assert article.body.split("\n") == [
        (TEXT * 2).strip(),
        (TEXT.replace("Tuesday", "Friday") * 2).strip(),
    ]


def test_what_is_removed_is_never_seen() -> None:
    assert "harbour letter" in read(body=".story").body
    article = read(body=".story", remove=[".x1", "script", "meta[name=author]"])
    assert "harbour letter" not in article.body
    assert "Lotte Wrong" not in str(article)
    assert "Ada Pier" not in str(article)


@pytest.mark.parametrize(
    ("key", "selector"),
    [("title", ".nowhere"), ("title", "p.none"), ("published", "p.odd"), ("authors", "p.none"),
     ("section", "p.none"), ("body", ".nowhere")],
)  # fmt: skip
def test_what_names_nothing_leaves_the_generic_value(key: str, selector: str) -> None:
    article = read(**{key: selector})
    field = {"published": "published_at"}.get(key, key)
    assert getattr(article, field) == getattr(GENERIC, field)
    if field != "section":
        last = article.provenance[field].candidates[-1]
        assert last == Candidate("", f"rule:example.org {key}: gave nothing here", 0.0)


def test_the_single_page_address_is_in_no_field() -> None:
    article = read(single_page="?page=all")
    assert article.declared_url == article.canonical_url == "https://news.example.org/story"
    assert GENERIC.canonical_url == "https://news.example.org/story?page=all"
    assert article.extractor_version == EXTRACTOR_VERSION


def test_a_rule_is_part_of_the_extractors_version() -> None:
    one, two = read(title="h2.head"), read(title="h1")
    assert len({one.extractor_version, two.extractor_version, EXTRACTOR_VERSION}) == 3


def test_a_rule_on_any_page_raises_nothing() -> None:
    rules = {"example.org": {"title": "*", "authors": "*", "published": "*", "modified": "*",
             "section": "*", "body": "*", "remove": ["html"]}}  # fmt: skip
    rule = RuleBook((Layer("test", check_rules(rules, "test")),)).find(URL)
    for html in ("", "x", PAGE, "<p>" * 1000, "<meta content=x>" * 1000, b"\xff\x00"):
        assert isinstance(extract(html, URL, now=NOW, rule=rule), Article)
