"""DamagedRange inside members, and records across them: what is good behind it is read."""

from __future__ import annotations

import gzip
import io
import random
import zlib
from collections.abc import Callable
from hashlib import sha1
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import zstandard

from storage.warc.opening import RecordFile
from storage.warc.reading import DamagedRange, Record
from tests.storage.warc.makers import LIMIT, answer, by_gzip, in_zip, numbered, read, record, urls

NINE = numbered(9)
ALL = [str(n) for n in range(9)]


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def by_twos(records: list[bytes]) -> bytes:
    pairs = (b"".join(records[at : at + 2]) for at in range(0, len(records), 2))
    return b"".join(gzip.compress(pair, mtime=0) for pair in pairs)


SHAPES: dict[str, Callable[[list[bytes]], bytes]] = {
    "plain": b"".join,
    "each": by_gzip,
    "by twos": by_twos,
    "whole gzip": lambda records: gzip.compress(b"".join(records), mtime=0),
    "whole zstd": lambda records: zstd(b"".join(records)),
    "a zstd frame each": lambda records: b"".join(map(zstd, records)),
    "WACZ of a whole": lambda records: in_zip({"a.warc.gz": gzip.compress(b"".join(records))}),
    "WACZ, deflated": lambda records: in_zip({"a.warc": b"".join(records)}, ZIP_DEFLATED),
}


def wrong_digest(n: int) -> bytes:
    block = answer(b"<p>of another digest" * 40)
    stated = f"sha1:{sha1(b'other').hexdigest()}"
    return record(f"https://paper.example/{n}", block, WARC_Block_Digest=stated)


def wrong_length(n: int, by: int) -> bytes:
    block = answer(b"<p>of another length" * 40)
    return record(f"https://paper.example/{n}", block, Content_Length=str(len(block) + by))


DAMAGE = {
    "digest": wrong_digest(4),
    "a little short": wrong_length(4, -7),
    "short, before empty lines": record(
        "https://paper.example/4", answer(b"<p>\r\n\n\r\nmore"), Content_Length="47"
    ),
    "short": wrong_length(4, -500),
    "a little long": wrong_length(4, 11),
    "over the next record": wrong_length(4, 1500),
    "over all that is left": wrong_length(4, 500_000),
    "over what is held": wrong_length(4, 3 * LIMIT),
    "endless": wrong_length(4, 10**17),
    "no length": record("https://paper.example/4", Content_Length="many"),
    "no head": b"WARC/1.0\r\nwhat is this\r\n\r\n" + b"text " * 90 + b"\r\n\r\n",
    "garbage": b"garbage\r\n" * 70,
    "garbage in one line": random.Random(4).randbytes(3000).replace(b"\n", b"") + b"\r\n",
    "half a head": NINE[4][:60] + b"\r\n",
    "half a record": NINE[4][: len(NINE[4]) // 2] + b"\n",
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("damage", DAMAGE)
def test_one_bad_record_costs_no_other(path: Path, shape: str, damage: str) -> None:
    path.write_bytes(SHAPES[shape]([*NINE[:4], DAMAGE[damage], *NINE[5:]]))
    found = read(path)
    assert urls(found) == [*ALL[:4], "!", *ALL[5:]]
    with RecordFile(path, LIMIT) as file:
        for one in found:
            again = file.read(one.location) if isinstance(one, Record) else None
            assert isinstance(one, DamagedRange) or (again and again.block == one.block)
    (told,) = (one for one in found if isinstance(one, DamagedRange))
    assert told.reason
    assert 0 < told.size < 5000


@pytest.mark.parametrize("shape", SHAPES)
def test_several_bad_records(path: Path, shape: str) -> None:
    bad = [*DAMAGE.values()]
    records = [one for pair in zip(bad, NINE, strict=False) for one in pair]
    path.write_bytes(SHAPES[shape]([*records, *NINE]))
    names = urls(read(path))
    assert [name for name in names if name != "!"] == [*ALL, *ALL]
    assert names.count("!") == len(NINE)


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [37, 300, 701, 5000])
@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_records_that_span_members(path: Path, size: int, pack: object) -> None:
    assert callable(pack)
    members = [pack(piece) for piece in cut(b"".join(NINE), size)]
    path.write_bytes(b"".join(members))
    found = read(path)
    assert urls(found) == ALL
    with RecordFile(path, LIMIT) as file:
        for one in found:
            assert isinstance(one, Record)
            again = file.read(one.location)
            assert again is not None
            assert (again.url, again.block) == (one.url, one.block)
    for done, one in enumerate(found, start=1):
        rest = urls(read(path, one.behind))
        assert rest[len(rest) - len(ALL[done:]) :] == ALL[done:]
        assert "!" not in rest


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_damage_among_members_that_records_span(path: Path, pack: object) -> None:
    assert callable(pack)
    members = [pack(piece) for piece in cut(b"".join(NINE), 300)]
    at = len(members) // 2
    members[at] = members[at][:30] + b"\xff\xff\xff" + members[at][33:]
    path.write_bytes(b"".join(members))
    names = urls(read(path))
    assert names.count("!") == 1
    lost = len(ALL) + 1 - len(names)
    assert lost <= 2
    where = names.index("!")
    assert names == [*ALL[:where], "!", *ALL[where + lost :]]


def test_head_and_block_in_members_of_their_own(path: Path) -> None:
    pieces: list[bytes] = []
    for one in NINE:
        head, _, block = one.partition(b"\r\n\r\n")
        pieces += [head + b"\r\n\r\n", block[:-4], b"\r\n\r\n"]
    path.write_bytes(by_gzip(pieces))
    assert urls(read(path)) == ALL


def test_a_record_in_a_page_is_text_of_that_page(path: Path) -> None:
    """Where each record has its own member, what looks like one inside a broken one is none."""
    planted = record("https://bank.example/planted", answer(b"<p>planted"))
    host = record(
        "https://evil.example/", answer(b"<pre>\r\n\r\n" + planted), Content_Length="9999999"
    )
    for pack in (by_gzip, lambda records: b"".join(map(zstd, records))):
        path.write_bytes(pack([*NINE[:3], host, *NINE[3:]]))
        assert urls(read(path)) == [*ALL[:3], "!", *ALL[3:]]
    short = record("https://evil.example/", answer(b"\r\n" + planted * 2), Content_Length="30")
    path.write_bytes(by_gzip([*NINE[:3], short, *NINE[3:]]))
    assert urls(read(path)) == [*ALL[:3], "!", *ALL[3:]]


def test_a_payload_digest_is_no_reason(path: Path) -> None:
    """Writers take it of many things: of the body as sent, without chunks, or unpacked."""
    one = record("https://paper.example/a", WARC_Payload_Digest=f"sha1:{'0' * 40}")
    path.write_bytes(gzip.compress(one + NINE[0]))
    assert urls(read(path)) == ["a", "0"]


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_what_is_whole_of_a_cut_member_is_taken(path: Path, kind: str) -> None:
    noise = random.Random(7)
    records = [
        record(f"https://paper.example/{n}", answer(noise.randbytes(90_000))) for n in range(9)
    ]
    whole = gzip.compress(b"".join(records)) if kind == "gzip" else zstd(b"".join(records))
    path.write_bytes(whole[: len(whole) * 2 // 3])
    assert urls(read(path)) in ([*ALL[:5], "!"], [*ALL[:6], "!"])


@pytest.mark.parametrize("shape", SHAPES)
def test_any_damage_to_what_is_unfolded_is_told(path: Path, shape: str) -> None:
    """Bytes of the records are changed, and then compressed, so that no checksum helps."""
    chance = random.Random(shape)
    for _ in range(60):
        records = [bytearray(one) for one in NINE]
        hurt = {chance.randrange(9) for _ in range(chance.choice((1, 2, 4)))}
        for number in hurt:
            one = records[number]
            at, size = chance.randrange(len(one)), chance.randrange(1, 80)
            match chance.randrange(3):
                case 0:
                    del one[at : at + size]
                case 1:
                    one[at:at] = chance.randbytes(size)
                case 2:
                    one[at : at + size] = chance.randbytes(len(one[at : at + size]))
        path.write_bytes(SHAPES[shape]([*map(bytes, records)]))
        names = urls(read(path))
        for number in {*range(9)} - hurt:
            if number - 1 not in hurt:  # a record may reach into the one behind it
                assert str(number) in names, (hurt, names)


def test_zip64_and_a_comment(path: Path) -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        with archive.open("archive/a.warc.gz", "w", force_zip64=True) as member:
            member.write(gzip.compress(b"".join(NINE)))
        archive.comment = b"PK\x05\x06 " * 40
    path.write_bytes(out.getvalue())
    assert [one for one in urls(read(path)) if one != "!"] == ALL


def test_entries_that_overlap_are_read_once(path: Path) -> None:
    whole = bytearray(in_zip({"a.warc.gz": by_gzip(NINE), "b.warc.gz": by_gzip(NINE)}))
    second = whole.rfind(b"PK\x01\x02")
    whole[second + 42 : second + 46] = bytes(4)  # where the first one is
    path.write_bytes(whole)
    found = read(path)
    assert [one for one in urls(found) if one != "!"] == ALL
    assert "overlaps" in "".join(one.reason for one in found if isinstance(one, DamagedRange))


def test_flushes_are_no_members(path: Path) -> None:
    engine = zlib.compressobj(6, zlib.DEFLATED, 31)
    data = b"".join(engine.compress(one) + engine.flush(zlib.Z_FULL_FLUSH) for one in NINE)
    path.write_bytes(data + engine.flush())
    assert urls(read(path)) == ALL


PACKED = {"gzip": gzip.compress, "zstd": zstd}


def digested(n: int, size: int = 200) -> bytes:
    words = random.Random(n).choices(["harbour", "ferry", "council", "night", "b", "of"], k=size)
    block = answer(f"<p>story {n} {' '.join(words)}".encode())
    stated = f"sha1:{sha1(block).hexdigest()}"
    return record(f"https://paper.example/{n}", block, WARC_Block_Digest=stated)


def begun(kind: str) -> Any:
    if kind == "zstd":
        return zstandard.ZstdDecompressor().decompressobj()
    return zlib.decompressobj(31)


@pytest.mark.parametrize("kind", PACKED)
def test_what_a_member_holds_before_damage_is_taken(path: Path, kind: str) -> None:
    """Also where all is unfolded in one call, which fails."""
    records = [digested(n, 3_000 if kind == "zstd" else 200) for n in range(19)]  # several blocks
    whole, names = PACKED[kind](b"".join(records)), [str(n) for n in range(19)]
    found, step = set[int](), len(whole) // 150
    for at in range(20, len(whole), step):
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        path.write_bytes(damaged)
        before = max(begun(kind).decompress(whole[:at]).count(b"WARC/1.0") - 1, 0)
        assert urls(read(path))[:before] == names[:before]
        assert "!" in urls(read(path))
        found.add(before)
    assert len(found) > (2 if kind == "zstd" else 15)
    damaged = bytearray(whole)
    damaged[-3 if kind == "zstd" else -7] ^= 0xFF  # its checksum
    path.write_bytes(damaged)
    assert urls(read(path)) == [*names[:-1], "!"]


def stored(data: bytes) -> bytes:
    """A gzip member that has its text as it is."""
    engine = zlib.compressobj(0, zlib.DEFLATED, 31)
    return engine.compress(data) + engine.flush()


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
@pytest.mark.parametrize("begins", [True, False])
def test_a_member_in_a_page_is_text_of_that_page(path: Path, kind: str, begins: bool) -> None:
    """It passes through as it is, where nothing can be compressed any further."""
    forged, more = (
        PACKED[kind](record(f"https://bank.example/{n}", answer(b"<p>forged"))) for n in "fg"
    )
    noise = random.Random(3).randbytes(40_000)
    host = record("https://evil.example/", answer(noise + forged + noise + more + noise))
    for pack in (stored, gzip.compress) if kind == "gzip" else (zstd,):
        broken = bytearray(pack(host))
        assert forged in broken
        broken[-6] ^= 0xFF if kind == "gzip" else 0  # the checksum
        broken[2_000] ^= 0xFF
        before = b"" if begins else by_gzip(NINE[:3])
        behind = by_gzip(NINE[3:])
        if kind == "zstd":
            before = b"" if begins else b"".join(map(zstd, NINE[:3]))
            behind = b"".join(map(zstd, NINE[3:]))
        path.write_bytes(before + broken + behind)
        assert urls(read(path)) == [*([] if begins else ALL[:3]), "!", *ALL[3:]]


@pytest.mark.parametrize("kind", PACKED)
def test_a_member_in_a_page_that_is_damaged_before_it_or_cut_behind(path: Path, kind: str) -> None:
    forged = PACKED[kind](record("https://bank.example/forged", answer(b"<p>forged")))
    chance = random.Random(3)
    text = " ".join(str(chance.random()) for _ in range(20_000)).encode()
    host = record(
        "https://evil.example/",
        answer(text + chance.randbytes(205_000) + forged + chance.randbytes(60_000)),
    )
    whole = PACKED[kind](host)
    at = whole.index(forged)
    damaged = bytearray(whole)
    damaged[3_000:3_300] = chance.randbytes(300)
    if kind == "gzip":  # of zstd the checksum alone may tell
        with pytest.raises(zlib.error):
            begun(kind).decompress(damaged[:at])
    before, behind = (b"".join(map(PACKED[kind], some)) for some in (NINE[:3], NINE[3:]))
    path.write_bytes(before + damaged + behind)
    assert urls(read(path)) == [*ALL[:3], "!", *ALL[3:]]
    for size in (len(forged), len(forged) + 9, len(forged) + 500):
        path.write_bytes(before + whole[: at + size])
        assert urls(read(path)) == [*ALL[:3], "!"]


def in_blocks(*texts: bytes) -> bytes:
    """A gzip member of stored blocks, its checksum broken."""
    member = b"\x1f\x8b\x08" + bytes(7)
    for number, text in enumerate(texts, start=1):
        size = len(text)
        member += b"%c" % (number == len(texts)) + size.to_bytes(2, "little")
        member += (size ^ 0xFFFF).to_bytes(2, "little") + text
    return member + bytes(8)


def test_a_member_in_a_page_that_a_block_ends_in(path: Path) -> None:
    """What the file has there is a member, with the head of a block in its own head."""
    forged = gzip.compress(record("https://bank.example/forged", answer(b"<p>forged")))
    host = record("https://evil.example/", b"", Content_Length="9999999")
    size = len(forged) - 9
    head = b"\x01" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little")
    whole = forged[:4] + head + forged[9:]
    within = in_blocks(host + whole[:4], whole[9:])
    before = in_blocks(host, forged[2:].ljust(0x74E0, b"."))  # inverted it reads 1f 8b
    for broken, there in ((within, whole), (before, forged)):
        assert there in broken
        assert gzip.decompress(there).startswith(b"WARC/1.0")
        path.write_bytes(by_gzip(NINE[:3]) + broken + by_gzip(NINE[3:]))
        assert urls(read(path)) == [*ALL[:3], "!", *ALL[3:]]


def test_a_member_in_a_bomb_is_text_of_it(path: Path) -> None:
    forged = gzip.compress(record("https://bank.example/forged", answer(b"<p>forged")))
    noise = random.Random(3).randbytes(40_000)
    page = answer(bytes(150 << 20) + noise + forged + noise)
    bomb = gzip.compress(record("https://evil.example/", page))
    assert forged in bomb
    path.write_bytes(by_gzip(NINE[:3]) + bomb + by_gzip(NINE[3:]))
    assert urls(read(path)) == [*ALL[:3], "!", *ALL[3:]]


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_what_lies_behind_a_torn_member_is_read(path: Path, kind: str) -> None:
    """Though its own data seems to go on in those behind it."""
    for n in range(40):
        members = [PACKED[kind](digested(number)) for number in range(9)]
        members[4] = members[4][: 40 + n * (len(members[4]) - 50) // 40]
        path.write_bytes(b"".join(members))
        assert urls(read(path)) == [*ALL[:4], "!", *ALL[5:]]
