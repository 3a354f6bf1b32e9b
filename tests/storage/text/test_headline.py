"""A title that is only its site's name is no headline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.text.headline import Names, is_headline, names_of_site
from storage.text.quality import Facts, judge, judge_against
from tests.tables import each_row

TITLE = "Stadtrat verschiebt den Bau der Mole"


@each_row(
    ("site_name", "title", "page_title", "names"),
    [
        ("Die Probe", TITLE, None, {"dieprobe"}),
        ("www.die-probe.example", TITLE, None, {"wwwdieprobeexample", "dieprobe", "example"}),
        (None, TITLE, f"{TITLE} - Die Probe", {"dieprobe"}),
        (None, TITLE, f"{TITLE} | Welt | Die Probe", {"dieprobe", "weltdieprobe"}),
        (None, TITLE, f"Die Probe » {TITLE}", {"dieprobe"}),
        (None, TITLE, "Bau der Mole ist verschoben :: Die Probe", {"dieprobe"}),
        (
            None,
            "议会推迟防波堤建设计划",
            "议会推迟防波堤建设计划_新闻_测试报",
            {"测试报", "新闻测试报"},
        ),
        (None, TITLE, f"Die Probe: {TITLE}, sagt die Bürgermeisterin", set()),
        (None, "Brand", "Brand - The New Zealand Example", {"thenewzealandexample"}),
        (None, TITLE, f"{TITLE} - {'Die Probe ' * 5}", set()),
        (None, TITLE, "Die Probe - Mole wird ein Jahr später gebaut", set()),
        (None, TITLE, TITLE, set()),
        (None, None, "Die Probe", set()),
    ],
)
def test_names(
    site_name: str | None, title: str | None, page_title: str | None, names: set[str]
) -> None:
    found = names_of_site(site_name, title, page_title)
    assert found.stated | found.beside == names
    assert not (found.stated and found.beside)


@each_row(
    "title",
    [
        "Die Probe",
        "- Die Probe",
        "DIE PROBE |",
        "Die-Probe",
        "Die Probe – Die Probe",
        "|",
        "",
        None,
    ],
)
def test_says_nothing(title: str | None) -> None:
    name = frozenset({"dieprobe"})
    assert not is_headline(title, title, Names(frozenset(), name))
    assert not is_headline(title, f"{TITLE} - Die Probe", Names(name, frozenset()))


@pytest.mark.parametrize("title", ["Die Probe aufs Exempel", "Mole - Die Probe", "1984", "测试"])
def test_says_something(title: str) -> None:
    assert is_headline(title, title, Names(frozenset({"dieprobe"}), frozenset()))


def test_what_stands_beside_a_logo_may_be_the_headline() -> None:
    logo = names_of_site(None, "Die Probe", f"{TITLE} - Die Probe")
    assert is_headline(TITLE, f"{TITLE} - Die Probe", logo)
    assert not is_headline(
        "Die Probe", "Die Probe", names_of_site(None, TITLE, f"{TITLE} - Die Probe")
    )


BODY = "\n".join(
    f"Der Rat sagt zum {n}. Mal, die Mole {n} sei zu teuer für Jahr {n}." for n in range(9)
)
WHOLE = Facts(BODY, TITLE, number=1, page_title=f"{TITLE} - Die Probe")


@pytest.mark.parametrize("title", ["- Die Probe", "Die Probe", "Die Probe |"])
def test_a_lost_headline(title: str) -> None:
    new = replace(WHOLE, title=title, page_title=title, number=None)
    found = judge(WHOLE, new)
    assert found is not None
    assert (found.kind, found.reason) == ("no_title", "lost the headline: it stands in version 1")
    assert judge(new, WHOLE) is None
    edited = replace(new, body=BODY + "\nEin Satz mehr.")
    assert judge(WHOLE, edited) is not None


def test_the_reason_names_the_version_with_a_headline() -> None:
    bare = replace(WHOLE, title="Die Probe", page_title="Die Probe", number=2)
    new = replace(bare, title="- Die Probe", body=BODY + "\nEin Satz mehr.", number=None)
    found = judge_against([WHOLE, bare], new)
    assert found is not None
    assert found.reason == "lost the headline: it stands in version 1"
    assert judge_against([bare], new) is None


@pytest.mark.parametrize(
    "title", ["Mole kommt später", "Die Probe aufs Exempel", "Mole - Die Probe"]
)
def test_a_changed_headline_is_an_edit(title: str) -> None:
    assert judge(WHOLE, replace(WHOLE, title=title, page_title=f"{title} - Die Probe")) is None


def test_an_article_that_never_had_one_may_be_edited() -> None:
    old = replace(WHOLE, title="Die Probe", page_title="Die Probe", site_name="Die Probe")
    assert judge(old, replace(old, body=BODY + "\nEin Satz mehr.")) is None
