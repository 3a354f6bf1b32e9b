"""Credits in Chinese, Japanese and Korean: names without spaces, roles written on to them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_HAN = "\u3400-\u9fff々〆"
_KANA = "\u3040-\u30ffー"
_HANGUL = "\uac00-\ud7af"

_ROLES: dict[str, str] = {
    "author": "记者 記者 文 撰文 撰稿 撰稿人 作者 通讯员 通訊員 特约记者 特約記者 实习生 实习记者 實習記者 采写 採寫 "
    "采访 採訪 报道 首席记者 见习记者 見習記者 本报记者 本報記者 本社记者 全媒体记者 特派員 特派记者 本网记者 评论员 "
    "特约评论员 專欄作家 撰文者 責任記者 文字 執筆 執筆者 著者 筆者 取材 ライター 取材・文 文責 寄稿 構成・文 "
    "글 취재 기자명 글쓴이 작성자 기고 기사 기고자 저자 지은이 필자 정리",
    "editor": "编辑 編輯 责编 責編 责任编辑 責任編輯 主编 主編 审校 审核 審核 校对 校對 值班编辑 编审 監製 监制 核稿編輯 責任編集 "
    "新媒体编辑 编辑部 編集 編集者 構成 校閲 監修 편집 에디터 데스크 편집자 감수 責任編輯: 二审 三审 终审 流程编辑 版面编辑",
    "photographer": "图 圖 摄 攝 摄影 攝影 摄影记者 攝影記者 图片 圖片 照片 图源 摄像 攝像 视频 写真 撮影 カメラ フォトグラファー 写真・ "
    "사진 촬영 영상 사진기자 이미지 그래픽 제도 制图",
    "translator": "翻译 翻譯 译 譯 译者 譯者 翻訳 訳 翻訳者 번역 옮긴이 옮김 번역자",
    "compiler": "编译 編譯 整理 编译者 외신종합",
    "interviewer": "聞き手 インタビュー インタビュアー 采访人 采访者 인터뷰 인터뷰어 대담",
    "source": "来源 來源 出处 出處 转自 轉自 稿源 文章来源 资料来源 出典 提供 情報提供 출처 자료 제공 信息来源 新闻来源",
}
_ROLE_OF = {label: role for role, labels in _ROLES.items() for label in labels.split()}
_LABEL = "|".join(re.escape(label) for label in sorted(_ROLE_OF, key=lambda x: (-len(x), x)))
_WITH_SEPARATOR = re.compile(
    rf"(?<![{_HAN}{_HANGUL}{_KANA}])({_LABEL})(?:\s*[&·/・、]\s*({_LABEL}))?\s*[:|/・=]\s*"
)
_WITH_SPACE = re.compile(rf"(?:(?<=^)|(?<=[\s(\[]))({_LABEL})(?:\s?[·・&]\s?({_LABEL}))?\s+(?=\S)")
_GLUED = re.compile(
    "(?:(?<=^)|(?<=[\\s(\\[社报報网網台]))(?:本报|本報|本社|本网|本網|首席|见习|特约|特約)?"
    "(记者|記者|通讯员|通訊員|编译|編譯|实习生|评论员|特派員|特派记者|编辑|編輯|责编|責編)(?=[\u3400-\u9fff])"
)
_JOB_AFTER_KOREAN = (
    "선임기자|전문기자|인턴기자|수습기자|객원기자|대기자|특파원|논설위원|논설실장|칼럼니스트|해설위원|앵커|아나운서|"
    "리포터|통신원|기자|작가|평론가|PD|피디|에디터|교수|위원"
)
_KOREAN = re.compile(
    rf"([{_HANGUL}]{{2,4}}(?:\s?[·,ㆍ・/]\s?[{_HANGUL}]{{2,4}})*)\s?(?:\([^)]*\)\s?)?"
    rf"(?:[{_HANGUL}]{{2,6}}(?=특파원))?\s?({_JOB_AFTER_KOREAN})(?![{_HANGUL}])"
)
_KOREAN_PLACE = re.compile(
    rf"[\[(]\s*([{_HANGUL}A-Za-z·\s]{{1,12}})\s*=\s*([^\])=]{{2,20}})\s*[\])]"
)
_NAME_HAN = re.compile(rf"[{_HAN}]{{2,4}}")
_NAME_FOREIGN = re.compile(
    rf"[{_HAN}]{{1,8}}(?:[·・.][{_HAN}]{{1,8}}){{1,3}}|[{_KANA}]{{1,12}}(?:[・=][{_KANA}]{{1,12}}){{1,3}}"
)
_NAME_JAPANESE = re.compile(rf"[{_HAN}]{{1,4}}\s?[{_HAN}{_KANA}]{{1,6}}")
_NAME_HANGUL = re.compile(rf"[{_HANGUL}]{{2,4}}")
_LATIN_NAME = re.compile(r"[A-Z][\w'’.-]+(?:\s+[A-Z][\w'’.-]*){1,3}")
_ORGANISATION = re.compile(
    "(?:社|新闻|新聞|报|報|日报|网|網|电视台|電視台|电台|電台|通讯社|通信|新报|新報|时报|時報|編集部|编辑部|編輯部|デジタル|ニュース|"
    "テレビ|放送|取材班|オンライン|委員会|研究所|观察所|中心|杂志|雑誌|周刊|週刊|财经|財經|頻道|频道|客户端|公众号|工作室|传媒|媒体|媒體|"
    "뉴스|신문|일보|방송|통신|팀|타임스|타임즈|경제|부|데일리|미디어|투데이|저널|매거진|센터|TV|편집국|본부|연구소|위원회|닷컴)$"
)
_ORGANISATION_START = re.compile(
    "^(?:新华社|新華社|中新社|中央社|人民网|人民日报|央视|环球网|澎湃|新华网|共同通信|時事通信|연합뉴스|뉴시스|뉴스1|뉴스|朝日新聞|読売新聞|毎日新聞|NHK|BBC|AFP)"
)
_AGENCY_WIRE = re.compile(
    rf"^(?P<org>新华社|新華社|中新社|中新网|中央社|共同社|法新社|路透社|美联社|美聯社|[{_HAN}]{{1,4}}[社网報报])"
    rf"(?P<rest>(?:(?!記者|记者).){{0,12}}?\d{{1,2}}(?:月\d{{1,2}})?日?[电電讯訊])"
)
_TAIL = re.compile(
    rf"(?:[/／]?\s*(?:综合|綜合|专题|專題|現場|[{_HAN}]{{2,3}})?(?:报道|報導|報道|连线|連線)|\d{{1,2}}日[电電]|"
    "[摄攝]$|文$|[译譯]$|さん$|氏$|님$)\\s*$"
)
_PROSE = re.compile(
    "[。！？!?]|表示|获悉|獲悉|从|從|将|將|了解到|的|指出|称|稱|です|ます|した|する|입니다|했다|한다|습니다|이다"
)
_SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡林郭何高罗羅郑鄭梁谢謝宋唐许許邓鄧冯馮韩韓曹曾彭萧肖蕭蔡潘田董袁于余叶葉蒋蔣杜苏蘇魏程吕呂丁沈任姚卢盧"
    "傅钟鐘鍾姜崔谭譚廖范範汪陆陸金石戴贾賈韦韋夏邱方侯邹鄒熊孟秦白江阎閻薛尹段雷黎史龙龍陶贺賀顾顧毛郝龚龔邵万萬钱錢严嚴赖賴洪覃武莫孔汤湯向常温溫康施文牛樊葛邢安齐齊易乔喬"
    "伍庞龐颜顏倪庄莊聂聶章鲁魯岳翟殷詹申欧歐耿关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單季裴霍涂成苗谷盛曲翁冉骆駱蓝藍路游辛靳欧管柴蒙鲍鮑华華喻祁蒲房滕屈饶饒"
    "解牟艾尤阳陽时時穆农農司卓古吉缪繆简簡车車项項连連芦蘆麦麥褚娄婁窦竇戚岑景党宫費费卜冷晏席卫衛米柏宗瞿桂全佟应應臧闵閔苟邬鄔边邊卞姬师師和仇栾欒隋商刁沙荣榮巫寇桑郎甄丛叢仲虞敖巩"
)
_COMPOUND_SURNAMES = (
    "欧阳",
    "歐陽",
    "司马",
    "司馬",
    "诸葛",
    "諸葛",
    "上官",
    "皇甫",
    "令狐",
    "夏侯",
)
_PLACES = (
    "台北 臺北 新北 桃園 台中 臺中 台南 臺南 高雄 基隆 新竹 苗栗 彰化 南投 雲林 嘉義 屏東 宜蘭 花蓮 台東 臺東 澎湖 金門 香港 澳門 北京 上海 天津 重庆 重慶 "
    "广州 廣州 深圳 杭州 南京 武汉 武漢 成都 西安 长沙 長沙 郑州 济南 青岛 沈阳 大连 哈尔滨 长春 福州 厦门 南昌 合肥 昆明 贵阳 南宁 海口 太原 石家庄 兰州 西宁 银川 "
    "乌鲁木齐 拉萨 呼和浩特 东京 東京 华盛顿 華盛頓 纽约 紐約 伦敦 倫敦 巴黎 柏林 莫斯科 日内瓦 布鲁塞尔 首尔 首爾"
).split()
_NOBODY = frozenset(
    "即時新聞 综合报道 綜合報導 编辑部 本报讯 本報訊 记者 記者 通讯员 编辑 編輯 作者 佚名 匿名 管理员 기자 관리자 운영자 편집자 管理者 即时新闻 综合".split()
)
_KOREAN_PLACES = frozenset(
    "서울 부산 대구 인천 광주 대전 울산 세종 수원 제주 춘천 청주 전주 창원 성남 고양 포항 강릉 평양 워싱턴 뉴욕 도쿄 "
    "베이징 상하이 파리 런던 베를린 모스크바 로스앤젤레스 홍콩 하노이 방콕 자카르타 카이로 이스탄불 브뤼셀".split()
)
_KOREAN_SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구나민진지엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용예경봉사부가복태목형피두감호음빈동온황보제갈남궁선우"
)


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
        unicodedata.normalize("NFKC", text).replace("︰", ":").replace("【", "[").replace("】", "]")
    )
    text = (
        text.replace("〔", "[")
        .replace("〕", "]")
        .replace("「", "[")
        .replace("」", "]")
        .strip(" *■▶◆=")
    )
    result = People()
    if re.search(f"[{_HANGUL}]", text):
        _read_korean(text, result, site_name)
    else:
        _read_han(text, result, site_name)
    return result


def _read_korean(text: str, result: People, site_name: str | None) -> None:
    bracket = re.match(r"\s*[\[(]?([^\]=()\s]{2,20})=([^\])=]+?)[\])]?\s*$", text)
    if bracket is not None and _KOREAN.search(bracket[2]) and "=" not in bracket[2]:
        if bracket[1] not in _KOREAN_PLACES:
            _add_organisation(bracket[1], result)
        text = bracket[2]
    for match in _KOREAN_PLACE.finditer(text):
        _add_organisation(match[2], result)
    text = _KOREAN_PLACE.sub(" ", text)
    found = False
    for match in _KOREAN.finditer(text):
        for name in re.split(r"\s?[·,ㆍ・/]\s?", match[1]):
            if name[0] in _KOREAN_SURNAMES:
                result.people.append((name, "author"))
                found = True
    if found:
        before = text[: _first(text)].strip(" []()=|·,")
        if before and len(before) <= 12 and " " not in before and _ORGANISATION.search(before):
            result.organisations.append(before)
    segments = _segments(text)
    for roles, content, _ in segments:
        if roles == ("",):
            continue
        content = _KOREAN.sub(" ", content)
        for name in re.split(r"[\s·,ㆍ/|()\[\]]+", content):
            _add(name, roles, result, site_name, korean=True)
            found = True
    if not found:
        for name in re.split(r"\s*[·,ㆍ/|\[\]()]\s*", text):
            _add(name, ("author",), result, site_name, korean=True)


def _first(text: str) -> int:
    match = _KOREAN.search(text)
    return match.start() if match else len(text)


def _read_han(text: str, result: People, site_name: str | None) -> None:
    text = text.strip("()[] ")
    wire = _AGENCY_WIRE.match(text)
    if wire is not None:
        result.organisations.append(wire["org"])
        text = text[wire.end() :].strip("()[] ")
    segments = _segments(text)
    if _is_prose(text, segments):
        return
    for roles, content, glued in segments:
        roles = ("author",) if roles == ("",) else roles
        unlabelled = roles == ("author",) and len(segments) == 1 and not glued and content == text
        for name in _names_in(content):
            if (
                not _add(name, roles, result, site_name, glued=glued, unlabelled=unlabelled)
                and glued
            ):
                break


def _is_prose(text: str, segments: list[tuple[tuple[str, ...], str, bool]]) -> bool:
    longest = max((len(part) for part in re.split(r"[\s,、:|/()\[\]]", text)), default=0)
    return bool(_PROSE.search(text)) and (longest > 8 or len(segments) <= 1 and len(text) > 14)


def _segments(text: str) -> list[tuple[tuple[str, ...], str, bool]]:
    """Roles, content and whether the label is written on to the name; roles ``("",)`` before any."""
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
    segments = []
    lead = text[: marks[0][0]].strip(" ()[]|/、,:")
    if lead:
        segments.append((("",), lead, False))
    for i, (_, end, roles, glued) in enumerate(marks):
        stop = marks[i + 1][0] if i + 1 < len(marks) else len(text)
        segments.append((roles, text[end:stop].strip(), glued))
    return segments


def _names_in(content: str) -> list[str]:
    if (
        re.fullmatch(rf"[{_HAN}]{{1,3}}\s[{_HAN}{_KANA}]{{1,4}}", content)
        and content[0] not in _SURNAMES
    ):
        return [content]
    if (
        re.fullmatch(rf"[{_HAN}]{{1,2}}\s[{_HAN}{_KANA}]{{1,4}}", content)
        and len(content.split()[0]) == 1
    ):
        return [content]
    if _NAME_FOREIGN.fullmatch(content) or _LATIN_NAME.fullmatch(content):
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
    unlabelled: bool = False,
) -> bool:
    """Add a name with its roles or as an outlet; whether it was either."""
    name = name.strip(" ()[]:|/·・.,=-")
    name = re.sub(r"(?:記者|记者|特派員|編集委員|論説委員)$", "", name)
    name = _TAIL.sub("", name).strip()
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
    if unlabelled and korean is False and len(person) < 2:
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
    if _NAME_FOREIGN.fullmatch(name) or _LATIN_NAME.fullmatch(name):
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
