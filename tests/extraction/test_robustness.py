# ruff: noqa: E501 - tables of cases, one a line
"""``extract`` never raises and never stalls, on hostile shapes and on anything at all."""

from __future__ import annotations

import gzip
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scraper import Article, extract
from scraper.model.types import Verdict
from tests.crossing import cross
from tests.tables import each_row

ATTRIBUTES = "".join(f" a{n}=1" for n in range(50_000))
HAZARDS = {
    "nested-div": "<div>" * 100_000,
    "nested-list": "<ul><li>" * 50_000,
    "options": "<select>" + "<option>x" * 50_000,
    "attributes": f"<p{ATTRIBUTES}>",
    "formatting-reopened": "".join(f"<b {n}>" for n in range(4_000)) + "x</b>" * 4_000,
    "formatting-in-paragraphs": "".join(f"<p><b id={n}>" for n in range(5_000)),
    "templates": "<template>" * 65_000,
    "nul": "\x00" * 5_000_000,
    "one-tag": "<p " + "x" * 5_000_000,
    "comment": "<!--" + "x" * 5_000_000,
    "text": "x" * 5_000_000,
    "comments": "<!-- x -->" * 200_000,
    "declarations": "<?x ?>" * 200_000,
    "short-items": "<ul>" + "<li>Item number one</li>" * 400_000,
    "short-paragraphs": "<p>Yes.</p>" * 900_000,
    "short-dates": "<p>4 March 2025 10:15</p>" * 200_000,
    "half-comments": "<!--" * 500_000,
    "dashes": "<!--" + "-" * 5_000_000,
    "closed-tags": "</p>" * 200_000,
    "attributes-parted-by-slashes": "<p" + "".join(f"/a{n}" for n in range(50_000)) + ">",
    "quoted-tag-ends": "<p x='>'" + "".join(f' a{n}=">"' for n in range(50_000)) + ">",
    "many-crowded-tags": ("<p" + "".join(f" a{n}" for n in range(4_900)) + ">") * 200,
    "attributes-of-html": "".join(f"<html a{n}>" for n in range(50_000)),
    "attributes-of-body": "".join(f"<body a{n}>" for n in range(50_000)),
    "style-in-svg": "<svg><style>" + "<div>" * 100_000,
    "style-in-select": "<select><style>" + "<option>x" * 50_000,
    "comment-in-attribute": "<p title='<!--'>" + "<div>" * 100_000 + "-->",
    "quote-in-attribute-name": '<p =">' + "<div>" * 100_000 + '">',
    "class-names": "<p class='" + "a b " * 1_000_000 + "'>x",
    "nested-json": '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
    "huge-int": '<script type="application/ld+json">{"@type":"Article","position":'
    + "9" * 5_000
    + "}</script>",
}


@pytest.mark.parametrize("name", HAZARDS)
def test_a_hazard_is_read_or_refused(name: str) -> None:
    assert isinstance(extract(HAZARDS[name].encode()), Article)


REFUSED = (
    "nested-div nested-list options attributes attributes-parted-by-slashes quoted-tag-ends "
    "many-crowded-tags attributes-of-html attributes-of-body style-in-svg style-in-select "
    "comment-in-attribute quote-in-attribute-name"
).split()


@each_row("name", REFUSED)
def test_refused_shape_says_so(name: str) -> None:
    article = extract(HAZARDS[name])
    assert article.verdict is Verdict.EMPTY
    assert article.evidence.startswith("not parsed: ")


def test_many_attributes_in_a_program_are_no_hazard() -> None:
    program = "if(a<b ){" + "x = 1; " * 20_000 + "}"
    page = f"<script>{program}</script><article><h1>T</h1>" + "<p>" + "Real text here. " * 30
    assert extract(page).verdict is Verdict.ARTICLE


def test_a_page_of_countless_tags_is_read_up_to_a_limit_and_says_so() -> None:
    text = "<p>Real text here, and enough of it to be read as a paragraph.</p>"
    article = extract(
        f"<article><h1>T</h1>{text}<p>{'Long enough. ' * 40}</p>" + "<p>Yes.</p>" * 100_000
    )
    assert "read up to its 60,000th tag" in article.evidence
    assert article.body.startswith("Real text here")


NO_TAGS = {
    "comparisons": "<script>" + "for(i=0;i<a;i++)x();n<len;" * 4_100 + "</script>",
    "markup-in-json": "<script type=application/json>" + "<p><b>x" * 500 + "</script>",
    "markup-in-string": "<SCRIPT>x='" + "<div>" * 30_000 + "'</Script >",
    "style": "<style>" + "<b>" * 3_000 + "</style>",
    "comment": "<!--" + "<div>" * 100_000 + "-->",
    "textarea": "<textarea>" + "<b>" * 3_000 + "</textarea>",
    "icons": "<svg><title>x</title><path/></svg>" * 400
    + "<script>"
    + "n<len;" * 4_100
    + "</script>",
}


@each_row("name", NO_TAGS)
def test_what_only_looks_like_tags_is_no_hazard(name: str) -> None:
    page = NO_TAGS[name] + "<article><h1>T</h1>" + "<p>Real text, and enough of it.</p>" * 30
    assert not extract(page).evidence.startswith("not parsed")


OTHER_FILES = {
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + random.Random(1).randbytes(20_000),
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + random.Random(2).randbytes(20_000),
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" * 50,
    "gzip": gzip.compress(random.Random(3).randbytes(20_000)),
    "random": random.Random(4).randbytes(20_000),
    "json": b'{"title": "The lighthouse", "items": [{"text": "A story that is long."}, 1, 2, 3], "more": "And here is the end of it."}'
    * 1,
    "json-list": b'[{"id": 1, "html": "<p>A paragraph of text, long enough to be one.</p>"}'
    + b', {"id": 2}' * 99
    + b"]",
    "rss": b'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>News</title>'
    + b"<item><title>A headline</title><description>What was written about it at length.</description></item>"
    * 30
    + b"</channel></rss>",
    "css": b".story p { margin: 0 0 1em; color: #333; }\n@media (max-width: 40em) { .story { padding: 0; } }\n"
    * 80,
    "js": b"(function(){var a=document.querySelectorAll('.x');for(var i=0;i<a.length;i++){a[i].hidden=true;}})();\n"
    * 80,
}


@pytest.mark.parametrize("name", OTHER_FILES)
def test_other_file_is_no_article(name: str) -> None:
    article = extract(OTHER_FILES[name])
    assert article.verdict is Verdict.EMPTY
    assert article.body == ""


PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<div class='x'>", "<h1>", "<a href='//['>", "<script type='application/ld+json'>",
        '{"@type":"Article","headline":["a",{}],"author":{"name":[1,"B"]},"datePublished":"2024-13-45"}',
        "</script>", "<meta property='og:title' content='&#xD800;'>", "<link rel=canonical href='http://[::'>",
        "<time datetime='9999-99-99T99:99'>", "<time datetime='0001-01-01T00:00:00+14:00'>", "<table><tr><td>",
        "<li>", "<br><br>", "\x00", "\ud800", "Some text that is long enough to be a paragraph, perhaps. ",
        "By Ann Lee", "31 Dec 9999 23:59", "<meta charset=utf-16>", "<!--", "<svg><title>", "<template><p>",
        "<base href='x:y'>", "<html lang='x-klingon-\u0130'>", "昨日の記事です。" * 9, "2 hours ago",
    ]
)  # fmt: skip
ANYTHING: Any = st.one_of(
    st.none(), st.text(max_size=60), st.binary(max_size=20), st.integers(), st.floats()
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join))
BYTES = st.one_of(
    st.binary(max_size=300),
    st.lists(PIECES, max_size=40).map(
        lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
    ),
    st.lists(PIECES, max_size=40).map(
        lambda parts: "".join(parts).encode("utf-16", "surrogatepass")
    ),
)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    html=st.one_of(BYTES, TEXTS, ANYTHING),
    url=st.one_of(
        st.none(),
        st.text(max_size=60),
        st.sampled_from(["http://[", "http://a.b:99999/", "//", "https://ex.id/2024/13/45/x", "http://\ud800.de"]),
        ANYTHING,
    ),
    headers=st.one_of(
        st.none(),
        st.dictionaries(
            st.one_of(st.sampled_from(["Content-Type", b"content-type", "content-language"]), ANYTHING),
            st.one_of(st.sampled_from(["text/html; charset=utf-7", "; charset=", "x; charset=idna"]), ANYTHING),
            max_size=3,
        ),
        ANYTHING,
    ),
    now=st.one_of(st.none(), st.datetimes(), ANYTHING),
)  # fmt: skip
def test_never_raises(html: Any, url: Any, headers: Any, now: Any) -> None:
    article = extract(html, url, headers=headers, now=now)
    assert isinstance(article, Article)
    assert cross(article, Article) == article
    for value in (article.title, article.body, article.byline, article.evidence, *article.authors):
        (value or "").encode("utf-8")  # no lone surrogate is left
    assert not article.evidence.startswith("the extractor failed")
    assert article.published_at is None or article.published_at.tzinfo is not None


def test_evidence_of_a_refused_page_is_a_phrase() -> None:
    assert extract(b"").evidence == "the page has no text"
