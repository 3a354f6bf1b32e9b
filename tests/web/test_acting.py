"""Acting in the reading room: who may, who may not, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from commands.settings.password import Hashed
from scraper.model.types import SourceKind
from storage.database.engine import open_engine
from storage.frontier.sources import Sources
from storage.reading.library import Library
from storage.reading.watches import Watches
from tests.cli.newspaper import feed, story
from tests.clocks import FakeClock
from tests.postgres import postgres
from tests.servers import Server, reply
from tests.web.desks import acting
from tests.web.rooms import NOON, Room, fill, serving
from web.acts.door import LASTS
from web.acts.jobs import Jobs
from web.site import Acting

PASSWORD = "a long word that nobody guesses"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Person:
    """A browser, with its cookies, on pages of the room."""

    room: Room
    jobs: Jobs | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.room.get(path, Cookie=self._cookie(), **headers)

    def post(
        self, path: str, form: dict[str, str] | str, /, **headers: str | None
    ) -> httpx.Response:
        given: dict[str, str | None] = {
            "Origin": self.room.address,
            "Content-Type": FORM,
            "Cookie": self._cookie(),
        }
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.room.request(
            "POST",
            path,
            content=form if isinstance(form, str) else urlencode(form),
            headers={name: value for name, value in given.items() if value is not None},
        )
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0].strip('"')
        return answer

    def form_token(self) -> str:
        page = LexborHTMLParser(self.get("/desk").content)
        return str(page.css("input[name=form_token]")[0].attributes["value"])

    def send(self, path: str, **form: str) -> str:
        """The text of the page that tells what became of a form."""
        answer = self.post(path, {"form_token": self.form_token(), **form})
        assert answer.status_code == 303, answer.text
        where = answer.headers["location"]
        job = self.jobs.get(int(where.rpartition("/")[2])) if self.jobs else None
        assert job is not None
        assert job.ended.wait(120)
        (main,) = LexborHTMLParser(self.get(where).content).css("main")
        return " ".join(main.text().split())

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    fill(tmp_path / "news.db")
    return tmp_path / "news.db"


@pytest.fixture
def desk(place: Path, clock: FakeClock) -> Iterator[tuple[Room, Acting]]:
    """A room to act in, with a token."""
    site = acting(place, clock)
    with serving(place, acting=site) as room:
        yield room, site


@pytest.fixture
def person(desk: tuple[Room, Acting]) -> Person:
    """Who is logged in."""
    room, site = desk
    found = Person(room, site.jobs)
    assert found.post("/login", {"token": site.door.token or ""}).status_code == 303
    return found


# ------------------------------------------------------------------ who may


def test_without_write_there_is_nothing_to_act_with(place: Path) -> None:
    with serving(place) as room:
        for path in ("/login", "/desk", "/clip?url=https://example.org/", "/jobs/1"):
            assert room.get(path).status_code == 404
        reader = Person(room)
        for path in ("/login", "/clip", "/sources/add", "/sources/1/retry", "/watches/remove"):
            assert reader.post(path, {}).status_code in (404, 405)
        for path in ("/", "/sources", "/sources/1", "/runs"):
            page = LexborHTMLParser(room.get(path).content)
            assert not page.css("form[method=post]")
            assert "Log in" not in page.css("header")[0].text()


def test_who_is_not_logged_in_sees_no_control_and_is_sent_to_the_login(
    desk: tuple[Room, Acting],
) -> None:
    stranger = Person(desk[0])
    for path in ("/", "/sources", "/sources/1"):
        assert not LexborHTMLParser(stranger.get(path).content).css("form[method=post]")
    for path in ("/desk", "/jobs/1", "/clip?again=1"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    answer = stranger.post("/clip", {"url": "https://example.org/"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_the_token_works_once(desk: tuple[Room, Acting]) -> None:
    room, site = desk
    token = site.door.token or ""
    assert token in room.get(f"/login?token={token}").text  # to look is not to use
    first, second = Person(room), Person(room)
    assert first.post("/login", {"token": token + "x"}).status_code == 403
    answer = first.post("/login", {"token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert re.fullmatch(
        r"kliping-\d+=[\w-]{43}; HttpOnly; Path=/; SameSite=strict", answer.headers["set-cookie"]
    )
    assert first.get("/desk").status_code == 200
    refused = second.post("/login", {"token": token})
    assert refused.status_code == 403
    assert "was used already" in refused.text
    assert second.post("/login", {"token": ""}).status_code == 403


def test_below_the_path_of_a_proxy(place: Path, clock: FakeClock) -> None:
    site = acting(place, clock)
    with serving(place, acting=site, root_path="/kliping") as room:
        person = Person(room)
        answer = person.post("/kliping/login", {"token": site.door.token or ""})
        assert answer.headers["location"] == "/kliping/desk"
        assert "; Path=/kliping; " in answer.headers["set-cookie"]
        page = LexborHTMLParser(person.get("/kliping/desk").content)
        actions = {str(form.attributes["action"]) for form in page.css("form")}
        assert len(actions) > 3
        assert all(action.startswith("/kliping/") for action in actions)
        script = str(page.css("a[href^='javascript:']")[0].attributes["href"])
        assert f'"{room.address}/kliping/clip?url="' in script


def test_a_session_ends(desk: tuple[Room, Acting], person: Person, clock: FakeClock) -> None:
    clock.advance(LASTS - 1)
    assert person.get("/desk").status_code == 200  # it lasts from its last use on
    clock.advance(LASTS - 1)
    assert person.get("/desk").status_code == 200
    clock.advance(LASTS)
    assert person.get("/desk").status_code == 303


def test_logging_out(person: Person) -> None:
    kept = dict(person.cookies)
    assert person.post("/logout", {"form_token": person.form_token()}).status_code == 303
    person.cookies = kept
    assert person.get("/desk").status_code == 303


def test_a_password_and_tries_that_are_slowed(place: Path, clock: FakeClock) -> None:
    site = acting(place, clock, password=Hashed.of(PASSWORD, (2, 1, 1)))
    assert site.door.token is None
    with serving(place, acting=site) as room:
        someone = Person(room)
        codes = [
            someone.post("/login", {"password": f"{number}"}).status_code for number in range(6)
        ]
        assert codes == [403, 403, 403, 403, 429, 429]
        refused = someone.post("/login", {"password": PASSWORD})
        assert refused.status_code == 429  # also for the right one
        clock.advance(int(refused.headers["retry-after"]))
        waits = []
        for _ in range(12):
            assert someone.post("/login", {"password": ""}).status_code == 403
            waits.append(int(someone.post("/login", {"password": ""}).headers["retry-after"]))
            clock.advance(waits[-1])
        assert waits == sorted(waits)
        assert waits[-1] == 300
        assert someone.post("/login", {"token": ""}).status_code == 403
        assert someone.post("/login", {"password": PASSWORD}).status_code == 303
        assert someone.get("/desk").status_code == 200
        assert PASSWORD not in someone.get("/desk").text


# ------------------------------------------------------------------ other sites' pages


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": None},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "http://evil.example", "Sec_Fetch_Site": "same-origin"},
        {"Host": "evil.example"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Content_Type": "text/plain"},
        {"Content_Type": "multipart/form-data; boundary=x"},
    ],
)
def test_a_foreign_form_is_refused(
    desk: tuple[Room, Acting], person: Person, headers: dict[str, str | None]
) -> None:
    form = {"form_token": person.form_token(), "url": "https://example.org/", "token": "x"}
    codes = {"Host": 421, "Content_Type": 415}.get(next(iter(headers)), 403)
    for path in ("/clip", "/login", "/logout", "/sources/add", "/watches/remove"):
        assert person.post(path, form, **headers).status_code == codes
    assert desk[1].jobs.list() == []


@pytest.mark.parametrize("token", [None, "", "x", "ü", "x" * 43])
def test_a_form_without_its_token_is_refused(
    desk: tuple[Room, Acting], person: Person, token: str | None
) -> None:
    form = {"url": "https://example.org/"} | ({} if token is None else {"form_token": token})
    assert person.post("/clip", form).status_code == 403
    assert desk[1].jobs.list() == []


def test_a_form_of_another_session_is_refused(place: Path, clock: FakeClock) -> None:
    with serving(
        place, acting=acting(place, clock, password=Hashed.of(PASSWORD, (2, 1, 1)))
    ) as room:
        ann, bob = Person(room), Person(room)
        for one in (ann, bob):
            assert one.post("/login", {"password": PASSWORD}).status_code == 303
        assert ann.post("/clip", {"form_token": bob.form_token(), "url": "x"}).status_code == 403


def test_a_browser_that_tells_no_origin_but_where_it_is_from(person: Person) -> None:
    form = {"form_token": person.form_token(), "url": "no address"}
    headers: dict[str, str | None] = {"Origin": "null", "Sec_Fetch_Site": "same-origin"}
    assert person.post("/clip", form, **headers).status_code == 400  # heeded, and no address


def test_reading_changes_nothing(desk: tuple[Room, Acting], person: Person) -> None:
    for path in ("/logout", "/sources/add", "/sources/1/retry", "/watches/remove"):
        assert person.get(path).status_code in (404, 405)
    assert person.get("/clip?url=https://example.org/").status_code == 200
    assert desk[1].jobs.list() == []


def test_a_form_without_end_or_measure(person: Person) -> None:
    assert person.post("/clip", "url=" + "x" * 100_000).status_code == 413
    assert person.post("/clip", "&".join("a=b" for _ in range(1000))).status_code == 400
    assert person.post("/clip", "url=\xff").status_code == 400


def test_the_bookmarklet_asks_once_more_for_the_cookie(person: Person) -> None:
    there = "/clip?url=https%3A%2F%2Fexample.org%2Fa%22%3E%3Cb%3E"
    stranger = Person(person.room)
    page = LexborHTMLParser(stranger.get(there).content)
    again = str(page.css("meta[http-equiv=refresh]")[0].attributes["content"])
    target = again.removeprefix("0;url=")
    assert target == f"{there}&again=1"
    answer = stranger.get(target)
    assert answer.headers["location"].startswith("/login?clip=https")
    field = LexborHTMLParser(person.get(target).content).css("input[name=url]")[0]
    assert field.attributes["value"] == 'https://example.org/a"><b>'


# ------------------------------------------------------------------ what is done


def test_clipping_a_page_files_it(place: Path, person: Person) -> None:
    with Server({"/story": reply(story(1, title="The clipped one"))}) as server:
        told = person.send("/clip", url=server.url("/story"))
        assert "Done." in told
        assert "new: The clipped one" in told
        failed = person.send("/clip", url=server.url("/none"))
    assert "It ended with exit code 4." in failed
    assert "404" in failed
    engine = open_engine(place, read_only=True)
    record = Library(engine).find(server.url("/story"))
    engine.dispose()
    assert record is not None
    assert person.get(f"/articles/{record.id}").status_code == 200
    assert f"Clip {server.url('/story')}" in person.get("/desk").text


def test_a_login_in_an_address_is_not_shown(desk: tuple[Room, Acting], person: Person) -> None:
    told = person.send("/clip", url="http://ann:hush@127.0.0.1:9/")
    assert "hush" not in told + person.get("/desk").text
    assert "no-store" in person.get("/desk").headers["cache-control"]


@pytest.mark.parametrize("url", ["", "no address", "file:///etc/passwd", "-h", "javascript:1"])
def test_what_is_no_address_is_told(desk: tuple[Room, Acting], person: Person, url: str) -> None:
    for path in ("/clip", "/sources/add"):
        answer = person.post(path, {"form_token": person.form_token(), "url": url})
        assert answer.status_code == 400
    assert desk[1].jobs.list() == []


def test_sources_are_added_disabled_enabled_and_tried_again(place: Path, person: Person) -> None:
    with Server() as server:
        server.routes["/feed"] = feed([server.url("/one")])
        assert "added source Mine" in person.send(
            "/sources/add", url=server.url("/feed"), name="Mine"
        )
        assert "is disabled" not in person.get("/sources/2").text
        told = person.send("/sources/2/retry")
        assert "0 failed or rejected pages to be tried again" in told
        server.routes["/one"] = reply(story(1))
        told = person.send("/sources/2/retry")
        assert "1 failed or rejected page to be tried again" in told
    assert "no longer polled: -x" in person.send("/sources/2/disable", reason="-x")
    assert "Enable it again" in person.get("/sources/2").text
    assert "is polled again" in person.send("/sources/2/enable")
    for path, code in (("/sources/99/retry", 404), ("/sources/2/remove", 404)):
        assert person.post(path, {"form_token": person.form_token()}).status_code == code
    engine = open_engine(place, read_only=True)
    records = Sources(engine).list()
    engine.dispose()
    assert [(one.name, one.kind) for one in records][1:] == [("Mine", SourceKind.FEED)]


def test_a_search_is_watched_by_one_button(place: Path, person: Person) -> None:
    page = LexborHTMLParser(person.get("/search?q=ferry+-sport").content)
    form = page.css_first('form[action="/watches/add"]')
    assert form is not None
    fields = {
        str(one.attributes["name"]): str(one.attributes["value"]) for one in form.css("input")
    }
    assert person.post("/watches/add", fields).status_code == 303
    engine = open_engine(place, read_only=True)
    assert "ferry -sport" in [one.query for one in Watches(engine).list()]
    engine.dispose()


def test_watches_are_added_and_removed(place: Path, person: Person) -> None:
    assert "Done." in person.send("/watches/add", query="-sport ferry", name="--db=x")
    assert "Done." in person.send("/watches/add", reports="stealth")
    assert "already" in person.send("/watches/add", query="bridge", name="harbour")
    assert "Done." in person.send("/watches/remove", name="harbour")
    assert "no watch has this name" in person.send("/watches/remove", name="-h")
    token = person.form_token()
    assert person.post("/watches/add", {"form_token": token, "reports": "x"}).status_code == 400
    engine = open_engine(place, read_only=True)
    watches = Watches(engine).list()
    engine.dispose()
    assert [(one.name, one.query) for one in watches] == [
        ("--db=x", "-sport ferry"),
        ("stealth edits", ""),
    ]
    assert watches[0].added_at > NOON


def test_on_a_server(tmp_path: Path) -> None:
    place = postgres().fresh()
    fill(place)
    url = str(place).replace("postgres@", "postgres:hunter2secret@")
    site = acting(tmp_path / "none", server=url)
    with serving(place, acting=site) as room:
        person = Person(room, site.jobs)
        assert person.post("/login", {"token": site.door.token or ""}).status_code == 303
        with Server({"/story": reply(story(1, title="The clipped one"))}) as server:
            assert "new: The clipped one" in person.send("/clip", url=server.url("/story"))
        assert "no longer polled" in person.send("/sources/1/disable")
        for path in ("/sources", "/sources/1", "/runs", "/stats", "/stats.csv", "/api/v1/stats"):
            assert person.get(path).status_code == 200
            assert "hunter2secret" not in person.get(path).text
