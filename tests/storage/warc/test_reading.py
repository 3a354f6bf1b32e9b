"""Records out of files: every form, every kind of damage."""

from __future__ import annotations

import gzip
import io
import random
import zlib
from hashlib import sha1
from pathlib import Path
from zipfile import ZIP_DEFLATED

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.errors import ParseError
from storage.warc import budget
from storage.warc.heads import location_of, parse_date, parse_digest, parse_head
from storage.warc.opening import RecordFile
from storage.warc.reading import DamagedRange, Record
from tests.storage.warc.makers import (
    DATE,
    LIMIT,
    answer,
    by_gzip,
    by_zstd,
    in_zip,
    numbered,
    read,
    record,
    urls,
)

NINE = numbered(9)
ALL = [str(n) for n in range(9)]
FORMS = {
    "plain": b"".join(NINE),
    "gzip": by_gzip(NINE),
    "gzip as a whole": gzip.compress(b"".join(NINE), mtime=0),
    "zstd": by_zstd(NINE),
    "zstd as a whole": zstandard.ZstdCompressor().compress(b"".join(NINE)),
    "zstd with a dictionary": by_zstd(NINE, NINE[0]),
    "zstd with a packed dictionary": by_zstd(NINE, NINE[0], packed=True),
    "WACZ": in_zip({"pages/pages.jsonl": b"{}", "archive/data.warc.gz": by_gzip(NINE)}),
    "WACZ of two": in_zip(
        {"archive/a.warc.gz": by_gzip(NINE[:4]), "archive/b.warc.zst": by_zstd(NINE[4:])}
    ),
    "WACZ, deflated": in_zip({"archive/data.warc": b"".join(NINE)}, ZIP_DEFLATED),
}
APART = ("plain", "gzip", "zstd", "zstd with a dictionary", "WACZ")
"""Forms in which one record can be damaged alone."""


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_records(path: Path, form: str) -> None:
    path.write_bytes(FORMS[form])
    found = read(path)
    assert urls(found) == ALL
    for taken, whole in zip(found, NINE, strict=True):
        assert isinstance(taken, Record)
        assert taken.block == whole.partition(b"\r\n\r\n")[2][:-4]
        assert taken.taken_at == parse_date(DATE)


@pytest.mark.parametrize("form", FORMS)
def test_reading_goes_on_from_any_position(path: Path, form: str) -> None:
    path.write_bytes(FORMS[form])
    found = read(path)
    for done, one in enumerate(found, start=1):
        assert isinstance(one, Record)
        rest = urls(read(path, one.behind))
        assert rest == ALL[done:] or "as a whole" in form or "deflated" in form
        assert rest[-len(ALL[done:]) :] == ALL[done:] or done == 9


@pytest.mark.parametrize("form", FORMS)
def test_a_record_is_read_again_by_its_place(path: Path, form: str) -> None:
    path.write_bytes(FORMS[form])
    found = read(path)
    with RecordFile(path, LIMIT) as file:
        for one in reversed(found):
            assert isinstance(one, Record)
            assert file.read(one.location) == one


@pytest.mark.parametrize("form", APART)
def test_a_damaged_record_is_named_and_passed_over(path: Path, form: str) -> None:
    whole = FORMS[form]
    path.write_bytes(whole)
    starts = [one.behind for one in read(path)]
    at = starts[3]  # of the fifth record
    broken = bytearray(whole)
    broken[at : at + 12] = b"\0" * 12
    path.write_bytes(broken)
    found = read(path)
    assert urls(found) == [*ALL[:4], "!", *ALL[5:]]
    (damaged,) = (one for one in found if isinstance(one, DamagedRange))
    assert damaged.at == at
    assert damaged.behind == starts[4]
    assert damaged.size == starts[4] - at
    assert damaged.reason


@pytest.mark.parametrize("form", APART)
def test_what_is_whole_of_a_cut_file_is_taken(path: Path, form: str) -> None:
    whole = FORMS[form]
    path.write_bytes(whole)
    last = read(path)[7]
    assert isinstance(last, Record)
    end = read(path)[8].behind
    for cut in (last.behind + 1, (last.behind + end) // 2, end - 9):
        path.write_bytes(whole[:cut])
        names = urls(read(path))
        assert names[-9:] == [*ALL[:8], "!"]
        assert form == "WACZ" or len(names) == 9


def test_bytes_between_members(path: Path) -> None:
    members = [by_gzip([one]) for one in NINE]
    path.write_bytes(members[0] + b"\0" * 70_000 + members[1] + b"junk" + members[2] + b"\0" * 9)
    assert urls(read(path)) == ["0", "1", "!", "2"]


def test_a_length_that_is_not_true(path: Path) -> None:
    for wrong in ("5", "900000", "-1", "9" * 30, "x"):
        records = [NINE[0], record("https://paper.example/x", Content_Length=wrong), NINE[1]]
        for data in (b"".join(records), by_gzip(records)):
            path.write_bytes(data)
            assert urls(read(path)) == ["0", "!", "1"]


def test_a_block_that_its_digest_was_not_taken_of(path: Path) -> None:
    block = answer(b"<p>true")
    good = record(
        "https://paper.example/good", block, WARC_Block_Digest=f"sha1:{sha1(block).hexdigest()}"
    )
    bad = record("https://paper.example/bad", block, WARC_Block_Digest=f"sha1:{'0' * 40}")
    odd = record("https://paper.example/odd", block, WARC_Block_Digest="crc32:99")
    path.write_bytes(good + bad + odd)
    assert urls(read(path)) == ["good", "!", "odd"]


def test_odd_but_true(path: Path) -> None:
    block = answer(b"<p>x")
    unix = record("https://paper.example/unix", block).replace(b"\r\n", b"\n")
    unix = unix.replace(
        b"Content-Length: %d" % len(block), b"Content-Length: %d" % (len(block) - 3)
    )
    folded = record("https://paper.example/folded", X_More="one\r\n  two")
    bracketed = record("<https://paper.example/bracketed>")
    old = record("https://paper.example/old").replace(b"WARC/1.0", b"WARC/0.17", 1)
    long = record("https://paper.example/" + "x" * 40_000)
    path.write_bytes(b"\r\n\r\n" + unix + folded + bracketed + old + long + b"\r\n\r\n")
    names = urls(read(path))
    assert names[:4] == ["unix", "folded", "bracketed", "old"]
    assert names[4:] == ["x" * 40_000]


def test_a_folded_line_belongs_to_the_field_above_it() -> None:
    lines = [b"WARC-Type: x", b"Content-Length: 1", b"X: a", b" b", b"x: c", b"\td"]
    assert parse_head(lines).fields["x"] == "a b"


def test_kinds_that_are_not_kept_cost_no_memory(path: Path) -> None:
    large = record(None, b"x" * (3 << 20), kind="resource")
    over = record("https://paper.example/over", answer(b"y" * (2 << 20)))
    path.write_bytes(by_gzip([large, over, NINE[0]]))
    found = read(path)
    assert urls(found) == ["?", "over", "0"]
    assert [one.block is None for one in found if isinstance(one, Record)] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_bomb_is_passed_over(path: Path, kind: str) -> None:
    size = 300 << 20
    head = record("https://paper.example/bomb", b"", Content_Length=str(size))[:-4]
    if kind == "gzip":
        engine = zlib.compressobj(9, zlib.DEFLATED, 31)
        bomb = engine.compress(head)
        for _ in range(size >> 20):
            bomb += engine.compress(b"\0" * (1 << 20))
        bomb += engine.flush()
        data = bomb + by_gzip(NINE[:2])
    else:
        packer = zstandard.ZstdCompressor().compressobj()
        bomb = packer.compress(head)
        for _ in range(size >> 20):
            bomb += packer.compress(b"\0" * (1 << 20))
        data = bomb + packer.flush() + by_zstd(NINE[:2])
    path.write_bytes(data)
    found = read(path)
    assert urls(found) == ["!", "0", "1"]
    assert isinstance(found[0], DamagedRange)
    assert "times its size" in found[0].reason


def test_zips_that_mean_harm(tmp_path: Path) -> None:
    path = tmp_path / "inside" / "x.wacz"
    path.parent.mkdir()
    members = {
        "../../evil.warc.gz": by_gzip(NINE[:1]),
        "/etc/b.warc": NINE[1],
        "c\0d.warc": NINE[2],
    }
    path.write_bytes(in_zip(members))
    assert urls(read(path))[:2] == ["0", "1"]
    assert [one.name for one in tmp_path.rglob("*")] == ["inside", "x.wacz"]
    bomb = in_zip({"archive/z.warc": record(None, b"\0" * (200 << 20), kind="x")}, ZIP_DEFLATED)
    path.write_bytes(bomb)
    (damaged,) = read(path)
    assert isinstance(damaged, DamagedRange)
    assert "times its size" in damaged.reason
    whole = bytearray(in_zip({"a.warc.gz": by_gzip(NINE[:1]), "b.warc.gz": by_gzip(NINE[1:2])}))
    for offset, value in ((20, 0xFFFFFF0), (42, 0), (42, 0xFFFFFFF), (8, 1), (10, 99)):
        second = whole.rfind(b"PK\x01\x02")
        broken = bytearray(whole)
        width = 4 if offset in (20, 42) else 2
        broken[second + offset : second + offset + width] = value.to_bytes(width, "little")
        path.write_bytes(broken)
        assert "!" in urls(read(path))
        assert {"0", "1"} & {*urls(read(path))}
    for harm in (whole[:-22], whole[:-22] + whole[-22:-10] + b"\xff" * 4 + whole[-6:]):
        path.write_bytes(harm)
        found = read(path)
        assert [one for one in urls(found) if one != "!"] == ["0", "1"]
        assert isinstance(found[0], DamagedRange)
        assert "ZIP directory cannot be read" in found[0].reason


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 nothing", "no WARC or WACZ"),
        (gzip.compress(b"127.0.0.1 - - GET /"), "no WARC or WACZ"),
        (b"\x28\xb5\x2f\xfd\x00\x01\x02", "the file ends in it"),
        (b"PK\x03\x04", "ZIP directory"),
        (b"\x5d\x2a\x4d\x18\xff\xff\xff\x7f", "no WARC or WACZ"),
        (b"filedesc://x.arc 0.0.0.0 20200101 text/plain 70\n", "ARC file"),
        (gzip.compress(b"filedesc://x.arc 0.0.0.0 20200101 text/plain 70\n"), "ARC file"),
    ],
)
def test_what_is_no_web_archive(path: Path, data: bytes, words: str) -> None:
    path.write_bytes(data)
    with RecordFile(path, LIMIT) as file:
        assert not [one for one in file.records() if isinstance(one, Record)]
        assert words in str(file.no_warc())
    path.write_bytes(in_zip({"a.txt": data}))
    with pytest.raises(ParseError, match="without a WARC"):
        RecordFile(path, LIMIT)


def test_what_warcio_writes(path: Path) -> None:
    out = io.BytesIO()
    for version in ("1.0", "1.1"):
        writer = WARCWriter(out, gzip=True, warc_version=version)
        info = writer.create_warcinfo_record("x.warc.gz", {"software": "test"})
        writer.write_record(info)
        info.raw_stream.close()
        for number in range(3):
            headers = StatusAndHeaders(
                "200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1"
            )
            url = f"https://paper.example/{version}-{number}"
            body = io.BytesIO(b"<p>%d" % number)
            made = writer.create_warc_record(url, "response", payload=body, http_headers=headers)
            writer.write_record(made)
            made.raw_stream.close()
    path.write_bytes(out.getvalue())
    found = read(path)
    assert urls(found)[1:4] == ["1.0-0", "1.0-1", "1.0-2"]
    assert urls(found)[5:] == ["1.1-0", "1.1-1", "1.1-2"]


BLOCKS = {one.partition(b"\r\n\r\n")[2][:-4] for one in NINE}
CHECKED = ("gzip", "zstd", "zstd with a dictionary", "WACZ")
"""Forms whose checksums let nothing pass that is not as it was."""
SOURCES = {name: FORMS[name] for name in (*APART, "gzip as a whole", "WACZ, deflated")}


@pytest.mark.parametrize("form", SOURCES)
def test_any_damage_ends_in_records_and_named_places(path: Path, form: str) -> None:
    """A share of 60,000 files that were damaged so, none of which led to anything else."""
    chance, whole = random.Random(form), SOURCES[form]
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3, 30))):
            at = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    data[at] ^= 1 << chance.randrange(8)
                case 2:
                    del data[at : at + chance.randrange(1, 60)]
                case 3:
                    data[at:at] = data[chance.randrange(len(data)) :][:50]
        path.write_bytes(data)
        try:
            found = read(path)
        except ParseError:
            continue
        places = [one.behind for one in found]
        assert places == sorted(places)
        if form in CHECKED:
            assert all(one.block in BLOCKS for one in found if isinstance(one, Record))


@given(st.binary(max_size=3000))
@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_bytes_at_all(path: Path, data: bytes) -> None:
    for start in (
        b"",
        b"WARC/1.0\r\n",
        b"\x1f\x8b\x08\x00",
        b"\x28\xb5\x2f\xfd",
        b"\x5d\x2a\x4d\x18",
    ):
        path.write_bytes(start + data)
        assert not [one for one in read(path) if isinstance(one, Record) and one.url]


def test_dates_and_digests() -> None:
    assert str(parse_date("2020-01-02T03:04:05.1234567Z")) == "2020-01-02 03:04:05.123456+00:00"
    assert str(parse_date("2020-01-02")) == "2020-01-02 00:00:00+00:00"
    assert str(parse_date("2016")) == "2016-01-01 00:00:00+00:00"
    assert parse_date("2016-12-31T23:59:60Z") is not None
    for bad in (
        "",
        "20200102030405",
        "2020-13-01",
        "0001-01-01",
        "2020-01-02T03:04:05+01:00",
        "٢٠٢٠",
    ):
        assert parse_date(bad) is None
    digest = sha1(b"x").digest()
    assert parse_digest(f"sha1:{digest.hex()}") == ("sha1", digest)
    assert parse_digest("SHA-1:CH3NQ7RZHVTWQD7RN22KJNTQLZBYVZAO") is not None
    for bad in (
        "",
        "sha1:",
        "sha1:zz",
        "sha256:" + digest.hex(),
        "x:" + digest.hex(),
        "sha1:" + "a" * 999,
    ):
        assert parse_digest(bad) is None
    assert location_of(b"HTTP/1.1 301 x\r\nLOCATION:  /there \r\n\r\nLocation: /no") == "/there"
    assert location_of(b"HTTP/1.1 301 x\r\nX: y\r\n\r\nLocation: /no") is None


@pytest.mark.parametrize("case", ["bomb", "cut", "other"])
def test_a_file_of_one_member_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """All of it is one member, so that nothing behind the damage can be found."""
    monkeypatch.setattr(budget, "FREE", 1 << 20)
    content, said = {
        "bomb": (
            gzip.compress(record(block=answer(bytes(4 << 20))) + record()),
            "its first record cannot be read: it expands to more than 400 times its size",
        ),
        "cut": (
            by_zstd([record(block=answer(random.Random(1).randbytes(9_999)))])[:5_000],
            "its first record cannot be read: the file ends in it",
        ),
        "other": (gzip.compress(b"a diary, for example"), "no WARC or WACZ file"),
    }[case]
    path = tmp_path / "a file"
    path.write_bytes(content)
    with RecordFile(path, LIMIT) as file:
        assert not any(isinstance(one, Record) for one in file.records())
        assert said in str(file.no_warc())
