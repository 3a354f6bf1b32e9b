# ruff: noqa: E501 - tables of cases, one a line
from __future__ import annotations

import json

from scraper import extract
from scraper.extraction.document import parse_document
from scraper.extraction.metadata import read_metadata
from scraper.extraction.metadata.jsonld import read_jsonld
from scraper.extraction.metadata.nodes import Party
from tests.tables import each_row

NODE = '{"@type":"NewsArticle","headline":"A headline"}'


@each_row(
    "script",
    [
        NODE,
        f"[{NODE}]",
        f'{{"@graph":[{{"@type":"WebSite"}},{NODE}]}}',
        f"<!-- {NODE} -->",
        f"<![CDATA[{NODE}]]>",
        f"//<![CDATA[\n{NODE}\n//]]>",
        f"/* <![CDATA[ */{NODE}/* ]]> */",
        f"{NODE};",
        f'{NODE}{{"@type":"WebSite"}}',
        NODE.replace("}", ",}"),
        NODE.replace("A headline", "A\nheadline"),
        NODE.replace("A headline", "A &amp;#32;headline"),
        NODE.replace('"NewsArticle"', '["CreativeWork","http://schema.org/NewsArticle"]'),
        f'{{"@type":"WebPage","mainEntity":{NODE}}}',
    ],
)
def test_jsonld_as_publishers_write_it(script: str) -> None:
    assert [node.headline for node in read_jsonld([script]).articles] == ["A headline"]


@each_row("script", ["", "{", "null", "[[[", "[" * 10_000, '{"a":' + "9" * 5_000 + "}", "NaN"])
def test_jsonld_past_repair_is_skipped(script: str) -> None:
    assert [node.headline for node in read_jsonld([script, NODE]).articles] == ["A headline"]


@each_row(
    ("author", "expected"),
    [
        ("Ann Holm", [Party("Ann Holm")]),
        ({"@type": "Person", "name": "Ann Holm"}, [Party("Ann Holm", "person")]),
        ({"@type": "Person", "name": ["Ann", "Per"]}, [Party("Ann", "person"), Party("Per", "person")]),
        ([{"name": "Ann"}, "Per"], [Party("Ann"), Party("Per")]),
        ({"@type": "NewsMediaOrganization", "name": "Post"}, [Party("Post", "organization")]),
        ({"@type": "Person", "givenName": "Ann", "familyName": "Holm"}, [Party("Ann Holm", "person")]),
        ({"@type": "Person"}, []),
        (7, []),
    ],
)  # fmt: skip
def test_authors_in_every_shape(author: object, expected: list[Party]) -> None:
    script = json.dumps({"@type": "Article", "author": author})
    assert list(read_jsonld([script]).articles[0].authors) == expected


def test_nodes_about_something_else_are_left_out() -> None:
    script = json.dumps(
        {
            "@type": "Article",
            "headline": "Mine",
            "mentions": {"@type": "Article", "headline": "Other"},
        }
    )
    assert [node.headline for node in read_jsonld([script]).articles] == ["Mine"]


def test_microdata_of_the_article_and_not_of_what_is_inside() -> None:
    page = """<div itemscope itemtype="http://schema.org/NewsArticle"><h1 itemprop="headline">A</h1>
    <span itemprop="author" itemscope itemtype="http://schema.org/Person"><b itemprop="name">Ann Holm</b></span>
    <time itemprop="datePublished" datetime="2024-03-05">today</time>
    <div itemprop="publisher" itemscope itemtype="http://schema.org/Organization"><b itemprop="name">Post</b></div>
    </div>"""
    (node,) = read_metadata(parse_document(page)).micro.articles
    assert (node.headline, node.authors, node.published) == (
        "A",
        (Party("Ann Holm", "person"),),
        "2024-03-05",
    )


def test_references_within_and_between_graphs_are_followed() -> None:
    graph = (
        '{"@graph":[{"@type":"NewsArticle","@id":"https://x.example/#a","headline":"The tide",'
        '"author":{"@id":"https://x.example/#p"},"publisher":{"@id":"https://x.example/#o"}},'
        '{"@type":"Person","@id":"https://x.example/#p","name":"Hannah Birch"}]}'
    )
    other = '{"@type":"Organization","@id":"https://x.example/#o","name":"Harbour Watch"}'
    article = read_jsonld([graph, other]).articles[0]
    assert [party.name for party in article.authors] == ["Hannah Birch"]
    assert article.publisher == "Harbour Watch"


def test_references_in_a_circle_end() -> None:
    ring = '{"@type":"Article","@id":"#a","headline":"T","author":[{"@id":"#a"},{"@id":"#none"}]}'
    assert read_jsonld([ring]).articles[0].headline == "T"


def test_the_section_is_the_last_breadcrumb_before_the_headline() -> None:
    trail = ",".join(
        f'{{"@type":"ListItem","position":{at},"name":"{name}"}}'
        for at, name in enumerate(("Home", "Regional", "Harbour", "The tide"), 1)
    )
    ld = f'{{"@type":"BreadcrumbList","itemListElement":[{trail}]}}'
    text = "<p>" + "The tide came in again, and with it the boats that had been missed. " * 3
    page = f'<script type="application/ld+json">{ld}</script><article><h1>The tide</h1>{text}</article>'
    assert extract(page).section == "Harbour"


LINES = "<p>The tide came in again, and with it the boats that had been missed.</p>" * 4


@each_row(
    ("head", "above", "below", "section"),
    [
        ("", '<a rel="category tag" href="/c/harbour/">Harbour</a>, <a rel="category tag">Sea</a>', "", "Harbour"),
        ("", "", "<footer>Posted in <a rel='category' href='/c/sea'>» Sea</a></footer>", "Sea"),
        ("", '<a rel="category tag">Uncategorized</a> <a rel="category tag">Sea</a>', "", "Sea"),
        ("", '<a rel="category tag">Sin categoría</a>', "", None),
        ("", '<a rel="tag" href="/tag/boats">Boats</a>', "", None),
        ("", f'<a rel="category tag">{"The boats are back " * 6}</a>', "", None),
        ("", "", "</article><aside><h3><a href='/2'>More</a></h3><a rel='category tag'>Sport</a></aside><article>", None),
        ("", '<div itemscope itemtype="http://schema.org/NewsArticle"><b itemprop="articleSection">Sea</b></div>', "", "Sea"),
        ("", '<b itemprop="articleSection">Posted in <a href="/c">Sea</a></b>', "", "Sea"),
        ("", '<b itemprop="articleSection">Sea Subscribe: <a href="/i">iTunes</a> <a href="/r">RSS</a> for nothing</b>', "", None),
        ('<meta itemprop="articleSection" content="Sea">', "", "", "Sea"),
        ('<meta property="article:section" content="Port">', '<a rel="category tag">Sea</a>', "", "Port"),
    ],
)  # fmt: skip
def test_the_section_in_the_markup(head: str, above: str, below: str, section: str | None) -> None:
    """Where another article stands beside, its category is none of this one's."""
    other = (
        '<div class=related><h3><a href="/2">Other</a></h3><a rel="category tag">Sport</a></div>'
    )
    beside = other if section else ""
    page = f"<head>{head}</head><body><main><article>{above}<h1>The tide</h1>{LINES}{below}</article></main>{beside}"
    assert extract(page, "https://x.example/1").section == section


def test_of_several_articles_the_section_is_that_of_the_headline() -> None:
    def entry(title: str, category: str, text: str) -> str:
        return f'<article><h2>{title}</h2>{text}<a rel="category tag">{category}</a></article>'

    page = f"<title>The tide</title>{entry('Other', 'Sport', '')}{entry('The tide', 'Sea', LINES)}"
    assert extract(page).section == "Sea"
