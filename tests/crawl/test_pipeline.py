"""What counts as a page, and how a page is left after a capture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scraper.model.jobs import PageJob
from scraper.model.types import Article, Capture, Response, Validators, Verdict
from scraper.pages.capture import settle
from scraper.pages.page_reader import other_kind
from tests.tables import each_row

NOW = datetime(2024, 9, 2, 6, 27, tzinfo=UTC)
URL = "https://news.example/a"


def response(body: bytes, media_type: str | None = None, status: int = 200) -> Response:
    headers = (("Content-Type", media_type),) if media_type else ()
    return Response(URL, URL, status, headers, body, NOW)


@each_row(
    ("body", "media_type", "kind"),
    [
        (b"<p>text", "text/html; charset=utf-8", None),
        (b"", "text/html", None),
        (b"plain words", None, None),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>", "text/plain", None),
        (b"<html>", "application/octet-stream", None),
        (b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', "text/xml", None),
        (b"%PDF-1.7", "application/pdf", "application/pdf"),
        (b"%PDF-1.7", "text/html", "binary data"),
        (b"\x89PNG\r\n", "image/png", "image/png"),
        (b'{"a": 1}', "application/json", "application/json"),
        (b"words", "text/plain", "text/plain"),
        (b"<rss version='2.0'>", "text/html", "a feed or sitemap"),
        (b"<?xml version='1.0'?><urlset>", "text/xml", "a feed or sitemap"),
        (b"<broken", "text/xml", "text/xml"),
    ],
)
def test_what_is_a_page(body: bytes, media_type: str | None, kind: str | None) -> None:
    assert other_kind(response(body, media_type)) == kind


JOB = PageJob(7, URL, "news.example", NOW - timedelta(days=1), failures=2, source_id=3)


def test_a_good_page_is_visited_again_and_its_failures_forgotten() -> None:
    article = Article(verdict=Verdict.ARTICLE)
    answer = Response(URL, URL, 200, (("ETag", '"x"'),), b"<p>", NOW)
    left = settle(Capture(URL, NOW, answer, article), JOB, 5, NOW)
    assert (left.page_id, left.run_id, left.source_id, left.failures) == (7, 5, 3, 0)
    assert left.validators == Validators('"x"', None)
    assert left.next_due_at is not None
    assert left.next_due_at > NOW


def test_a_304_keeps_the_validators_it_does_not_repeat() -> None:
    job = PageJob(7, URL, "news.example", NOW, validators=Validators('"old"', None))
    left = settle(Capture(URL, NOW, response(b"", status=304)), job, 5, NOW)
    assert left.validators == Validators('"old"', None)
    assert left.failures == 0


@pytest.mark.parametrize(
    ("capture", "at_least"),
    [
        (Capture(URL, NOW, reason="timeout: no answer"), timedelta(minutes=10)),
        (Capture(URL, NOW, response(b"", status=404), reason="http_404"), timedelta(days=1)),
        (Capture(URL, NOW, response(b"<p>"), Article(verdict=Verdict.SOFT_404)), timedelta(days=1)),
        (Capture(URL, NOW, response(b""), reason="not_html: x", rejected=True), timedelta(days=1)),
    ],
)
def test_what_brought_nothing_comes_back_later(capture: Capture, at_least: timedelta) -> None:
    left = settle(capture, JOB, 5, NOW)
    assert left.failures == 3
    assert not left.validators
    assert left.next_due_at is not None
    assert left.next_due_at - NOW >= at_least


def test_what_failed_by_hand_is_not_queued() -> None:
    left = settle(Capture(URL, NOW, reason="timeout: no answer"), None, None, NOW)
    assert left.next_due_at is None
    assert left.page_id is None
