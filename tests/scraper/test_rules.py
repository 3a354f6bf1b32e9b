"""Site rules: what is checked, which holds for an address, and the addresses they make."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.errors import ConfigError
from scraper.model.types import Provenance
from scraper.rules import FIELDS, Layer, RuleBook, SiteRule, check_rules, shipped_rules
from scraper.urls import MAX_URL_LENGTH
from tests.tables import each_row

ALL = {
    "title": "h1.head, h2.head",
    "authors": "[rel=author]",
    "published": "time[datetime]",
    "modified": "meta[property='article:modified_time']",
    "section": ".crumbs a:last-child",
    "body": "div.story > p",
    "remove": [".promo", "aside"],
    "single_page": "?page=all",
}


def book(*layers: dict[str, Any]) -> RuleBook:
    return RuleBook(
        tuple(Layer(f"layer {n}", check_rules(rules, "f")) for n, rules in enumerate(layers))
    )


def find(rules: RuleBook, url: str) -> SiteRule:
    found = rules.find(url)
    assert found is not None
    return found


# --------------------------------------------------------------------- checking


def test_every_key() -> None:
    rule = find(book({"example.org": ALL}), "https://example.org/news")
    values: dict[str, Any] = ALL | {"remove": (".promo", "aside")}
    assert rule == SiteRule(host="example.org", **values)
    assert rule.selectors == {key: ALL[key] for key in FIELDS}
    assert pickle.loads(pickle.dumps(rule)) == rule


@each_row(
    ("host", "keys", "names"),
    [
        ("example.org", {"titel": "h1"}, ['[rules."example.org"]', "'titel'", "'title'"]),
        ("example.org", {"Title": "h1"}, ["'Title'", "'title'"]),
        ("example.org", {"host": "h1"}, ["'host'", "unknown"]),
        ("example.org", {"author": ".by"}, ["'author'", "'authors'"]),
        ("example.org", {"title": "h1["}, ["title", "'h1['", "CSS selector", "h1.headline"]),
        ("example.org", {"title": "h1::text"}, ["title", "h1::text"]),
        ("example.org", {"body": "//div"}, ["body", "'//div'"]),
        ("example.org", {"body": "p\0"}, ["body", "no CSS selector"]),
        ("example.org", {"body": "p" * 1001}, ["body", "1000"]),
        ("example.org", {"title": 3}, ["title", "not 3"]),
        ("example.org", {"title": ["h1"]}, ["title", "CSS selector", "['h1']"]),
        ("example.org", {"title": True}, ["title", "not true"]),
        ("example.org", {"remove": ".promo"}, ["remove", "list", '[".promo"]']),
        ("example.org", {"remove": [".promo", "a["]}, ["remove", "'a['"]),
        ("example.org", {"remove": [""]}, ["remove", "''"]),
        ("example.org", {"remove": [3]}, ["remove", "not 3"]),
        ("example.org", {"remove": ["p"] * 101}, ["remove", "100"]),
        ("example.org", {"single_page": "page=all"}, ["single_page", "?page=all"]),
        ("example.org", {"single_page": "?"}, ["single_page"]),
        ("example.org", {"single_page": "?page=all&=1"}, ["single_page"]),
        ("example.org", {"single_page": "https://example.org/all"}, ["single_page"]),
        ("example.org", {"single_page": "//evil.example"}, ["single_page"]),
        ("example.org", {"single_page": "/all/"}, ["single_page"]),
        ("example.org", {"single_page": "?a=b c"}, ["single_page"]),
        ("example.org", {"single_page": "?a=b#c"}, ["single_page"]),
        ("example.org", {"single_page": "?a=b\nHost: x"}, ["single_page"]),
        ("example.org", {"single_page": False}, ["single_page", "not false"]),
        ("example.org", "h1", ["must be a section"]),
        ("title", "h1", ["must be a section", "example.org"]),
        ("example", {"org": {"title": "h1"}}, ["quotation marks"]),
        ("*.example.org", {}, ["no host", "subdomains"]),
        ("https://example.org", {}, ["no host", "name alone"]),
        ("example.org/news", {}, ["no host"]),
        ("example.org?a", {}, ["no host"]),
        ("example.org#a", {}, ["no host"]),
        ("example.org:8000", {}, ["no host"]),
        ("me@example.org", {}, ["no host"]),
        (" example.org", {}, ["no host"]),
        ("exa mple.org", {}, ["no host"]),
        ("example..org", {}, ["no host"]),
        ("", {}, ["no host"]),
        ("\n", {}, ["no host", "\\n"]),
    ],
)
def test_what_is_wrong_is_named_in_one_line(host: str, keys: Any, names: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        check_rules({host: keys}, "my.toml")
    message = str(caught.value)
    assert message.startswith("my.toml: [rules.")
    assert len(message.splitlines()) == 1
    for name in names:
        assert name in message


def test_two_spellings_of_a_host_are_one() -> None:
    with pytest.raises(ConfigError, match=r"www\.example\.org.*second rule for example\.org"):
        check_rules({"example.org": {}, "www.example.org": {}}, "my.toml")


def test_rules_must_be_a_table() -> None:
    with pytest.raises(ConfigError, match="write \\[rules"):
        check_rules([1], "my.toml")


@given(st.text(max_size=60) | st.sampled_from(list(":()[]>+~*,.#'\"")).map(lambda c: c * 500))
def test_any_text_is_a_selector_or_a_config_error(text: str) -> None:
    try:
        checked = check_rules({"example.org": {"title": text}}, "my.toml")
    except ConfigError as error:
        assert len(str(error).splitlines()) == 1
    else:
        assert checked["example.org"]["title"] == text.strip()


def test_checking_and_finding_load_neither_parser_nor_fetcher_for_shipped_rules() -> None:
    code = (
        "import sys; from scraper.rules import RuleBook, shipped_rules\n"
        "RuleBook((shipped_rules(),)).find('https://example.org/')\n"
        "print({'selectolax', 'httpx', 'scraper.extraction'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# --------------------------------------------------------------------- which rule holds


@each_row(
    ("url", "title"),
    [
        ("https://example.org/a", "h1"),
        ("http://www.example.org:8080/a", "h1"),
        ("https://m.example.org/", "h1"),
        ("https://EXAMPLE.org/", "h1"),
        ("https://news.example.org/", "h1"),
        ("https://blog.example.org/", "h2"),
        ("https://www.blog.example.org/", "h2"),
        ("https://a.blog.example.org/", "h2"),
        ("https://notexample.org/", None),
        ("https://org/", None),
        ("https://example.org.evil.example/", None),
        ("https://evil.example/?example.org", None),
        ("https://127.0.0.1:8000/", "h3"),
        ("https://1.127.0.0.1/", None),
        ("https://[::1]/", "h4"),
        ("https://xn--kln-sna.example/", "h5"),
        ("https://köln.example/", "h5"),
        ("nonsense", None),
    ],
)
def test_a_rule_holds_on_its_host_and_below(url: str, title: str | None) -> None:
    rules = book(
        {
            "www.Example.org": {"title": "h1"},
            "blog.example.org": {"title": "h2"},
            "127.0.0.1": {"title": "h3"},
            "[::1]": {"title": "h4"},
            "köln.example": {"title": "h5"},
        }
    )
    found = rules.find(url)
    assert (found and found.title) == title


def test_a_key_is_taken_from_the_most_specific_host_that_states_it() -> None:
    rules = book({"example.org": {"title": "h1", "single_page": "?all=1", "remove": ["aside"]}})
    own = book({"blog.example.org": {"title": "h2", "remove": []}}).layers
    rule = find(RuleBook((*rules.layers, *own)), "https://blog.example.org/")
    assert rule == SiteRule(host="blog.example.org", title="h2", single_page="?all=1")


KEYS = st.dictionaries(
    st.sampled_from([*FIELDS, "single_page"]), st.sampled_from(["", "?a=1"]), max_size=7
).map(lambda keys: {k: v if k == "single_page" else v and f"#{k}" for k, v in keys.items()})


@given(KEYS, KEYS)
def test_a_users_rule_overrides_the_shipped_one_key_by_key(
    shipped: dict[str, str], own: dict[str, str]
) -> None:
    rules = book({"example.org": shipped}, {"www.example.org": own})
    rule = find(rules, "https://www.example.org/a")
    for key in (*FIELDS, "single_page"):
        assert getattr(rule, key) == own.get(key, shipped.get(key, ""))


LABEL = st.from_regex(r"[a-z]{3,8}", fullmatch=True).filter("www".__ne__)  # it is taken off
LABELS = st.lists(LABEL, min_size=0, max_size=3)


@given(LABELS, LABELS)
def test_the_most_specific_host_wins(above: list[str], below: list[str]) -> None:
    """A host's own rule decides on the host, and below it where no other is."""
    domain = ".".join([*above, "example", "org"])
    rules = book({"example.org": {"title": "h1"}} | {domain: {"title": "h2"}})
    url = "https://" + ".".join([*below, domain]) + "/story"
    assert find(rules, url).title == "h2"


def test_the_hosts_for_a_list() -> None:
    rules = book(
        {"b.example": {"title": "h1"}, "a.example": {}}, {"b.example": {"body": "p", "title": ""}}
    )
    assert list(rules.hosts()) == [
        ("a.example", ("layer 0",), {}),
        ("b.example", ("layer 0", "layer 1"), {"title": "", "body": "p"}),
    ]


# --------------------------------------------------------------------- the single page


@each_row(
    ("single_page", "url", "whole", "plain"),
    [
        ("?page=all", "https://example.org/a", "https://example.org/a?page=all", None),
        (
            "?page=all",
            "https://example.org/a?id=3&page=2",
            "https://example.org/a?id=3&page=all",
            "https://example.org/a?id=3",
        ),
        (
            "?page=all",
            "https://www.example.org/a?page=all",
            "https://www.example.org/a?page=all",
            "https://www.example.org/a",
        ),
        ("?page=all", "https://example.org/?p=7", "https://example.org/?p=7&page=all", None),
        ("?a=1&b", "https://example.org/a?b=2", "https://example.org/a?a=1&b", "https://example.org/a"),
        ("/all", "https://example.org/a/", "https://example.org/a/all", None),
        ("/all", "https://example.org/a/all", "https://example.org/a/all", "https://example.org/a"),
        ("/all?x=1", "https://example.org/a", "https://example.org/a/all?x=1", None),
        ("/all", "https://example.org/all", "https://example.org/all/all", None),
        ("/all", "https://example.org/a/all/all", "https://example.org/a/all", "https://example.org/a"),
        ("?page=all", "https://example.org/", None, None),
        ("", "https://example.org/a", None, None),
        ("?page=all", "https://example.com/a?page=2", "", None),
    ],
)  # fmt: skip
def test_single_page_addresses(
    single_page: str, url: str, whole: str | None, plain: str | None
) -> None:
    rule = SiteRule(host="example.org", single_page=single_page)
    if whole != "":
        assert rule.whole_address(url) == whole
    assert rule.plain_address(url) == (plain or url)


def test_an_address_may_be_too_long_for_what_is_added() -> None:
    rule = SiteRule(host="example.org", single_page="?page=all")
    longest = "https://example.org/".ljust(MAX_URL_LENGTH, "a")
    assert rule.whole_address(longest) is None
    assert rule.whole_address(longest[:-9]) == longest[:-9] + "?page=all"


PATHS = st.lists(st.from_regex(r"[a-z0-9-]{1,6}", fullmatch=True), min_size=1, max_size=3)
QUERIES = st.lists(st.from_regex(r"(id|page|x)=[a-z0-9]{1,4}", fullmatch=True), max_size=3)


@given(PATHS, QUERIES, st.sampled_from(["?page=all", "/whole", "/w?x=1&page=0"]))
@example(["w"], [], "/w?x=1&page=0")
@example(["a", "w", "w"], [], "/w?x=1&page=0")
def test_the_plain_address_undoes_the_whole_one(
    path: list[str], query: list[str], single_page: str
) -> None:
    rule = SiteRule(host="example.org", single_page=single_page)
    url = f"https://example.org/{'/'.join(path)}" + ("?" + "&".join(query) if query else "")
    whole = rule.whole_address(url)
    assert whole is not None
    assert rule.whole_address(whole) == whole
    assert rule.plain_address(whole) == rule.plain_address(url)
    assert rule.plain_address(rule.plain_address(url)) == rule.plain_address(url)


# --------------------------------------------------------------------- digest and provenance


def test_the_digest_names_what_changes_the_reading_of_a_page() -> None:
    assert SiteRule(host="example.org", single_page="?page=all").digest == ""
    one, two = SiteRule(host="a.example", title="h1"), SiteRule(host="a.example", body="h1")
    assert one.digest == SiteRule(host="b.example", title="h1", single_page="/x").digest
    assert len({one.digest, two.digest, SiteRule(host="", remove=("h1",)).digest, ""}) == 4


def test_unused_keys() -> None:
    rule = SiteRule(host="example.org", title="h1", authors=".by", published="time", body="p")
    records = {
        "title": Provenance(rule.source("title"), 1.0),
        "authors": Provenance("meta:author", 0.8),
        "published_at": Provenance("rule:example.org published (zone assumed: .de)", 1.0),
    }
    assert rule.unused(records) == ("authors", "body")


# --------------------------------------------------------------------- those that are shipped


def test_shipped_rules_say_only_what_no_page_says() -> None:
    shipped = shipped_rules().rules
    assert {"kompas.com", "tribunnews.com", "detik.com"} <= set(shipped)
    assert {key for keys in shipped.values() for key in keys} == {"single_page"}
    assert all(keys["single_page"].startswith("?") for keys in shipped.values())
