"""What stands around the content is bounded, and so is what all bodies together take."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from scraper.errors import BodyError, NetworkError
from scraper.fetch import FetchPolicy
from scraper.fetch.budget import MemoryBudget
from scraper.fetch.decoding import BodyDecoder
from scraper.fetch.overhead_limit import MAX_AROUND
from scraper.model.types import FetchRequest
from tests.fetch.kit import get, open_fetcher
from tests.servers import Server, endless, head_of, raw, reply, silent
from tests.tables import each_row

pytestmark = pytest.mark.anyio

CHUNKED = head_of(200, [("Transfer-Encoding", "chunked")])
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
POLICY = FetchPolicy(allow_private=True, deadline=20.0)
FLOODS = {
    "interim answers": endless(b"", INTERIM * 1000),
    "chunks of a byte": endless(CHUNKED, b"1\r\ny\r\n" * 5000),
    "chunk extensions": endless(CHUNKED, b"1;" + b"x" * 50_000 + b"\r\ny\r\n"),
}


def by_chunks(body: bytes, size: int) -> bytes:
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize("name", FLOODS)
async def test_a_flood_of_frames_ends_before_its_deadline(name: str) -> None:
    with Server({"/a": FLOODS[name]}) as server:
        with pytest.raises(NetworkError, match="far more around its content") as caught:
            await get(server.url("/a"), policy=POLICY)
        assert caught.value.reason == "protocol"


@pytest.mark.parametrize(("size", "length"), [(1, 20_000), (8, 400_000), (4096, 3_000_000)])
async def test_a_page_in_small_chunks_comes_whole(size: int, length: int) -> None:
    body = b"0123456789abcdef" * (length // 16)
    with Server({"/a": raw(CHUNKED + by_chunks(body, size))}) as server:
        assert (await get(server.url("/a"), policy=POLICY)).body == body


async def test_each_answer_of_a_connection_begins_anew() -> None:
    early = raw(INTERIM * 2000 + head_of(200, [("Content-Length", "1")]) + b"a", keep=True)
    assert len(INTERIM) * 2000 < MAX_AROUND < len(INTERIM) * 2000 * 5
    with Server({"/a": early}) as server:
        async with open_fetcher(POLICY) as fetcher:
            for _ in range(5):
                assert (await fetcher.fetch(FetchRequest(server.url("/a")))).body == b"a"
        assert server.connections == 1


@each_row(
    ("sent", "told"),
    [
        (b"", "the connection was closed without an answer"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "it begins with 'SSH-2.0-OpenSSH_9.6"),
        (b"HTTP/1.1 200 OK\r\nContent-Ty", "it ends within its head"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "ends too early .received 3 bytes"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 150_000, "has no end"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\n\r\n", "another protocol unasked"),
        (b"HTTP/1.1 000 No\r\n\r\n", "its status is 0"),
    ],
)
async def test_what_went_wrong_is_told_in_words(sent: bytes, told: str) -> None:
    with Server({"/a": raw(sent)}) as server:
        with pytest.raises(NetworkError, match=told) as caught:
            await get(server.url("/a"))
        assert caught.value.reason == "protocol"


async def test_an_error_keeps_no_body() -> None:
    with Server({"/a": endless(head_of(200), b"y" * 65536)}) as server:
        with pytest.raises(BodyError) as caught:
            await get(server.url("/a"))
        assert max(map(size_of, kept_by(caught.value))) <= 65536


def size_of(value: object) -> int:
    if isinstance(value, BodyDecoder):
        return value.size
    return len(value) if isinstance(value, bytes | bytearray) else 0


def kept_by(error: BaseException) -> Iterator[object]:
    trace = error.__traceback__
    while trace is not None:
        if "/scraper/" in trace.tb_frame.f_code.co_filename:
            yield from trace.tb_frame.f_locals.values()
        trace = trace.tb_next


async def test_only_some_large_pages_are_in_memory_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scraper.fetch.client.LARGE_BYTES", 100_000)
    monkeypatch.setattr("scraper.fetch.client.LARGE_AT_A_TIME", 1)
    policy = FetchPolicy(allow_private=True, deadline=2)
    routes = {"/large": reply(b"a" * 200_000), "/small": reply(b"a"), "/silent": silent()}
    with Server(routes) as server:
        async with open_fetcher(policy) as fetcher:
            large, small = (FetchRequest(server.url(f"/{n}")) for n in ("large", "small"))
            async with fetcher.room() as held:
                await fetcher.fetch(large, held)
                async with fetcher.room() as room:
                    assert (await fetcher.fetch(small, room)).body == b"a"
                with pytest.raises(NetworkError, match="no complete answer"):
                    async with fetcher.room() as room:
                        await fetcher.fetch(large, room)
            waiting = fetcher.room()
            assert len((await fetcher.fetch(large, waiting)).body) == 200_000
            waiting.leave()
            waiting.leave()
            async with fetcher.room() as room:
                await fetcher.fetch(large, room)


async def test_what_is_kept_together_counts_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages of one article: each is small, and all of them are large."""
    monkeypatch.setattr("scraper.fetch.client.LARGE_BYTES", 100_000)
    monkeypatch.setattr("scraper.fetch.client.LARGE_AT_A_TIME", 1)
    policy = FetchPolicy(allow_private=True, deadline=0.5, max_bytes=100_000)
    with Server({"/part": reply(b"a" * 60_000)}) as server:
        part = FetchRequest(server.url("/part"))
        async with (
            open_fetcher(policy) as fetcher,
            fetcher.room() as first,
            fetcher.room() as second,
        ):
            await fetcher.fetch(part, first)
            await fetcher.fetch(part, second)
            await fetcher.fetch(part, first)  # has the only place from here on
            with pytest.raises(NetworkError, match="no complete answer"):
                await fetcher.fetch(part, second)
            await fetcher.fetch(part, first)
            with pytest.raises(BodyError, match="larger than 20,000 bytes"):
                await fetcher.fetch(part, first)


async def test_a_body_waits_for_its_place_before_it_is_unfolded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One packet may hold all of it: what waits must not have it in memory."""
    monkeypatch.setattr("scraper.fetch.client.LARGE_AT_A_TIME", 1)
    policy = FetchPolicy(allow_private=True, deadline=0.5)
    small = gzip.compress(b"a" * 9_000_000)
    headers = (("Content-Encoding", "gzip"),)
    with Server({"/large": reply(small, headers=headers)}) as server:
        request = FetchRequest(server.url("/large"))
        async with open_fetcher(policy) as fetcher, fetcher.room() as held:
            assert len((await fetcher.fetch(request, held)).body) == 9_000_000
            sizes = record_sizes(monkeypatch)
            with pytest.raises(NetworkError, match="no complete answer"):
                async with fetcher.room() as room:
                    await fetcher.fetch(request, room)
    assert 1_000_000 < max(sizes) < 1_500_000


def record_sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How large the bodies are that ask for room, from here on."""
    sizes: list[int] = []
    take = MemoryBudget.take

    async def recording(room: MemoryBudget, size: int) -> None:
        sizes.append(size)
        await take(room, size)

    monkeypatch.setattr(MemoryBudget, "take", recording)
    return sizes
