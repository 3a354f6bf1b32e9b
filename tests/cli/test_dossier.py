"""``export --format html`` and ``verify --dossier``: a file that proves itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from storage.export.dossier.check import check_dossier
from storage.export.dossier.page import render
from tests.cli.conftest import QUICK
from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere, prepare
from tests.postgres import postgres
from tests.servers import Server, reply

EDIT = "<p>The harbour master said on Friday that the mole would be closed until the autumn.</p>"
EVIL = "Mole \x1b[31m\u202e<script>alert(1)</script>\"'&amp; <img src=x>"
ARABIC = (
    "<p>" + "أعلن مجلس الميناء يوم الثلاثاء تأجيل قراره بشأن الرصيف الشرقي للمدينة. " * 4 + "</p>"
)


def arabic() -> str:
    page = story(3, title="مجلس الميناء يؤجل قراره").replace('lang="en"', 'lang="ar" dir="rtl"')
    head, _, rest = page.partition("<p>In case")
    return head + ARABIC * 4 + "</article></body></html>" + rest[:0]


def fill(run: Callable[..., Any]) -> None:
    """1 and 2 are a story of two outlets, 1 was edited by stealth; 3 is Arabic; 4 is hostile."""
    with Server() as server:
        server.routes["/1"] = reply(story(1))
        server.routes["/copy"] = reply(story(1))
        server.routes["/3"] = reply(arabic())
        server.routes["/4"] = reply(story(4, title=EVIL.replace("<", "&lt;")))
        other = server.url("/copy").replace("127.0.0.1", "localhost")
        for url in (server.url("/1"), other, server.url("/3"), server.url("/4")):
            assert run("fetch", "-q", url).code == 0
        server.routes["/1"] = reply(story(1, title="Harbour council is corrected", edit=EDIT))
        assert run("fetch", "-q", server.url("/1")).code == 0


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    user = Kliping(tmp_path_factory.mktemp("dossier"), QUICK)
    fill(lambda *words: prepare(user, *words))
    return user


@pytest.fixture(scope="module")
def whole(archive: Kliping) -> bytes:
    target = archive.db.parent / "all.html"
    assert prepare(archive, "export", "-q", "-o", target).code == 0
    return target.read_bytes()


def one_of(node: Any, selector: str) -> Any:
    found = node.css_first(selector)
    assert found is not None, selector
    return found


def test_it_shows_all_and_loads_nothing(whole: bytes) -> None:
    page = LexborHTMLParser(whole.decode())
    policy = one_of(page, 'meta[http-equiv="Content-Security-Policy"]').attributes["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert not page.css("script, img, link, iframe, object, form, base, svg, [src], [onerror]")
    links = [one.attributes["href"] or "" for one in page.css("a")]
    assert {one.partition(":")[0] for one in links if one[:1] != "#"} == {"http"}
    assert len(page.css("article")) == 4
    first = one_of(page, "#article-1")
    assert [one.text() for one in first.css("h4")] == ["Version 1", "Version 2 (current)"]
    assert "corrected" in "".join(one.text() for one in first.css("ins"))
    assert "decides" in "".join(one.text() for one in first.css("del"))
    assert "Stealth" in one_of(first, "p.stealth").text()
    events = [one.text() for one in first.css("ol.facts li")]
    assert any("version 2 fetched: headline, 1 paragraph added stealth" in one for one in events)
    assert any("published, as the page of version 1 claims" in one for one in events)
    assert "had it first" in one_of(page, "section").text()
    right = one_of(page, "#article-3 h2").attributes
    assert (right["lang"], right["dir"]) == ("ar", "rtl")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", whole.decode())


def test_whoever_holds_the_archive_checks_the_head(
    archive: Kliping, whole: bytes, run_here: RunHere
) -> None:
    (head,) = re.findall(rb"Chain head: <code>(\d+:[0-9a-f]{64})\n", whole)
    assert int(head.partition(b":")[0]) >= 5
    assert run_here(archive, "verify", "--against", head.decode()).code == 0


def test_the_same_archive_makes_the_same_bytes(
    archive: Kliping, whole: bytes, run_here: RunHere, tmp_path: Path
) -> None:
    target = tmp_path / "again.htm"
    assert run_here(archive, "export", "-q", "-o", target).code == 0
    assert target.read_bytes() == whole
    ended = run_here(archive, "verify", "--dossier", target)
    assert (ended.code, ended.out) == (0, "")
    assert "nothing was changed: 4 articles, 5 versions" in ended.err


def test_only_an_article_a_story_or_what_is_found(archive: Kliping, run_here: RunHere) -> None:
    def ids(*words: str) -> list[int]:
        ended = run_here(archive, "export", "-q", "--format", "jsonl", *words)
        assert ended.code == 0, ended.err
        return [one["id"] for one in ended.objects]

    assert ids("--id", "3", "--id", "1") == [3, 1]
    assert ids("--story", "2") == [1, 2]
    out = run_here(archive, "export", "-q", "--format", "html", "--", "title:corrected").out
    assert re.findall('<article id="article-([0-9]+)">', out) == ["1"]
    for words, said in (
        (["--id", "99"], "no article has the id 99"),
        (["--story", "3"], "article 3: no other article here carries its text"),
        (["--id", "1", "--", "mole"], "give a QUERY, or --id and --story: not both"),
        (["--versions"], "html has all versions as it is"),
    ):
        ended = run_here(archive, "export", "--format", "html", *words)
        assert (ended.code, ended.out) == (2, "")
        assert said in ended.err


def test_what_was_changed_is_told_with_its_place(
    archive: Kliping, whole: bytes, run_here: RunHere, tmp_path: Path
) -> None:
    target = tmp_path / "forged.html"

    def check(content: bytes) -> str:
        target.write_bytes(content)
        ended = run_here(archive, "verify", "--dossier", target)
        assert (ended.code, ended.out) == (74, "")
        assert str(target) in ended.errors[0]
        return ended.err

    shown, _, hidden = whole.rpartition(b'<pre hidden id="data">')
    forged = (
        shown.replace(b"harbour council heard", b"harbour council hated", 1) + whole[len(shown) :]
    )
    assert "in or behind article 1: what is shown is not what the data say" in check(forged)
    assert "its data are not there" in check(shown)
    assert "its bytes are not those of its digest" in check(whole + b" ")
    # Who writes the whole file anew is found by the digests of versions and entries.
    data = json.loads(hidden.partition(b"</pre>")[0])
    data["articles"][0]["versions"][0]["values"]["title"] = "Made up"
    assert "version 1 of article 1: its values are not those of its digest" in check(render(data))
    data = json.loads(hidden.partition(b"</pre>")[0])
    data["articles"][0]["entries"][0]["values"]["url"] = "https://other.example/"
    assert "what it says is not what its digest says" in check(render(data))
    data = json.loads(hidden.partition(b"</pre>")[0])
    data["chain"][0]["digests"][-1] = "00" * 32
    assert "it does not lead to the head" in check(render(data))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_changed_byte_is_found(whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    assert check_dossier(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])[1]


@pytest.mark.parametrize("content", [b"", b"<!DOCTYPE html><p>hello", b"\xff\x00"])
def test_a_file_that_is_no_dossier(
    archive: Kliping, run_here: RunHere, tmp_path: Path, content: bytes
) -> None:
    target = tmp_path / "x.html"
    target.write_bytes(content)
    ended = run_here(archive, "verify", "--dossier", target)
    assert (ended.code, ended.errors) == (2, [f"kliping: {target}: it is no dossier of kliping"])


@pytest.mark.parametrize(
    "data", ["[]", "{}", "[" * 100_000, "9" * 5_000, '{"dossier":1,"head":5}', "NaN", "\\ud800"]
)
def test_data_that_no_kliping_wrote(whole: bytes, data: str) -> None:
    start, _, _ = whole.rpartition(b'<pre hidden id="data">')
    _, findings = check_dossier(start + f'<pre hidden id="data">{data}</pre>\n'.encode())
    assert "none that this kliping writes" in findings[-1].problem


def test_what_may_not_be_given_out_is_not_in_it(run_here: RunHere, tmp_path: Path) -> None:
    """The first version was read with a subscription, the second one without."""
    user = Kliping(tmp_path, f'{QUICK}[sites."127.0.0.1"]\ncookies = "sid=mine"\ninsecure = true\n')
    with Server() as server:
        server.routes["/1"] = reply(story(1, edit="<p>For subscribers only, quite secret.</p>"))
        server.routes["//localhost/2"] = reply(story(2))
        for url in (server.url("/1"), server.url("/2", "localhost")):
            assert run_here(user, "fetch", "-q", url).code == 0
    ended = run_here(user, "export", "--format", "html")
    assert "1 article was read with a subscription and is left out" in ended.err
    assert "secret" not in ended.out
    assert "Left out: 1 (read with a subscription)" in ended.out
    assert check_dossier(ended.out.encode())[1] == []


def test_on_a_server(kliping: Kliping, run_here: RunHere) -> None:
    place = {"KLIPING_DB": str(postgres().fresh())}
    fill(lambda *words: run_here(kliping, *words, env=place))
    ended = run_here(kliping, "export", "-q", "--format", "html", env=place)
    assert ended.code == 0, ended.err
    assert check_dossier(ended.out.encode())[1] == []
