"""``import`` of records that state a digest of their payload: it is checked, and no page is taken
for what a revisit stands for by a digest, id or address that is false."""

from __future__ import annotations

import gzip
from base64 import b32encode
from collections.abc import Callable
from hashlib import new
from pathlib import Path
from typing import Any

import pytest

from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere
from tests.cli.test_import import PAPER
from tests.storage.warc.makers import answer, by_gzip, record

LATER = "2021-01-01T00:00:00Z"
HTML = ("Content-Type", "text/html; charset=utf-8")


def stated(data: bytes, name: str = "sha1", *, hexadecimal: bool = False) -> str:
    digest = new(name, data).digest()
    return f"{name}:{digest.hex() if hexadecimal else b32encode(digest).decode().rstrip('=')}"


def page(number: int, **more: str) -> bytes:
    return record(f"{PAPER}/news/{number}", answer(story(number).encode()), **more)


def revisit(number: int, digest: str, **more: str) -> bytes:
    return record(
        f"{PAPER}/news/{number}",
        b"",
        kind="revisit",
        date=LATER,
        WARC_Payload_Digest=digest,
        **more,
    )


@pytest.fixture
def run(kliping: Kliping, run_here: RunHere, tmp_path: Path) -> Callable[..., Any]:
    def run(*records: bytes, name: str = "a.warc.gz") -> list[str]:
        file = tmp_path / name
        file.write_bytes(by_gzip(records))
        ended = run_here(kliping, "import", file)
        assert ended.code == 0
        return [line.removeprefix(f"kliping: {file}: ") for line in ended.errors]

    return run


@pytest.mark.parametrize("name", ["sha1", "sha256", "sha512", "md5"])
@pytest.mark.parametrize("hexadecimal", [True, False])
def test_a_digest_that_is_true_is_found_by(
    run: Callable[..., Any], name: str, hexadecimal: bool
) -> None:
    digest = stated(story(1).encode(), name, hexadecimal=hexadecimal)
    assert run(page(1, WARC_Payload_Digest=digest), revisit(1, digest)) == ["1 new, 1 unchanged"]


@pytest.mark.parametrize("taken_of", ["as it came", "without chunks"])
def test_writers_take_it_with_chunks_or_without(run: Callable[..., Any], taken_of: str) -> None:
    packed = gzip.compress(story(1).encode())
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    digest = stated(chunked if taken_of == "as it came" else packed)
    coded = [HTML, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    first = record(f"{PAPER}/news/1", answer(chunked, coded), WARC_Payload_Digest=digest)
    assert run(first, revisit(1, digest)) == ["1 new, 1 unchanged"]


def test_a_digest_of_something_else_is_told_and_leads_nowhere(run: Callable[..., Any]) -> None:
    """Some honest writers state one, so that the page is filed; the true one is found behind it."""
    digest = stated(story(2).encode())
    false, true = page(1, WARC_Payload_Digest=digest), page(2, WARC_Payload_Digest=digest)
    assert run(false, revisit(2, digest)) == [
        "1 new, 1 skipped (1 revisit of a page that is not there), 1 whose payload "
        "does not match its digest",
        f"{PAPER}/news/1: its payload does not match its digest",
    ]
    assert run(false, true, revisit(2, digest), name="b")[0] == (
        "1 new, 2 unchanged, 1 whose payload does not match its digest"
    )


def test_a_digest_of_what_was_cut_is_no_news(run: Callable[..., Any]) -> None:
    digest = stated(b"all of it")
    assert run(page(1, WARC_Payload_Digest=digest, WARC_Truncated="length")) == ["1 new"]


@pytest.mark.parametrize("way", ["id", "address"])
def test_a_reference_to_another_payload_leads_nowhere(run: Callable[..., Any], way: str) -> None:
    first = page(1, WARC_Record_ID="<urn:test:1>")
    refers = {
        "id": {"WARC_Refers_To": "<urn:test:1>"},
        "address": {
            "WARC_Refers_To_Target_URI": f"{PAPER}/news/1",
            "WARC_Refers_To_Date": "2020-02-03T04:05:06Z",
        },
    }[way]
    true, false = (revisit(1, stated(story(n).encode()), **refers) for n in (1, 2))
    assert run(first, true) == ["1 new, 1 unchanged"]
    assert run(first, false, name="b") == [
        "1 unchanged, 1 skipped (1 revisit of a page that is not there)"
    ]
    if way == "address":  # of what the archive has
        assert run(true, page(3), name="c") == ["1 new, 1 unchanged"]
        assert run(false, page(3), name="d") == [
            "1 unchanged, 1 skipped (1 revisit of a page that is not there)"
        ]


def test_what_the_archive_has_without_its_coding_is_found_by_address(
    run: Callable[..., Any],
) -> None:
    """The digest is of bytes that are not kept."""
    packed = gzip.compress(story(1).encode())
    coded = answer(packed, [HTML, ("Content-Encoding", "gzip")])
    run(record(f"{PAPER}/news/1", coded))
    refers = {
        "WARC_Refers_To_Target_URI": f"{PAPER}/news/1",
        "WARC_Refers_To_Date": "2020-02-03T04:05:06Z",
    }
    assert run(revisit(1, stated(packed), **refers), name="b") == ["1 unchanged"]
