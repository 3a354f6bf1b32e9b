"""Why an offer stands where it stands."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery.choice import explain_place, fits
from scraper.discovery.offers import MARKS, Offer, rank_offers
from scraper.model.types import Listing, SourceKind
from tests.discovery.test_offers import FEED, PAGE, SITE, SITEMAP, listing, offer


def reasons(*offers: Offer) -> list[str]:
    ranked = rank_offers(offers)
    return [explain_place(ranked, place) for place in range(len(ranked))]


def test_the_rule_that_counted_most() -> None:
    feed = offer(FEED, "/feed/", listing(30))
    assert reasons(feed) == ["the only one"]
    assert reasons(feed, offer(PAGE, "/", listing(60))) == ["a feed goes before a front page"] * 2
    news = offer(SITEMAP, "/news.xml", listing(80, is_news=True))
    assert reasons(news, feed)[0] == "a feed goes before a sitemap of news"
    for other, reason in (
        (listing(30, age=timedelta(days=60)), "one with newer articles goes first"),
        (Listing(), "one that lists more goes first"),
        (listing(30), "as good, and the shorter address goes first"),
    ):
        assert reasons(feed, offer(FEED, "/rss.xml", other)) == [reason] * 2
    sport = offer(FEED, "/sport/feed/", listing(30))
    assert reasons(sport, feed) == ["one that fits the address better goes first"] * 2
    fast = offer(FEED, "/feed/", listing(30, every=timedelta(minutes=1)))
    assert (
        reasons(fast, offer(FEED, "/rss.xml", listing(30)))
        == ["one that holds more than a few hours goes first"] * 2
    )


def test_what_fits() -> None:
    wanted = "/politics/"
    assert fits(offer(FEED, "/politics/feed/", listing(20), wanted))
    assert not fits(offer(FEED, "/feed/", listing(20), wanted))
    assert not fits(offer(FEED, "/sport/feed/", listing(20), wanted))
    assert fits(offer(FEED, "/sport/feed/", listing(20), "/"))


@given(
    st.lists(
        st.builds(
            lambda number, kind, marks: Offer(
                url=f"{SITE}/{number}",
                kind=kind,
                title=None,
                via="x",
                links=1,
                newest=None,
                is_news=False,
                per_day=None,
                score=sum(marks),
                why="",
                remarks=(),
                marks=marks,
            ),
            st.integers(0, 99),
            st.sampled_from(SourceKind),
            st.tuples(*[st.sampled_from([-6.0, -1.0, 0.0, 0.5, 2.0])] * len(MARKS)),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_every_place_has_a_reason(offers: list[Offer]) -> None:
    assert all(reasons(*offers))


def test_the_score_is_the_sum_of_the_marks() -> None:
    for one in (offer(FEED, "/feed/", listing(30)), offer(PAGE, "/x/", listing(3, dated=False))):
        assert len(one.marks) == len(MARKS)
        assert one.score == sum(one.marks)
        assert one.why.endswith("; ".join(one.remarks))
