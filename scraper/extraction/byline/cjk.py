"""Credits in Chinese, Japanese and Korean: names without spaces, roles written on to them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from scraper.extraction.byline.datelines import HAN as _HAN
from scraper.extraction.byline.datelines import KANA as _KANA
from scraper.extraction.byline.datelines import without_place, without_reports_from
from scraper.extraction.word_lists import read_sections

_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_HANGUL = "\uac00-\ud7af"


def _either(section: str) -> str:
    return "|".join(map(re.escape, sorted(_WORDS[section], key=lambda word: (-len(word), word))))


_WORDS = read_sections("credits_cjk.txt")
_ROLE_OF = {
    label: section.removeprefix("label ")
    for section, labels in _WORDS.items()
    if section.startswith("label ")
    for label in labels
}
_LABELS = frozenset(_ROLE_OF)
_LABEL = "|".join(re.escape(label) for label in sorted(_ROLE_OF, key=lambda x: (-len(x), x)))
_WITH_SEPARATOR = re.compile(
    rf"(?<![{_HAN}{_HANGUL}{_KANA}])({_LABEL})(?:\s*[&·/・、]\s*({_LABEL}))?\s*(?:[:|/=]|・(?!(?:{_LABEL})[\s:|/]))\s*"
)
_WITH_SPACE = re.compile(rf"(?:(?<=^)|(?<=[\s(\[]))({_LABEL})(?:\s?[·・&]\s?({_LABEL}))?\s+(?=\S)")
_GLUED = re.compile(
    "(?:(?<=^)|(?<=[\\s(\\[社报報网網台]))(?:本报|本報|本社|本网|本網|首席|见习|特约|特約)?"
    "(记者|記者|作者|通讯员|通訊員|编译|編譯|实习生|评论员|特派員|特派记者|编辑|編輯|责编|責編)(?=[\u3400-\u9fff])"
)
_KOREAN = re.compile(
    rf"([{_HANGUL}]{{2,4}}(?:\s?[·,ㆍ・/]\s?[{_HANGUL}]{{2,4}})*)\s?(?:\([^)]*\)\s?)?"
    rf"(?:[{_HANGUL}]{{2,6}}(?=특파원))?\s?({_either('korean job')})(?![{_HANGUL}])"
)
_KOREAN_PLACE = re.compile(
    rf"[\[(]\s*([{_HANGUL}A-Za-z·\s]{{1,12}})\s*=\s*([^\])=]{{2,20}})\s*[\])]"
)
_COLLEGE = re.compile(rf"(?<=\s)[{_HANGUL}]{{1,6}}대(?:학교)?\s+(?=\S*교수)")
_SPACED_KOREAN = re.compile(
    rf"(?<=[\])\s·])([{_HANGUL}]{{3}})\s(?=(?:[{_HANGUL}]{{3}}\s)*[{_HANGUL}]{{3}}\s?기자)"
)
"""Names of an agency's reporters, a space between them."""
_NAME_HAN = re.compile(rf"[{_HAN}]{{2,4}}")
_NAME_FOREIGN = re.compile(
    rf"[{_HAN}]{{1,8}}(?:[·・.][{_HAN}]{{1,8}}){{1,3}}|[{_KANA}]{{1,12}}(?:[・=][{_KANA}]{{1,12}}){{1,3}}"
)
_NAME_JAPANESE = re.compile(rf"[{_HAN}]{{1,4}}\s?[{_HAN}{_KANA}]{{1,6}}")
_SPACED_JAPANESE = re.compile(rf"[{_HAN}]{{1,3}}\s[{_HAN}{_KANA}]{{1,4}}")
_NAME_HANGUL = re.compile(rf"[{_HANGUL}]{{2,4}}")
_ORGANISATION = re.compile(f"(?:{_either('outlet ending')})(?:Web|WEB|Online|電子版|デジタル)?$")
_ORGANISATION_START = re.compile(_either("outlet"))
_OUTLETS_OWN = re.compile(rf"([{_HAN}]{{2,12}})(?:记者|記者)\s+(?=[{_HAN}])")
"""``河边周刊记者 陈晓雨``."""
_DATE_BEHIND = re.compile(rf"(?<=[{_HAN}])\s*\d{{4}}[-/.]\d.*$")
_WHO_IS = re.compile("[,、]\\s*[系为為].*$")
"""``，系某大学教授``: what the writer is."""
_TITLE_BEHIND = re.compile(
    rf"(?<=[{_HAN}])\([^()]*(?:教授|博士|研究员|研究員|评论员|評論員|主任|院长|院長|所长|律师|律師|学者|學者|作家|"
    r"专家|專家|医生|醫師|医師|議員)\)?"
)
_AGENCY_WIRE = re.compile(
    rf"^(?P<org>新华社|新華社|中新社|中新网|中央社|共同社|法新社|路透社|美联社|美聯社|[{_HAN}]{{1,4}}[社网報报])"
    rf"(?P<rest>(?:(?!記者|记者).){{0,12}}?\d{{1,2}}(?:月\d{{1,2}})?日?[电電讯訊])"
)
_TAIL = re.compile(
    rf"(?:[/／]?\s*(?:综合|綜合|专题|專題|現場|[{_HAN}]{{2,3}})?(?:报道|報導|報道|连线|連線)|\d{{1,2}}日[专專]?[电電]|"
    rf"[摄攝]$|(?<=[\s/／])文$|(?<=[{_HAN}]{{3}})文$|[译譯]$|さん$|氏$|님$)\s*$"
)
_REPORTS = re.compile(rf"([{_HAN}]{{2,4}})(?:报道|報導|報道)")
"""``陈晓雨报道``, and the town in ``記者陳怡君／高雄報導``."""
_PROSE = re.compile(
    "[。！？!?]|表示|获悉|獲悉|从|從|将|將|了解到|的|指出|称|稱|です|ます|した|する|입니다|했다|한다|습니다|이다"
)
_SURNAMES = frozenset(_WORDS["chinese surname"][0])
_COMPOUND_SURNAMES = tuple(_WORDS["chinese surname"][1:])
_PLACES = _WORDS["chinese place"]
_NOBODY = frozenset(_WORDS["nobody"])
_KOREAN_PLACES = frozenset(_WORDS["korean place"])
_KOREAN_SURNAMES = frozenset(_WORDS["korean surname"][0])


@dataclass(slots=True)
class People:
    people: list[tuple[str, str]] = field(default_factory=list)
    """Name and role, in the order printed."""
    organisations: list[str] = field(default_factory=list)


def is_cjk(text: str) -> bool:
    return _CJK.search(text) is not None


def read(text: str, language: str, site_name: str | None) -> People:
    """The people and outlets of a credit."""
    text = (
        unicodedata.normalize("NFKC", text)
        .replace("︰", ":")
        .replace("‧", "·")
        .replace("【", "[")
        .replace("】", "]")
    )
    text = (
        text.replace("〔", "[")
        .replace("〕", "]")
        .replace("「", "[")
        .replace("」", "]")
        .strip(" *■▶◆=")
    )
    text = re.sub(r"^(?:By|by|BY)\s+", "", text)
    result = People()
    if re.search(f"[{_HANGUL}]", text):
        _read_korean(text, result, site_name)
    else:
        _read_han(text, result, site_name, language)
    return result


def _read_korean(text: str, result: People, site_name: str | None) -> None:
    bracket = re.match(r"\s*[\[(]?([^\]=()\s]{2,20})=([^\])=]+?)[\])]?\s*$", text)
    if bracket is not None and _KOREAN.search(bracket[2]) and "=" not in bracket[2]:
        role = _ROLE_OF.get(bracket[1])
        if role is not None:
            names = [match[1] for match in _KOREAN.finditer(bracket[2])]
            result.people.extend((name, role) for name in names)
            return
        if bracket[1] not in _KOREAN_PLACES:
            _add_organisation(bracket[1], result)
        text = bracket[2]
    text = _COLLEGE.sub("", text)
    for match in _KOREAN_PLACE.finditer(text):
        _add_organisation(match[2], result)
        text = _SPACED_KOREAN.sub(r"\1·", text)
    text = _KOREAN_PLACE.sub(" ", text)
    segments = _segments(text)
    has_names = _read_korean_jobs(_without_helpers(text, segments), result)
    for roles, content, _ in segments:
        if roles == ("",):
            continue
        for match in _KOREAN.finditer(content):
            for name in re.split(r"\s?[·,ㆍ・/]\s?", match[1]):
                result.people.extend((name, role) for role in roles if role != "author")
        content = _KOREAN.sub(" ", content)
        for name in re.split(r"[\s·,ㆍ/|()\[\]]+", content):
            _add(name, roles, result, site_name, korean=True)
            has_names = True
    if not has_names:
        for name in re.split(r"\s*[·,ㆍ/|\[\]()]\s*", text):
            _add(name, ("author",), result, site_name, korean=True)


def _without_helpers(text: str, segments: list[tuple[tuple[str, ...], str, bool]]) -> str:
    """Without the parts of those who did something else than write."""
    for roles, content, _ in segments:
        if roles != ("",) and "author" not in roles:
            text = text.replace(content, " ")
    return text


def _read_korean_jobs(text: str, result: People) -> bool:
    """Names before a job, as in ``홍길동·김철수 기자``; whether there were any."""
    names = [
        name
        for match in _KOREAN.finditer(text)
        for name in re.split(r"\s?[·,ㆍ・/]\s?", match[1])
        if name[0] in _KOREAN_SURNAMES
    ]
    result.people.extend((name, "author") for name in names)
    if names:
        before = text[: _first(text)].strip(" []()=|·,")
        if before and len(before) <= 12 and " " not in before and _ORGANISATION.search(before):
            result.organisations.append(before)
    return bool(names)


def _first(text: str) -> int:
    match = _KOREAN.search(text)
    return match.start() if match else len(text)


def _read_han(text: str, result: People, site_name: str | None, language: str) -> None:
    text = text.strip("()[] ")
    wire = _AGENCY_WIRE.match(text)
    if wire is not None:
        result.organisations.append(wire["org"])
        text = text[wire.end() :].strip("()[] ")
    text = _DATE_BEHIND.sub("", text)
    outlet = _OUTLETS_OWN.match(text)
    if outlet is not None and outlet[0].strip() not in _ROLE_OF:
        result.organisations.append(outlet[1])
        text = text[outlet.end() :]
    text = _TITLE_BEHIND.sub("", _WHO_IS.sub("", without_place(text, _LABELS)))
    segments = _segments(text)
    if _is_prose(text, segments):
        return
    for roles, content, glued in segments:
        roles = ("author",) if roles == ("",) else roles
        for name in _names_in(content, language):
            if not _add(name, roles, result, site_name, glued=glued) and glued:
                break


def _is_prose(text: str, segments: list[tuple[tuple[str, ...], str, bool]]) -> bool:
    longest = max((len(part) for part in re.split(r"[\s,、:|/()\[\]]", text)), default=0)
    return bool(_PROSE.search(text)) and (longest > 8 or (len(segments) <= 1 and len(text) > 14))


def _segments(text: str) -> list[tuple[tuple[str, ...], str, bool]]:
    """Roles, content and whether the label is written on to the name; roles
    ``("",)`` before any label."""
    marks: list[tuple[int, int, tuple[str, ...], bool]] = []
    for pattern, glued in ((_WITH_SEPARATOR, False), (_WITH_SPACE, False), (_GLUED, True)):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end, _, _ in marks):
                continue
            labels = [label for label in match.groups() if label]
            roles = tuple(dict.fromkeys(_ROLE_OF[label] for label in labels))
            marks.append((match.start(), match.end(), roles, glued))
    marks.sort()
    if not marks:
        return [(("",), text, False)]
    segments: list[tuple[tuple[str, ...], str, bool]] = []
    lead = text[: marks[0][0]].strip(" ()[]|/、,:")
    if lead:
        segments.append((("",), lead, False))
    for i, (_, end, roles, glued) in enumerate(marks):
        stop = marks[i + 1][0] if i + 1 < len(marks) else len(text)
        segments.append((roles, text[end:stop].strip(), glued))
    return segments


def _names_in(content: str, language: str) -> list[str]:
    if language == "ja" and _SPACED_JAPANESE.fullmatch(content):
        return [content]
    if (
        re.fullmatch(rf"[{_HAN}]{{1,3}}\s[{_HAN}{_KANA}]{{1,4}}", content)
        and content[0] not in _SURNAMES
    ):
        return [content]
    if _NAME_FOREIGN.fullmatch(content):
        return [content]
    if re.search(f"[{_HAN}{_KANA}]", content):
        return [
            part
            for part in re.split(r"[\s,、，;/|()\[\]&]+|(?<=[^\w])和|と(?=[一-龥])", content)
            if part
        ]
    return [part.strip() for part in re.split(r"[,、/|;]", content) if part.strip()]


def _add(
    name: str,
    roles: tuple[str, ...],
    result: People,
    site_name: str | None,
    *,
    korean: bool = False,
    glued: bool = False,
) -> bool:
    """Add a name with its roles or as an outlet; whether it was either."""
    name = name.strip(" ()[]:|/·・.,=-")
    name = re.sub(r"(?:記者|记者|特派員|編集委員|論説委員)$", "", name)
    reports = _REPORTS.fullmatch(name)
    if reports is not None:
        if result.people or reports[1] in _PLACES or reports[1][0] not in _SURNAMES:
            return False
        name = reports[1] if glued or len(reports[1]) != 2 else ""
    name = _TAIL.sub("", without_reports_from(name)).strip()
    if not name or name in _NOBODY or any(c.isdigit() for c in name):
        return False
    if "source" in roles or (site_name and name == site_name):
        _add_organisation(name, result)
        return True
    if (
        _ORGANISATION.search(name) and len(name) > 2 and not _is_hangul_name(name)
    ) or _ORGANISATION_START.match(name):
        _add_organisation(name, result)
        return True
    person = _person(name, korean=korean, glued=glued)
    if person is None:
        return False
    for role in roles:
        result.people.append((person, role))
    return True


def _is_hangul_name(name: str) -> bool:
    return (
        bool(_NAME_HANGUL.fullmatch(name))
        and len(name) == 3
        and name[0] in _KOREAN_SURNAMES
        and not name.endswith(("뉴스", "신문", "일보", "방송", "통신", "팀"))
    )


def _person(name: str, *, korean: bool, glued: bool) -> str | None:
    if korean and _NAME_HANGUL.fullmatch(name):
        return name if name[0] in _KOREAN_SURNAMES else None
    if _NAME_FOREIGN.fullmatch(name):
        return name
    if korean:
        return None
    for place in _PLACES:
        if len(name) > len(place) + 1 and name.endswith(place):
            name = name[: -len(place)]
    if glued and len(name) > 4:
        name = name[:3]  # a place that is not in the list follows
    if _NAME_HAN.fullmatch(name):
        surname = name[0] in _SURNAMES or name.startswith(_COMPOUND_SURNAMES)
        return name if surname or not glued else None
    if _NAME_JAPANESE.fullmatch(name) and not glued:
        return name
    return None


def _add_organisation(name: str, result: People) -> None:
    name = name.strip(" ()[]:|/·=")
    if name:
        result.organisations.append(name)
