"""What the archive does with what a page brought."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, func, select

from scraper.errors import AddressError
from scraper.model.types import (
    Block,
    BlockKind,
    Candidate,
    Capture,
    Decision,
    Outcome,
    Precision,
    Provenance,
    Settlement,
    Validators,
    Verdict,
    Zone,
)
from storage.archive import Archive
from storage.database.engine import reading
from storage.models import Article, Base, Fetch, Page, Snapshot, Version
from storage.reading.library import Library
from tests.storage.makers import (
    BY_HAND,
    LONG,
    NOW,
    make_article,
    make_capture,
    make_failed,
    make_rejected,
    make_response,
)

A, B, C = "https://a.example/story", "https://a.example/other", "https://b.example/story"
EDITED = LONG + " and more"


def save(archive: Archive, capture: Capture, settlement: Settlement = BY_HAND) -> Decision:
    return archive.save(capture, settlement, NOW)


def count(engine: Engine, model: type[Base]) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


# ---------------------------------------------------------------------- new and the same


def test_a_new_page_is_filed_whole(archive: Archive, library: Library) -> None:
    jakarta = timezone(timedelta(hours=7))
    article = make_article(
        "First.\nSecond.",
        "The title",
        byline="By Ana Ruiz",
        authors=("Ana Ruiz", "Bo"),
        published_at=datetime(2024, 9, 2, 13, 27, tzinfo=jakarta),
        published_zone=Zone.ASSUMED,
        modified_at=datetime(2024, 9, 3, 8, 0, tzinfo=jakarta),
        blocks=(Block(BlockKind.HEADING, "First.", level=2), Block(BlockKind.QUOTE, "Second.")),
        language="id",
        site_name="A",
        image_url="https://a.example/i.jpg",
        section="Karo",
        tags=("one", "two"),
        provenance={"title": Provenance("h1", 0.9, (Candidate("x", "og:title", 0.5),))},
    )
    decision = save(archive, make_capture(A, article))
    assert decision == Decision(Outcome.NEW, None, 1, filed=True)
    record = library.get(1)
    assert record is not None
    for name in (
        "title byline authors published_at published_precision published_zone modified_at body "
        "blocks language site_name image_url section tags provenance verdict"
    ).split():
        assert getattr(record, name) == getattr(article, name), name
    assert record.published_at is not None
    assert record.published_at.utcoffset() == timedelta(hours=7)
    assert (record.versions, record.url, record.canonical_url) == (1, A, A)


def test_saving_a_capture_again_stores_nothing(archive: Archive, engine: Engine) -> None:
    save(archive, make_capture(A))
    assert save(archive, make_capture(A)) == Decision(Outcome.UNCHANGED, None, 1)
    assert [count(engine, model) for model in (Article, Version, Snapshot)] == [1, 1, 1]
    assert count(engine, Fetch) == 2


def test_other_bytes_around_the_same_text_store_nothing(archive: Archive, engine: Engine) -> None:
    save(archive, make_capture(A, body=b"one"))
    assert save(archive, make_capture(A, body=b"another advertisement")).outcome == "unchanged"
    assert count(engine, Snapshot) == 1


@pytest.mark.parametrize(
    "spelling",
    [
        "http://www.a.example/story/",
        "https://m.a.example/story?utm_source=x#top",
        "https://a.example/story/amp",
    ],
)
def test_spellings_of_an_address_meet(archive: Archive, library: Library, spelling: str) -> None:
    save(archive, make_capture(A))
    assert save(archive, make_capture(spelling)) == Decision(Outcome.UNCHANGED, None, 1)
    found = library.find(spelling)
    assert found is not None
    assert found.id == 1


def test_a_page_that_answers_under_another_spelling_is_asked_there(
    archive: Archive, engine: Engine
) -> None:
    save(archive, make_failed("http://www.a.example/story"))
    save(archive, make_capture("http://www.a.example/story", final=A))
    with reading(engine) as session:
        rows = session.execute(select(Base.metadata.tables["page"])).all()
    assert [(row.url, row.host) for row in rows] == [(A, "a.example")]


def test_a_304_only_moves_the_time_of_the_last_check(
    archive: Archive, library: Library, engine: Engine
) -> None:
    save(archive, make_capture(A), Settlement(NOW, validators=Validators('"1"', "Mon")))
    later = NOW + timedelta(days=1)
    answer = Capture(A, later, make_response(A, b"", status=304))
    decision = archive.save(answer, Settlement(later, validators=Validators('"2"')), later)
    assert decision == Decision(Outcome.UNCHANGED, None, 1)
    record = library.get(1)
    assert record is not None
    assert (record.last_checked_at, record.first_seen_at) == (later, NOW)
    with reading(engine) as session:
        sent = session.execute(select(Page.etag, Page.last_modified)).one()
    assert tuple(sent) == ('"2"', "Mon")


def test_an_address_that_is_none_stores_nothing(archive: Archive, engine: Engine) -> None:
    with pytest.raises(AddressError):
        save(archive, make_capture("mailto:someone"))
    assert count(engine, Fetch) == 0


# ---------------------------------------------------------------------- edits


def test_an_edit_is_a_second_version(archive: Archive, library: Library) -> None:
    save(archive, make_capture(A))
    assert save(archive, make_capture(A, make_article(EDITED))).outcome == "changed"
    record = library.get(1)
    assert record is not None
    assert (record.versions, record.body) == (2, EDITED)
    assert [(one.number, one.current, one.body) for one in library.versions(1)] == [
        (1, False, LONG),
        (2, True, EDITED),
    ]


def test_an_edit_taken_back_is_the_first_version_again(archive: Archive, library: Library) -> None:
    for body in (LONG, EDITED):
        save(archive, make_capture(A, make_article(body)))
    assert save(archive, make_capture(A)).outcome == "changed"
    assert [one.current for one in library.versions(1)] == [True, False]
    assert save(archive, make_capture(A)).outcome == "unchanged"


def test_typography_and_relative_times_are_no_edit(archive: Archive) -> None:
    save(archive, make_capture(A, make_article('"So" - he said', published_relative=True)))
    same = make_article("“So” – he\u00a0said", published_at=NOW, published_relative=True)
    assert save(archive, make_capture(A, same)).outcome == "unchanged"


def test_a_stated_date_takes_the_place_of_a_guess(archive: Archive, library: Library) -> None:
    guess = make_article(published_at=NOW - timedelta(minutes=28), published_relative=True)
    stated = make_article(published_at=NOW - timedelta(minutes=40))
    moved = make_article(published_at=NOW - timedelta(days=4))
    outcomes = [
        save(archive, make_capture(A, one)).outcome for one in (guess, stated, guess, moved)
    ]
    assert outcomes == ["new", "unchanged", "unchanged", "changed"]
    record = library.get(1)
    assert record is not None
    assert (record.published_at, record.versions) == (moved.published_at, 2)


def test_a_day_gets_its_time(archive: Archive, library: Library) -> None:
    day = make_article(
        published_at=datetime(2026, 2, 28, tzinfo=UTC), published_precision=Precision.DAY
    )
    minute = make_article(published_at=datetime(2026, 2, 28, 9, 30, tzinfo=UTC))
    outcomes = [save(archive, make_capture(A, one)).outcome for one in (day, minute, day)]
    assert outcomes == ["new", "unchanged", "unchanged"]
    record = library.get(1)
    assert record is not None
    assert (record.published_at, record.versions) == (minute.published_at, 1)


def test_another_stated_date_is_an_edit(archive: Archive) -> None:
    save(archive, make_capture(A))
    other = make_article(published_at=NOW, modified_at=NOW)
    assert save(archive, make_capture(A, other)).outcome == "changed"


# ---------------------------------------------------------------------- copies


def test_the_same_text_on_the_same_site_is_one_article(archive: Archive, library: Library) -> None:
    save(archive, make_capture(A))
    decision = save(archive, make_capture("https://news.a.example/copy"))
    assert (decision.outcome, decision.article_id, decision.filed) == ("duplicate", 1, False)
    assert len(library.list()) == 1
    assert library.addresses(1) == [A, "https://news.a.example/copy"]
    assert save(archive, make_capture("https://news.a.example/copy")).outcome == "unchanged"


def test_a_copy_with_a_headline_of_its_own_is_no_edit(archive: Archive, library: Library) -> None:
    save(archive, make_capture(A))
    copy = make_capture(B, make_article(title="Another headline"))
    assert [save(archive, copy).outcome for _ in range(2)] == ["duplicate", "unchanged"]
    assert save(archive, make_capture(A)).outcome == "unchanged"
    record = library.get(1)
    assert record is not None
    assert (record.title, record.url, record.canonical_url) == ("A title", A, A)


def test_the_same_text_elsewhere_is_linked_and_filed(archive: Archive, library: Library) -> None:
    save(archive, make_capture(A))
    decision = save(archive, make_capture(C, make_article(title="Their headline")))
    assert (decision.outcome, decision.article_id, decision.filed) == ("duplicate", 2, True)
    record = library.get(2)
    assert record is not None
    assert record.duplicate_of == 1
    assert save(archive, make_capture(C, make_article(title="Their headline"))).outcome == (
        "unchanged"
    )


def test_short_texts_of_one_template_are_no_copies(archive: Archive) -> None:
    save(archive, make_capture(A, make_article("Sunny.", "Weather on Monday")))
    decision = save(archive, make_capture(B, make_article("Sunny.", "Weather on Tuesday")))
    assert decision.outcome == "new"


def test_a_declared_address_that_is_known_adds_an_address(
    archive: Archive, library: Library
) -> None:
    save(archive, make_capture(A))
    print_page = make_article(LONG[: len(LONG) // 3] + " Print version.", declared_url=A)
    for expected in ("duplicate", "duplicate"):
        decision = save(archive, make_capture(A + "/print", print_page))
        assert (decision.outcome, decision.article_id, decision.filed) == (expected, 1, False)
    record = library.get(1)
    assert record is not None
    assert (record.versions, record.body, record.url) == (1, LONG, A)
    found = library.find(A + "/print")
    assert found is not None
    assert found.id == 1


def test_a_template_that_declares_one_address_for_all_joins_nothing(
    archive: Archive, library: Library
) -> None:
    texts = [" ".join(f"{name}{number}" for number in range(150)) for name in ("one", "two", "six")]
    urls = [f"https://a.example/t/{number}" for number in range(3)]
    for _ in range(2):
        for url, text in zip(urls, texts, strict=True):
            save(archive, make_capture(url, make_article(text, text[:40], declared_url=A)))
    assert len(library.list()) == 3
    for url, text in zip(urls, texts, strict=True):
        found = library.find(url)
        assert found is not None
        assert (found.body, found.versions) == (text, 1)


def test_a_page_that_stops_being_a_copy_becomes_an_article(
    archive: Archive, library: Library
) -> None:
    save(archive, make_capture(A))
    save(archive, make_capture(B, make_article(declared_url=A)))
    other = make_article("Something else entirely. " * 40, "Another story", declared_url=A)
    decision = save(archive, make_capture(B, other))
    assert (decision.outcome, decision.article_id, decision.filed) == ("new", 2, True)
    assert save(archive, make_capture(B, other)).outcome == "unchanged"
    first, second = library.find(A), library.find(B)
    assert first is not None
    assert second is not None
    assert (first.body, second.title) == (LONG, "Another story")


def test_edits_are_seen_at_the_page_that_an_article_is_known_from(archive: Archive) -> None:
    """… also where that page declares another address, which nobody has fetched."""
    save(archive, make_capture(A + "/print", make_article(declared_url=A)))
    edit = make_article(EDITED, declared_url=A)
    assert save(archive, make_capture(A + "/print", edit)).outcome == "changed"


def test_an_edit_is_none_the_less_one_where_the_page_now_declares_a_dead_address(
    archive: Archive, library: Library
) -> None:
    save(archive, make_capture(A))
    save(archive, make_capture(B, make_article("", None, verdict=Verdict.SOFT_404, evidence="x")))
    edit = make_capture(A, make_article(EDITED, declared_url=B))
    assert save(archive, edit) == Decision(Outcome.CHANGED, None, 1)
    assert save(archive, edit).outcome == "unchanged"
    assert [(one.canonical_url, one.versions) for one in library.list()] == [(B, 2)]


def test_an_article_that_returns_to_its_address_with_another_headline(archive: Archive) -> None:
    longer = f"{LONG} And so on."
    save(archive, make_capture(A))
    save(archive, make_capture(B, make_article(longer, "Old")))
    assert save(archive, make_capture(B, make_article(declared_url=A))).article_id == 1
    back = make_capture(B, make_article(longer, "New"))
    assert save(archive, back) == Decision(Outcome.CHANGED, None, 2)
    assert save(archive, back).outcome == "unchanged"


@pytest.mark.parametrize("declared", ["https://a.example/", "https://evil.example/x", "nonsense:"])
def test_a_declared_address_that_does_not_count(
    archive: Archive, library: Library, declared: str
) -> None:
    save(archive, make_capture(A, make_article(declared_url=declared)))
    save(archive, make_capture(B, make_article("Another text.", declared_url=declared)))
    assert [one.canonical_url for one in library.list()] == [B, A]


def test_a_redirect_gives_the_article_both_addresses(archive: Archive, library: Library) -> None:
    save(archive, make_capture("https://t.example/1", final=A))
    assert library.addresses(1) == ["https://t.example/1", A]
    assert save(archive, make_capture(A)).outcome == "unchanged"


def test_the_final_address_decides_whose_a_redirecting_one_is(
    archive: Archive, library: Library
) -> None:
    save(archive, make_capture(A))
    save(archive, make_capture(B, make_article("Another text.")))
    moved = make_capture(A, make_article("Another text."), final=B)
    assert save(archive, moved) == Decision(Outcome.UNCHANGED, None, 2)
    found = library.find(A)
    assert found is not None
    assert found.id == 2
    # The redirect goes away: the old text is still the first article's, and no edit of the second.
    assert save(archive, make_capture(A)).article_id == 1
    record = library.get(2)
    assert record is not None
    assert record.versions == 1


# ---------------------------------------------------------------------- no article


def test_a_page_that_is_no_article_is_recorded_with_its_reason(
    archive: Archive, library: Library, engine: Engine
) -> None:
    decision = save(archive, make_rejected(A, Verdict.SOFT_404))
    assert decision == Decision(Outcome.REJECTED, "soft_404: it says so", 1)
    assert library.list() == []
    (record,) = library.list(rejected=True)
    assert (record.url, record.verdict, record.evidence) == (A, "soft_404", "it says so")
    save(archive, make_rejected(A, Verdict.SOFT_404))
    assert [count(engine, model) for model in (Article, Version, Snapshot)] == [1, 0, 1]


def test_no_error_page_replaces_a_good_text(archive: Archive, library: Library) -> None:
    save(archive, make_capture(A))
    for verdict in (Verdict.SOFT_404, Verdict.CONSENT_WALL, Verdict.TEASER, Verdict.EMPTY):
        teaser = make_article("Only the first lines.", verdict=verdict, evidence="cut")
        decision = save(archive, make_capture(A, teaser))
        assert decision == Decision(Outcome.REJECTED, f"{verdict}: cut", 1)
    record = library.get(1)
    assert record is not None
    assert (record.verdict, record.body, record.versions) == ("article", LONG, 1)
    assert library.list(rejected=True) == []


def test_a_rejected_page_that_turns_out_well_is_filed_last(
    archive: Archive, library: Library
) -> None:
    save(archive, make_rejected(A, Verdict.CONSENT_WALL))
    save(archive, make_capture(B, make_article("Another text.")))
    assert save(archive, make_capture(A)) == Decision(Outcome.NEW, None, 1, filed=True)
    assert [one.id for one in library.list()] == [1, 2]
    assert library.list(rejected=True) == []


def test_a_teaser_is_kept_until_the_whole_text_comes(archive: Archive, library: Library) -> None:
    teaser = make_article("The first lines.", verdict=Verdict.TEASER, evidence="paywall")
    for _ in range(2):
        assert save(archive, make_capture(A, teaser)).reason == "teaser: paywall"
    record = library.get(1)
    assert record is not None
    assert (record.verdict, record.body, record.versions) == ("teaser", "The first lines.", 0)
    assert save(archive, make_rejected(A, Verdict.LOGIN_WALL)).outcome == "rejected"
    assert [one.verdict for one in library.list(rejected=True)] == ["teaser"]
    assert save(archive, make_capture(A)) == Decision(Outcome.NEW, None, 1, filed=True)
    assert [(one.accepted, one.current) for one in library.versions(1)] == [
        (False, False),
        (True, True),
    ]


def test_a_teaser_that_counts_as_whole_by_new_rules(archive: Archive, library: Library) -> None:
    save(archive, make_capture(A, make_article(verdict=Verdict.TEASER)))
    assert save(archive, make_capture(A, make_article(extractor_version="2"))).outcome == "new"
    assert [one.accepted for one in library.versions(1)] == [True]


def test_a_wall_that_many_pages_lead_to_does_not_join_them(
    archive: Archive, library: Library
) -> None:
    wall = "https://a.example/login"
    for url in (A, B):
        save(archive, make_rejected(url, Verdict.LOGIN_WALL, final=wall))
    assert [one.url for one in library.list(rejected=True)] == [wall]
    assert save(archive, make_capture(A)).outcome == "new"
    assert save(archive, make_capture(B, make_article("Another text."))).outcome == "new"
    assert len(library.list()) == 2


def test_a_rejected_page_that_turns_out_a_copy_goes_into_the_article(
    archive: Archive, library: Library, engine: Engine
) -> None:
    save(archive, make_capture(A))
    teaser = make_article("The first lines.", verdict=Verdict.TEASER)
    save(archive, make_capture(B, teaser))
    decision = save(archive, make_capture(B))
    assert (decision.outcome, decision.article_id, decision.filed) == ("duplicate", 1, False)
    assert count(engine, Article) == 1
    assert library.addresses(1) == [A, B]
    assert [one.accepted for one in library.versions(1)] == [True, False]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("not_html: application/pdf", "media: not_html: application/pdf"),
        ("extraction_timeout: 10 s", "empty: extraction_timeout: 10 s"),
    ],
)
def test_an_answer_that_could_not_be_read(archive: Archive, reason: str, expected: str) -> None:
    capture = Capture(A, NOW, make_response(A), reason=reason, rejected=True)
    assert save(archive, capture) == Decision(Outcome.REJECTED, expected, 1)


def test_a_failure_leaves_no_article(archive: Archive, library: Library, engine: Engine) -> None:
    assert save(archive, make_failed(A)) == Decision(Outcome.FAILED, "timeout")
    gone = Capture(A, NOW, make_response(A, status=404), reason="http_404")
    assert save(archive, gone) == Decision(Outcome.FAILED, "http_404")
    assert [count(engine, model) for model in (Article, Snapshot, Fetch)] == [0, 0, 2]
    assert library.find(A) is None
    assert save(archive, make_capture(A)).outcome == "new"
    assert save(archive, make_failed(A)).article_id == 1


# ---------------------------------------------------------------------- extractors


def test_what_our_rules_changed_is_no_edit(archive: Archive, library: Library) -> None:
    payload = b"a page with an advertisement"
    save(archive, make_capture(A, make_article(LONG + "\nAdvertisement"), body=payload))
    new = make_article(LONG, extractor_version="2")
    stale = archive.load_stale(A, "2")
    assert stale is not None
    assert (stale.extractor_version, stale.response.url) == ("1", A)
    assert stale.response.body == payload
    assert save(archive, make_capture(A, new, baseline=new)).outcome == "unchanged"
    record = library.get(1)
    assert record is not None
    assert (record.body, record.versions) == (LONG, 1)
    assert [one.cause for one in library.versions(1)] == ["publisher", "extractor"]
    assert library.versions(1)[1].payload_digest == library.versions(1)[0].payload_digest
    assert archive.load_stale(A, "2") is None


def test_the_publishers_edit_under_new_rules(archive: Archive, library: Library) -> None:
    save(archive, make_capture(A, make_article(LONG + "\nAdvertisement")))
    baseline = make_article(LONG, extractor_version="2")
    edit = make_article(EDITED, extractor_version="2")
    assert save(archive, make_capture(A, edit, baseline=baseline)).outcome == "changed"
    assert [(one.cause, one.current) for one in library.versions(1)] == [
        ("publisher", False),
        ("extractor", False),
        ("publisher", True),
    ]
    record = library.get(1)
    assert record is not None
    assert record.versions == 2


def test_a_version_that_new_rules_confirm_is_not_read_again(archive: Archive) -> None:
    save(archive, make_capture(A))
    same = make_article(extractor_version="2")
    assert archive.load_stale(A, "2") is not None
    assert save(archive, make_capture(A, same, baseline=same)).outcome == "unchanged"
    assert archive.load_stale(A, "2") is None


def test_nothing_is_stale_where_there_is_no_good_text(archive: Archive) -> None:
    save(archive, make_rejected(A, Verdict.EMPTY))
    save(archive, make_capture(B, make_article("Short", verdict=Verdict.TEASER)))
    assert [archive.load_stale(url, "9") for url in (A, B, C)] == [None, None, None]


# ---------------------------------------------------------------------- odd values


def test_text_that_no_database_takes_is_cleaned(archive: Archive, library: Library) -> None:
    bad = "a\0b\ud800c"
    article = make_article(
        bad,
        bad,
        authors=(bad,),
        tags=(bad,),
        blocks=(Block(BlockKind.PARAGRAPH, bad),),
        provenance={"title": Provenance(bad, float("nan"), (Candidate(bad, bad, 1.0),))},
    )
    save(archive, make_capture(A, article))
    record = library.get(1)
    assert record is not None
    good = "ab\ufffdc"
    assert (record.title, record.body, record.authors) == (good, good, (good,))
    assert [block.text for block in record.blocks] == [good]
    assert save(archive, make_capture(A, article)).outcome == "unchanged"


def test_a_date_at_the_end_of_the_calendar_is_stored(archive: Archive, library: Library) -> None:
    west = timezone(-timedelta(hours=7))
    last = datetime(9999, 12, 31, 23, tzinfo=west)
    article = make_article(published_at=last, published_precision=Precision.HOUR)
    assert save(archive, make_capture(A, article)).outcome == "new"
    record = library.get(1)
    assert record is not None
    assert record.published_at is not None
    assert record.published_at.year == 9999


def test_blocks_that_are_not_the_body_keep_their_texts(archive: Archive, library: Library) -> None:
    blocks = (Block(BlockKind.PARAGRAPH, "one"), Block(BlockKind.LIST_ITEM, "two", level=1))
    save(archive, make_capture(A, make_article("Something else", blocks=blocks)))
    record = library.get(1)
    assert record is not None
    assert record.blocks == blocks
