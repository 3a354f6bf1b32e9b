"""Lead images: fetched where one asks for them, and kept as a page is."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from struct import pack
from typing import Any
from zipfile import ZipFile
from zlib import compress, crc32

import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator

from storage.database.engine import open_engine, open_to_read
from storage.maintenance.retention import prune
from storage.reading.images import StoredImage, has_images, load_image
from tests.cli.conftest import QUICK
from tests.cli.newspaper import feed, story
from tests.cli.running import Kliping, RunHere
from tests.postgres import postgres
from tests.servers import Behaviour, Server, redirect, reply

LEAD = QUICK.replace("[fetch]\n", '[fetch]\nimages = "lead"\n')


def png(width: int = 3, height: int = 2, colour: int = 0) -> bytes:
    """A whole image of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", crc32(kind + data))

    head = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([colour]) * width) * height
    body = chunk(b"IHDR", head) + chunk(b"IDAT", compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
    + bytes(9)
    + b"\xff\xc0\x00\x11\x08\x00\x05\x00\x07"
    + bytes(9)
)
GIF = b"GIF89a\x07\x00\x05\x00\x00\x00\x00;"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x06\x00\x01\x00\x00\x00"
AVIF = b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf" + bytes(20)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def reader(tmp_path: Path) -> Kliping:
    """Who wants images, may fetch from loopback, and does not wait."""
    return Kliping(tmp_path, LEAD)


def with_image(number: int, address: str) -> str:
    """A story that names this as its image."""
    tag = f'<meta property="og:image" content="{address}">'
    return story(number).replace("</head>", f"{tag}</head>")


def picture(body: bytes, kind: str = "image/jpeg") -> Behaviour:
    return reply(body, headers={"Content-Type": kind})


def image_of(user: Kliping, article_id: int = 1) -> StoredImage | None:
    engine = open_to_read(user.db)
    try:
        image = load_image(engine, article_id)
        assert has_images(engine, [article_id]) == ({article_id} if image else set())
        return image
    finally:
        engine.dispose()


def rows(user: Kliping, query: str) -> list[Any]:
    with closing(sqlite3.connect(user.db)) as connection:
        return connection.execute(query).fetchall()


def test_without_being_asked_for_no_image_is_fetched(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes |= {"/1": reply(with_image(1, "/a.png")), "/a.png": picture(png())}
    assert run_here(kliping, "fetch", server.url("/1")).code == 0
    assert "/a.png" not in server.targets()
    assert image_of(kliping) is None


@pytest.mark.parametrize(
    ("body", "kind", "size"),
    [
        (png(3, 2), "image/png", (3, 2)),
        (JPEG, "image/jpeg", (7, 5)),
        (GIF, "image/gif", (7, 5)),
        (WEBP, "image/webp", (7, 5)),
        (AVIF, "image/avif", (None, None)),
    ],
)
def test_each_kind_is_known_by_its_bytes(
    reader: Kliping,
    run_here: RunHere,
    server: Server,
    body: bytes,
    kind: str,
    size: tuple[int | None, int | None],
) -> None:
    server.routes |= {"/1": reply(with_image(1, "/a.bin")), "/a.bin": picture(body, "text/html")}
    assert run_here(reader, "fetch", server.url("/1")).code == 0
    image = image_of(reader)
    assert image is not None
    assert (image.media_type, image.body) == (kind, body)
    assert (image.width, image.height) == size
    assert run_here(reader, "verify").code == 0
    assert run_here(reader, "fetch", server.url("/1")).code == 0
    assert server.targets().count("/a.bin") == 1, "it was asked for again"


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (picture(SVG), "its first bytes are of no JPEG, PNG, WebP, AVIF or GIF"),
        (picture(SVG, "image/svg+xml"), "its first bytes are of no JPEG, PNG, WebP, AVIF or GIF"),
        (picture(png() + bytes(5_000_000)), "its body is larger than 4,000,000 bytes"),
        (picture(b""), "its first bytes are of no JPEG, PNG, WebP, AVIF or GIF"),
        (reply("gone", 404), "HTTP 404"),
        (redirect("http://169.254.169.254/a.png"), "169.254.169.254"),
    ],
)
def test_what_is_none_is_told_and_tried_three_times(
    reader: Kliping, run_here: RunHere, server: Server, behaviour: Behaviour, why: str
) -> None:
    server.routes |= {"/1": reply(with_image(1, "/a.jpg")), "/a.jpg": behaviour}
    for _ in range(5):
        ended = run_here(reader, "fetch", server.url("/1"))
        assert ended.code == 0, "the article stands for all that"
        if server.targets().count("/a.jpg") == 1:
            assert f"no image: {server.url('/a.jpg')} (article 1): " in ended.err
            assert why in ended.err
    assert server.targets().count("/a.jpg") == 3
    assert image_of(reader) is None
    assert run_here(reader, "verify").code == 0


def test_robots_txt_holds_for_images(reader: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes |= {
        "/1": reply(with_image(1, "/media/a.png")),
        "/media/a.png": picture(png()),
        "/robots.txt": reply("User-agent: *\nDisallow: /media/\n"),
    }
    ended = run_here(reader, "fetch", server.url("/1"))
    assert ended.code == 0
    assert "its robots.txt forbids it" in ended.err
    assert "/media/a.png" not in server.targets()


def test_a_private_address_is_not_asked(tmp_path: Path, run_here: RunHere) -> None:
    user = Kliping(tmp_path, LEAD)
    with Server() as server:
        server.routes["/1"] = reply(with_image(1, "http://[fe80::1]/a.png"))
        ended = run_here(user, "fetch", server.url("/1"))
    assert ended.code == 0
    assert "no image: http://[fe80::1]/a.png (article 1): " in ended.err


def test_a_redirect_is_followed_and_the_named_address_kept(
    reader: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes |= {
        "/1": reply(with_image(1, "/a.png")),
        "/a.png": redirect("/really/b.png"),
        "/really/b.png": picture(png()),
    }
    assert run_here(reader, "fetch", server.url("/1")).code == 0
    image = image_of(reader)
    assert image is not None
    assert image.url == server.url("/a.png")


def test_an_image_of_two_articles_is_stored_once_and_asked_for_once(
    reader: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes |= {
        "/1": reply(with_image(1, "/logo.png")),
        "/2": reply(with_image(2, "/logo.png")),
        "/3": reply(with_image(3, "/same-bytes.png")),
        "/logo.png": picture(png()),
        "/same-bytes.png": picture(png()),
    }
    for number in (1, 2, 3):
        assert run_here(reader, "fetch", server.url(f"/{number}")).code == 0
    assert server.targets().count("/logo.png") == 1
    assert len({image_of(reader, number).digest for number in (1, 2, 3)}) == 1  # type: ignore[union-attr]
    assert rows(reader, "SELECT count(*) FROM snapshot") == [(4,)], "three pages, one image"
    assert run_here(reader, "verify").code == 0
    # Who forgets one article leaves the image to the others.
    for number in (1, 2):
        assert run_here(reader, "forget", str(number), "--yes").code == 0
        assert image_of(reader, 3) is not None
        assert run_here(reader, "verify").code == 0
    assert png() in _unpacked(reader)
    assert run_here(reader, "forget", "3", "--yes").code == 0
    assert rows(reader, "SELECT count(*) FROM image") == [(0,)]
    assert rows(reader, "SELECT count(*) FROM snapshot") == [(0,)]
    assert b"logo.png" not in reader.db.read_bytes()
    assert b"same-bytes.png" not in reader.db.read_bytes()
    assert run_here(reader, "verify").code == 0


def _unpacked(user: Kliping) -> list[bytes]:
    frames = rows(user, "SELECT body FROM snapshot WHERE reference_id IS NULL")
    return [zstandard.decompress(frame) for (frame,) in frames]


def test_exports_have_the_image(
    reader: Kliping, run_here: RunHere, server: Server, tmp_path: Path
) -> None:
    caption = "<figure><img src='/a.png'><figcaption>The pier at noon</figcaption></figure>"
    first = with_image(1, "/a.png").replace("<h1>", f"{caption}<h1>")
    server.routes |= {
        "/1": reply(first),
        "/2": reply(with_image(2, "/a.png")),
        "/3": reply(with_image(3, "/b.avif")),
        "/a.png": picture(png(), "image/png"),
        "/b.avif": picture(AVIF, "image/avif"),
    }
    assert run_here(reader, "fetch", *(server.url(f"/{n}") for n in (1, 2, 3))).code == 0
    book = tmp_path / "book.epub"
    assert run_here(reader, "export", "-o", book).code == 0
    with ZipFile(book) as archive:
        (name,) = [one for one in archive.namelist() if "/images/" in one]
        assert archive.read(name) == png()
        package = archive.read("EPUB/package.opf").decode()
        assert package.count('media-type="image/png"') == 1
        chapters = [archive.read(f"EPUB/articles/{n}.xhtml").decode() for n in (1, 2, 3)]
    assert ["<img " in chapter for chapter in chapters] == [True, True, False]
    assert f'<img src="../{name.removeprefix("EPUB/")}"' in chapters[0]
    for target in (tmp_path / "a.warc.gz", tmp_path / "a.wacz"):
        assert run_here(reader, "export", "-o", target).code == 0
        data = target.read_bytes()
        if target.suffix == ".wacz":
            with ZipFile(target) as archive:
                data = archive.read("archive/data.warc.gz")
        records = [
            (one.rec_type, one.rec_headers.get_header("WARC-Target-URI"), one.raw_stream.read())
            for one in ArchiveIterator(io.BytesIO(data))
        ]
        images = [(kind, url) for kind, url, _ in records if url and "/a.png" in url]
        assert images == [("response", server.url("/a.png"))] * 2
        assert any(body == AVIF for _, url, body in records if url == server.url("/b.avif"))
    # Our own file comes back, and its images are no pages.
    other = Kliping(tmp_path / "other", LEAD)
    other.home.mkdir()
    assert run_here(other, "import", tmp_path / "a.warc.gz").code in (0, 3)
    assert rows(other, "SELECT count(*) FROM article") == [(3,)]


def test_a_publisher_that_forbids_it_keeps_its_image(
    tmp_path: Path, run_here: RunHere, server: Server
) -> None:
    strict = Kliping(tmp_path, f'{LEAD}[rights]\nobey = "strict"\n')
    said = '<meta name="robots" content="noimageindex">'
    page = with_image(1, "/a.png").replace("</head>", f"{said}</head>")
    server.routes |= {"/1": reply(page), "/a.png": picture(png())}
    assert run_here(strict, "fetch", server.url("/1")).code == 0
    for name in ("a.warc", "a.epub"):
        assert run_here(strict, "export", "-o", tmp_path / name).code == 0
    assert png() not in (tmp_path / "a.warc").read_bytes()
    with ZipFile(tmp_path / "a.epub") as archive:
        assert not [one for one in archive.namelist() if "/images/" in one]


def test_prune_and_damage(reader: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes |= {"/1": reply(with_image(1, "/a.png")), "/a.png": picture(png())}
    assert run_here(reader, "fetch", server.url("/1")).code == 0
    with closing(sqlite3.connect(reader.db)) as file, file:
        file.execute("UPDATE image SET url = url || '?' WHERE article_id = 1")
    told = run_here(reader, "verify")
    assert told.code == 74
    assert "no entry of the chain says where it comes from" in told.out + told.err
    with closing(sqlite3.connect(reader.db)) as file, file:
        file.execute("UPDATE image SET url = rtrim(url, '?')")
        file.execute("UPDATE snapshot SET body = zeroblob(9) WHERE url LIKE '%a.png'")
    told = run_here(reader, "verify")
    assert told.code == 74
    assert server.url("/a.png") in told.out + told.err


def test_prune_throws_it_away_for_good(reader: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes |= {"/1": reply(with_image(1, "/a.png")), "/a.png": picture(png())}
    assert run_here(reader, "fetch", server.url("/1")).code == 0
    now = datetime.now(UTC)
    engine = open_engine(reader.db)
    assert prune(engine, now + timedelta(days=1), now).snapshots == 2
    engine.dispose()
    assert image_of(reader) is None
    assert run_here(reader, "verify").code == 0
    assert run_here(reader, "fetch", server.url("/1")).code == 0
    assert server.targets().count("/a.png") == 1, "what was thrown away is not asked for again"


def test_backup_and_copies_have_it(
    reader: Kliping, run_here: RunHere, server: Server, tmp_path: Path
) -> None:
    server.routes |= {"/1": reply(with_image(1, "/a.png")), "/a.png": picture(png())}
    assert run_here(reader, "fetch", server.url("/1")).code == 0
    backup, back = tmp_path / "backup.db", tmp_path / "back.db"
    assert run_here(reader, "db", "backup", backup).code == 0
    server_place = str(postgres().fresh())
    for origin, target in ((reader.db, server_place), (server_place, back)):
        ended = run_here(reader, "db", "copy", origin, target)
        assert ended.code == 0, ended.err
    assert run_here(reader, "verify", env={"KLIPING_DB": server_place}).code == 0
    for path in (backup, back):
        image = image_of(_At(tmp_path, path))
        assert image is not None
        assert image.body == png()


class _At(Kliping):
    def __init__(self, home: Path, path: Path) -> None:
        super().__init__(home)
        self._path = path

    @property
    def db(self) -> Path:
        return self._path


def test_a_source_says_for_itself(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    for number in (1, 2):
        server.routes[f"/{number}"] = reply(with_image(number, f"/{number}.png"))
        server.routes[f"/{number}.png"] = picture(png(colour=number))
        server.routes[f"/feed{number}"] = feed([server.url(f"/{number}")])
    added = run_here(kliping, "sources", "add", server.url("/feed1"), "--images", "lead")
    assert added.code == 0
    assert "kliping: the lead images of its articles are fetched" in added.errors
    assert run_here(kliping, "sources", "add", server.url("/feed2"), "--name", "b").code == 0
    listed = run_here(kliping, "sources", "list", "--json").objects
    assert [one["images"] for one in listed] == ["lead", None]
    ended = run_here(kliping, "crawl", "-v")
    assert f"kliping: image: {server.url('/1.png')} (article 1)" in ended.errors
    assert [image_of(kliping, number) is not None for number in (1, 2)] == [True, False]
    opml = kliping.home / "all.opml"
    opml.write_text(run_here(kliping, "sources", "export").out)
    assert opml.read_text().count(' kliping:images="lead"') == 1
    other = ("--db", kliping.home / "other.db")
    assert run_here(kliping, "sources", "import", opml, *other).code == 0
    listed = run_here(kliping, "sources", "list", "--json", *other).objects
    assert [one["images"] for one in listed] == ["lead", None]
    # Of a known one it is changed; and a source may say no where all others have them.
    again = run_here(kliping, "sources", "add", server.url("/feed2"), "--images", "none", "--json")
    assert again.objects[0]["images"] == "none"
    assert again.errors[-1] == "kliping: no images of its articles are fetched from now on"


def test_many_with_one_logo_ask_once_and_a_dead_host_holds_nobody_up(
    reader: Kliping, run_here: RunHere, server: Server
) -> None:
    with Server() as gone:
        dead = gone.url("/")
    for number in range(1, 7):
        server.routes[f"/logo/{number}"] = reply(with_image(number, "/logo.png"))
        server.routes[f"/dead/{number}"] = reply(with_image(number + 10, f"{dead}{number}.png"))
    server.routes["/logo.png"] = picture(png())
    server.routes["/feed1"] = feed(server.url(f"/logo/{number}") for number in range(1, 7))
    server.routes["/feed2"] = feed(server.url(f"/dead/{number}") for number in range(1, 7))
    assert run_here(reader, "sources", "add", server.url("/feed1"), "--name", "a").code == 0
    assert run_here(reader, "crawl").code == 0
    assert server.targets().count("/logo.png") == 1
    assert rows(reader, "SELECT count(*) FROM image WHERE snapshot_id IS NOT NULL") == [(6,)]
    assert run_here(reader, "sources", "add", server.url("/feed2"), "--name", "b").code == 0
    ended = run_here(reader, "crawl", "-v")
    assert "6 pages: 6 new" in ended.errors[-1]
    assert sum(line.startswith("kliping: no image: ") for line in ended.errors) == 3


def test_what_a_source_says_goes_before_the_settings(
    reader: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes |= {
        "/1": reply(with_image(1, "/a.png")),
        "/a.png": picture(png()),
        "/feed": feed([server.url("/1")]),
    }
    assert run_here(reader, "sources", "add", server.url("/feed"), "--images", "none").code == 0
    assert run_here(reader, "crawl").code == 0
    assert image_of(reader) is None


@pytest.mark.parametrize("value", ["all", "", "LEAD\x1b"])
def test_a_wrong_value_is_refused(
    kliping: Kliping, run_here: RunHere, server: Server, value: str
) -> None:
    server.routes["/feed"] = feed([])
    ended = run_here(kliping, "sources", "add", server.url("/feed"), "--images", value)
    assert (ended.code, len(ended.errors)) == (2, 1)
    assert "must be lead or none" in ended.err
    assert server.targets() == []
    bad = kliping.home / "bad.toml"
    bad.write_text('[fetch]\nimages = "all"\n')
    ended = run_here(kliping, "list", "--config", bad)
    assert ended.code == 2
    assert 'must be "none" or "lead", not' in ended.err
