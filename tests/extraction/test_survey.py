"""What of a page is not in the body, and why."""

from __future__ import annotations

from scraper.extraction import extract
from scraper.extraction.prescan import MAX_TAGS
from scraper.extraction.survey import MAX_PASSAGES, MAX_TEXT, Survey, survey_page
from scraper.rules import SiteRule

TEXT = "".join(
    f"<p>The harbour council heard the fishermen of pier {number} and put off its decision by "
    f"{number} weeks, because the survey of the mole was not yet finished.</p>"
    for number in range(2, 9)
)
OTHER = "Elsewhere in the town the bakers of the old market have closed their shops for a week."


def survey(page: str) -> Survey:
    article = extract(page)
    return survey_page(page.encode(), {}, article.title, article.body)


def test_nothing_is_left_out() -> None:
    found = survey(f"<h1>The mole</h1><article>{TEXT}</article>")
    assert found.left_out == ()
    assert found.characters == len("The mole") + len(extract(TEXT).body) - 6


def test_reasons() -> None:
    page = (
        f"<article><h1>The mole</h1>{TEXT}</article><div class=comments><p>{OTHER} One.</p></div>"
        f"<div style='display:none'><p>{OTHER} Two.</p></div><nav><p>{OTHER} Three.</p></nav>"
    )
    told = [(each.reason, each.text[-5:]) for each in survey(page).left_out]
    assert told == [("comments", " One."), ("hidden", " Two."), ("tag", "hree.")]


def test_what_a_rule_removes() -> None:
    page = f"<article><h1>The mole</h1>{TEXT}<div class=x><p>{OTHER}</p></div></article>"
    rule = SiteRule(host="site.example", remove=(".x",))
    article = extract(page, "https://site.example/1", rule=rule)
    assert OTHER not in article.body
    found = survey_page(page.encode(), {}, article.title, article.body, rule)
    assert [(each.reason, each.text) for each in found.left_out] == [("rule", OTHER)]


def test_it_is_bounded() -> None:
    many = "".join(f"<p>{OTHER} {number} {'x y ' * 500}</p>" for number in range(300))
    found = survey(f"<article><h1>The mole</h1>{TEXT}</article><nav>{many}</nav>")
    assert len(found.left_out) == MAX_PASSAGES
    assert len(found.left_out[0].text) == MAX_TEXT
    assert found.left_out[0].characters > 2_000


def test_what_is_no_page() -> None:
    assert survey_page(b"%PDF-1.7 \x00\x01\x02" * 50, {}, None, "") == Survey()
    assert survey_page(b"", {}, None, "") == Survey()


def test_it_reads_as_far_as_the_extraction() -> None:
    page = f"<article><h1>The mole</h1>{TEXT}</article>{'<br>' * MAX_TAGS}<nav><p>{OTHER}</p></nav>"
    assert survey(page).left_out == ()
    assert len(survey(page.replace("<br>", "", 100)).left_out) == 1
