"""Calls to log in or to pay under a text, in many languages: noted, whatever the text's length."""

from __future__ import annotations

import pytest

from benchmarks.stories.loss_words import CALLS, REMARKS, SUBSCRIBE
from scraper import extract
from scraper.extraction.verdict.calls import find_calls
from scraper.model.types import Verdict
from tests.tables import each_row

MORE = (
    "Subscribe to continue reading.",
    "This content is for subscribers only.",
    "Log in or subscribe to read the full story.",
    "You have reached your limit of free articles.",
    "Continue reading with a free account.",
    "To continue reading, choose a plan.",
    "Digital: 9.99 euros a month",
    "Weiterlesen mit SPIEGEL+. Jetzt Abo abschließen.",
    "Log in om dit artikel verder te lezen.",
    "Zaloguj się, aby przeczytać dalej.",
    "Haberin devamını okumak için giriş yapın.",
)
TEXT = [
    f"On day {n} the council met again in the old town hall, and again the {thing} was put off, as"
    f" those who live by the {thing} had feared: the money, said the mayor, had gone into the roof"
    f" of the school, and what was left of it would hardly pay for the nails the {thing} needs."
    for n, thing in enumerate("mole ferry quay crane pier lock dredger buoy".split(), 1)
]


@each_row("call", [*MORE, *SUBSCRIBE.values(), *sum(CALLS.values(), ())])
def test_call(call: str) -> None:
    assert find_calls(["The first paragraph.", call]) == (call,)


@each_row(
    "line",
    [
        *REMARKS.values(),
        "Dodging the question, the mayor said that nobody would continue as before.",
        "The union has 4,000 members, and wants 3 % more in a year.",
        "Der Investor zahlte einen symbolischen Euro an die Gemeinde.",
        f"Whoever wants to continue reading must subscribe, {'said the publisher, ' * 20}he said.",
    ],
)
def test_no_call(line: str) -> None:
    assert find_calls(["The first paragraph.", line]) == ()


def page(inside: str = "", behind: str = "") -> str:
    text = "".join(f"<p>{line}</p>" for line in TEXT)
    return f"""<html lang="en"><title>The mole is put off</title><body><main><article>
<h1>The mole is put off</h1><p>By Ana Ruiz</p><time datetime="2026-03-02">2 March 2026</time>
{text}{inside}</article>{behind}</main></body></html>"""


@pytest.mark.parametrize(
    ("html", "calls"),
    [
        (page(), ()),
        (page("<p>Subscribe to continue reading.</p>"), ("Subscribe to continue reading.",)),
        (
            page(behind="<div class='paywall'><p>Log in to read the full story.</p></div>"),
            ("Log in to read the full story.",),
        ),
        (page(behind="<div hidden><p>Log in to read the full story.</p></div>"), ()),
    ],
    ids=["none", "in the text", "behind it", "hidden"],
)
def test_a_long_text_is_an_article_and_its_calls_are_noted(
    html: str, calls: tuple[str, ...]
) -> None:
    article = extract(html, "https://news.example/mole")
    assert (article.verdict, article.calls) == (Verdict.ARTICLE, calls)
    assert article.body.startswith(TEXT[0])
