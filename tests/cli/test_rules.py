"""``kliping rules``, and rules in the settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scraper.rules import FIELDS
from tests.cli.conftest import QUICK
from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere
from tests.cli.terminals import on_terminal
from tests.servers import Server, redirect, reply

RULE = """
[rules."127.0.0.1"]
title = "h2.real"
authors = ".nowhere"
remove = [".x1"]
single_page = "?page=all"
"""
PAGE = story(1, edit="<p class=x1>Buy our mole.</p>").replace(
    "<p class=byline>", "<h2 class=real>The mole must wait</h2><p class=byline>"
)


@pytest.fixture
def ruled(tmp_path: Path) -> Kliping:
    return Kliping(tmp_path, QUICK + RULE)


# --------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('[rules."example.org"]\ntitel = "h1"', ['[rules."example.org"]', "'titel'", "'title'"]),
        ('[rules."example.org"]\ntitle = "h1["', ["title", "'h1['", "CSS selector"]),
        ('[rules.example.org]\ntitle = "h1"', ["quotation marks"]),
        ('[rules."http://example.org"]', ["no host"]),
        ("rules = 3", ["rules must be sections", "[rules."]),
        ('[rule."example.org"]\ntitle = "h1"', ["'rule'", "[rules]"]),
        ("[extraction]\nrules_dir = 3", ["[extraction] rules_dir", "directory", "3"]),
        ("[extraction]\nrules_dir = ''", ["[extraction] rules_dir"]),
        ("[extraction]\nrules_dir = '~nobody-of-that-name/x'", ["[extraction] rules_dir", "home"]),
        ("[extraction]\nrules_dir = 'missing'", ["[extraction] rules_dir", "cannot be read"]),
        ("[extraction]\nrule_dir = 'x'", ["rule_dir", "'rules_dir'"]),
    ],
)
def test_a_bad_rule_ends_every_command_in_one_line(
    tmp_path: Path, run_here: RunHere, text: str, names: list[str]
) -> None:
    user = Kliping(tmp_path, text)
    for command in ("list", "crawl", "rules list"):
        ended = run_here(user, *command.split())
        assert (ended.code, ended.out) == (2, "")
        (line,) = ended.errors
        assert str(tmp_path / "kliping.toml") in line
        for name in names:
            assert name in line
    assert not user.db.exists()


def test_a_directory_of_rules(tmp_path: Path, run_here: RunHere) -> None:
    """Beside the settings, which beat it; both beat what is shipped, key by key."""
    user = Kliping(
        tmp_path,
        '[extraction]\nrules_dir = "sites"\n[rules."kompas.com"]\nbody = ".a"\n'
        '[rules."b.example"]\ntitle = "h2"\n',
    )
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "b.toml").write_text(
        '[rules."b.example"]\ntitle = "h1"\nsection = ".c"\n'
    )
    (tmp_path / "sites" / "notes.txt").write_text("not a rule")
    (tmp_path / "sites" / "empty.toml").write_text("")
    found = {each["host"]: each for each in run_here(user, "rules", "list", "--json").objects}
    assert found["b.example"]["keys"] == {"title": "h2", "section": ".c"}
    assert [Path(name).name for name in found["b.example"]["from"]] == ["b.toml", "kliping.toml"]
    assert found["kompas.com"]["keys"] == {"single_page": "?page=all", "body": ".a"}
    assert found["kompas.com"]["from"][0] == "shipped"
    assert found["detik.com"]["keys"] == {"single_page": "?single=1"}


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"a.toml": "[rules"}, ["a.toml", "not TOML"]),
        ({"a.toml": "[fetch]\ndeadline = 3"}, ["a.toml", "'fetch'", '[rules."example.org"]']),
        ({"a.toml": 'title = "h1"'}, ["a.toml", "'title'"]),
        ({"a.toml": '[rules."e.org"]\nx = 1'}, ["a.toml", '[rules."e.org"]', "'x'"]),
        (
            {"a.toml": '[rules."e.org"]', "b.toml": '[rules."www.e.org"]'},
            ["b.toml", "a.toml", '[rules."e.org"]', "one of them"],
        ),
    ],
)
def test_a_bad_rule_file_is_named(
    tmp_path: Path, run_here: RunHere, files: dict[str, str], names: list[str]
) -> None:
    sites = tmp_path / "sites"
    sites.mkdir()
    for name, text in files.items():
        (sites / name).write_text(text)
    ended = run_here(Kliping(tmp_path, f"[extraction]\nrules_dir = '{sites}'"), "list")
    assert ended.code == 2
    (line,) = ended.errors
    for name in names:
        assert name in line


def test_the_examples_in_the_documentation(tmp_path: Path, run_here: RunHere) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "usage.md").read_text()
    user = Kliping(tmp_path, "\n".join(re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)))
    cookie = "\t".join(["example.org", "TRUE", "/", "TRUE", "0", "name", "value"])
    for name, secret in (("cookies.txt", cookie), ("mail.secret", "word")):
        (tmp_path / name).write_text(secret)
        (tmp_path / name).chmod(0o600)
    (tmp_path / "sites").mkdir()
    (rule,) = (
        each
        for each in run_here(user, "rules", "list", "--json").objects
        if each["host"] == "example.org"
    )
    assert set(rule["keys"]) == {*FIELDS, "remove", "single_page"}
    assert run_here(user, "config", "check").out.endswith(
        "1 site, 1 rule, notices by mail and command and webhook\n"
    )


# --------------------------------------------------------------------- list


def test_a_list_for_people_and_programs(ruled: Kliping, run_here: RunHere) -> None:
    lines = run_here(ruled, "rules", "list").out.splitlines()
    assert "kompas.com\tsingle_page ?page=all\tshipped" in lines
    own = next(line for line in lines if line.startswith("127.0.0.1\t")).split("\t")
    assert own[1] == "title, authors, remove, single_page ?page=all"
    assert own[2] == str(ruled.home / "kliping.toml")


# --------------------------------------------------------------------- test


def test_a_saved_page(ruled: Kliping, run_here: RunHere) -> None:
    saved = ruled.home / "saved.html"
    saved.write_text(PAGE)
    ended = run_here(ruled, "rules", "test", saved, "--url", "http://127.0.0.1/story")
    assert (ended.code, ended.err) == (0, "")
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in ended.out.splitlines()}
    assert rows["title"] == ["Harbour council decides case 1", "The mole must wait"]
    assert rows["authors"] == ["Ada Pier", "(its selector gave nothing)"]
    assert rows["published"][1] == "(the same)"
    assert rows["body"][0].endswith("Buy our mole.")
    assert not rows["body"][1].endswith("Buy our mole.")
    assert not ruled.db.exists()


def test_a_saved_page_as_json(ruled: Kliping, run_here: RunHere) -> None:
    saved = ruled.home / "saved.html"
    saved.write_text(PAGE)
    ended = run_here(ruled, "rules", "test", saved, "--url", "http://127.0.0.1/story", "--json")
    (found,) = ended.objects
    assert list(found) == ["url", "host", "rule", "unused", "generic", "ruled"]
    assert found["rule"] == {
        "title": "h2.real", "authors": ".nowhere", "remove": [".x1"], "single_page": "?page=all",
    }  # fmt: skip
    assert found["unused"] == ["authors"]
    assert found["generic"]["title"] == "Harbour council decides case 1"
    assert found["ruled"]["title"] == "The mole must wait"
    assert found["ruled"]["authors"] == found["generic"]["authors"] == ["Ada Pier"]
    assert list(found["generic"]) == list(found["ruled"])


def test_an_address_is_fetched_plain_and_whole(
    ruled: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes |= {"/1": reply(story(1)), "/1?page=all": reply(PAGE)}
    (found,) = run_here(ruled, "rules", "test", server.url("/1"), "--json").objects
    assert server.targets() == ["/robots.txt", "/1", "/1?page=all"]
    assert found["generic"]["bytes"] < found["ruled"]["bytes"]
    assert found["ruled"]["title"] == "The mole must wait"
    assert found["url"] == found["ruled"]["canonical_url"] == server.url("/1")
    assert not ruled.db.exists()


def test_a_redirect_to_a_site_without_a_rule(
    ruled: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes |= {"/1": redirect(server.url("/2", "other.localhost")), "/2": reply(PAGE)}
    ended = run_here(ruled, "rules", "test", server.url("/1"))
    assert ended.code == 2
    assert "no rule for other.localhost" in ended.err


def test_a_filed_article(ruled: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes["/1"] = reply(PAGE)
    assert run_here(ruled, "fetch", server.url("/1")).code == 0
    asked = len(server.requests)
    (found,) = run_here(ruled, "rules", "test", "1", "--json").objects
    assert found["ruled"]["title"] == "The mole must wait"
    assert len(server.requests) == asked


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["saved.html"], ["saved.html", "--url"]),
        (["saved.html", "--url", "http://example.org/"], ["no rule", 'rules."example.org"']),
        (["http://example.org/a"], ["no rule for example.org", "kliping.toml"]),
        (["http://www.example.org/a"], ['rules."example.org"']),
        (["nonsense"], ["nonsense"]),
        (["missing.html", "--url", "http://127.0.0.1/"], ["missing.html"]),
        ([], ["URL|ID|FILE"]),
    ],
)
def test_what_cannot_be_tested(
    ruled: Kliping, run_here: RunHere, monkeypatch: pytest.MonkeyPatch, arguments: list[str],
    names: list[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(ruled.home)
    (ruled.home / "saved.html").write_text(PAGE)
    ended = run_here(ruled, "rules", "test", *arguments)
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    for name in names:
        assert name in line


def test_a_page_that_does_not_come(ruled: Kliping, run_here: RunHere, server: Server) -> None:
    ended = run_here(ruled, "rules", "test", server.url("/gone"))
    assert (ended.code, ended.out) == (4, "")
    assert "404" in ended.err


def test_side_by_side_on_a_terminal_of_80_columns(ruled: Kliping) -> None:
    saved = ruled.home / "saved.html"
    saved.write_text(PAGE.replace("must wait", "must wait \x1b[31m" + "very " * 20))
    address = "http://127.0.0.1/story"
    shown = on_terminal(ruled, "rules", "test", str(saved), "--url", address)
    assert "\x1b[31m" not in shown
    lines = re.sub(r"\x1b\[[\d;]*m", "", shown).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "http://127.0.0.1/story"
    assert "Generic" in lines[2]
    assert "Rule for 127.0.0.1" in lines[2]
    assert any("Harbour council decides case 1" in x and "The mole must wait" in x for x in lines)
    below = lines[lines.index("body, without the rule → with it") + 1 :]
    assert below[0] == "  2 paragraphs removed"
    assert any(line.endswith("removed: [-Buy our mole.-]") for line in below)
    assert below[-1].startswith("  now ends    … ")


# --------------------------------------------------------------------- what they do


def test_fetch_goes_by_the_rules(ruled: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes["/1"] = reply(PAGE)
    (page,) = run_here(ruled, "fetch", "--json", server.url("/1")).objects
    assert server.targets() == ["/robots.txt", "/1?page=all"]
    assert page["title"] == "The mole must wait"
    assert page["url"] == page["canonical_url"] == page["requested_url"] == server.url("/1")
    assert page["provenance"]["title"]["source"] == "rule:127.0.0.1 title"
    assert "Buy our mole" not in page["body"]


def test_crawl_goes_by_the_rules(ruled: Kliping, run_here: RunHere, server: Server) -> None:
    from tests.cli.newspaper import newspaper

    assert run_here(ruled, "sources", "add", newspaper(server, 1)).code == 0
    server.routes["/story/1"] = reply(PAGE)
    assert run_here(ruled, "crawl", "-q").code == 0
    assert "/story/1?page=all" in server.targets()
    assert "The mole must wait" in run_here(ruled, "list").out


def test_a_saved_page_is_filed_by_the_rules(ruled: Kliping, run_here: RunHere) -> None:
    saved = ruled.home / "saved.html"
    saved.write_text(PAGE)
    url = "http://127.0.0.1/story?page=all"
    (page,) = run_here(ruled, "fetch", "--html", saved, "--url", url, "--json").objects
    assert page["title"] == "The mole must wait"
    assert page["canonical_url"] == "http://127.0.0.1/story"
