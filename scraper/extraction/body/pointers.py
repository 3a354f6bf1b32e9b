# ruff: noqa: E501 - a language's words read best on one line
"""Lines that lead away from the text and are known by their form, in any language: a label with a
link, an invitation to follow, the numbers of a pager, the label of a box whose links are gone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from scraper.extraction.body.runs import HEADINGS, TextRun
from scraper.extraction.document import Document

MAX_POINTER = 260
MAX_LABEL_WORDS = 5
MAX_BARE_WORDS = 3
MIN_LINKED_WORDS = 4
MAX_LABEL = 60

_LABEL = re.compile(r"[\W_]*(?P<label>[^:：]{2,50})[:：]\s*(?P<linked>\S.*)", re.DOTALL)
_FOLLOW = (
    r"follow|join|subscribe|like us|download|s[ií]gue(?:nos)?|s[ií]g[au]nos|únete|suscr[ií]b|descarga|suivez|rejoignez|abonnez|téléchargez|segui(?:ci)?|"
    r"iscriviti|unisciti|siga|sigam|acompanhe|junte|participe|baixe|receba|folgen|folge|abonnier|abonnieren|volg|følg|følj|följ|seuraa|"
    r"obserwuj|dołącz|śledź|polub|sledujte|sledujete|kövess|urmări[tț]i|abona[tț]i|takip|abone|katıl|ακολουθήστε|подпис|следите|"
    r"читайте нас|присоединяйтесь|підпис|слідкуйте|следете|pratite|spremljajte|simak|ikuti|gabung|muat turun|sertai|langgan|theo dõi|tải|ติดตาม|กดติดตาม|"
    r"关注|關注|下载|下載|加入|フォロー|友だち追加|登録|구독|팔로우|추가|تابعونا|تابعنا|اشترك|انضم|دنبال|بپیوندید|עקבו|הצטרפו|फॉलो|जुड़|फ़ॉलो|অনুসরণ|ফলো|যুক্ত"
)
_NETWORK = (
    r"facebook|whatsapp|telegram|google ?news|google'?da|instagram|twitter|youtube|tiktok|viber|zalo|fanpage|linkedin|threads|bluesky|weibo|微信|微博|wechat|line|"
    r"kakao|카카오|네이버|naver|newsletter|app store|play store|google play|канал|каналу?|телеграм|ватсап|वॉट्सऐप|व्हाट्सएप|واتساب|تلغرام|تيليجرام|تلگرام|וואטסאפ|טלגרם|aplikasi|app\b"
)
_INVITES = re.compile(
    rf"(?<!\w)(?:{_FOLLOW}).{{0,100}}(?<!\w)(?:{_NETWORK})|(?<!\w)(?:{_NETWORK}).{{0,60}}(?:{_FOLLOW})",
    re.IGNORECASE | re.DOTALL,
)
_PAGER = re.compile(
    r"\W*(?:halaman|laman|pages?|seiten?|páginas?|pagin[ae]|stron[ay]|страницы?|sayfa|trang|หน้า|ページ|页|頁|쪽|صفحة|صفحه)\s*[:：]?\s*\d{1,2}(?:\W+\d{1,2})*(?:\W.{0,30})?$",
    re.IGNORECASE,
)


def leads_away(document: Document, run: TextRun) -> bool:
    """Whether the whole line points elsewhere."""
    if run.size > MAX_POINTER:
        return False
    if run.link_size and (_is_labelled_link(document, run) or invites(run)):
        return True
    return run.size < MAX_LABEL and _PAGER.match(run.text) is not None


def invites(run: TextRun) -> bool:
    """To follow the outlet on a network. Without a link it may well be what somebody did."""
    return run.size <= MAX_POINTER and _INVITES.search(run.text) is not None


def _is_labelled_link(document: Document, run: TextRun) -> bool:
    """A few words, a colon, and a link of the length of a headline that ends the line. In lists
    such lines are facts ("Website: …")."""
    if document.tags[run.owner] in ("li", "td", "dd", "dt") or run.link_density < 0.4:
        return False
    if not document.links[run.last] or document.links[run.first]:
        return False
    match = _LABEL.fullmatch(run.text)
    if match is None:
        return _is_bare_label(document, run)
    label, linked = match["label"], match["linked"]
    links = document.by_tag.get("a", ())
    if bisect_left(links, run.last) - bisect_left(links, run.first) > 1:  # "Topics: A, B"
        return len(label.split()) <= 2 and run.link_density > 0.5
    return (
        len(label.split()) <= MAX_LABEL_WORDS
        and (len(linked.split()) >= MIN_LINKED_WORDS or len(linked) >= 24)
        and run.link_size >= len(linked) - 3
    )


def _is_bare_label(document: Document, run: TextRun) -> bool:
    """The same without a colon: then the line must end as a headline does."""
    if run.ends_sentence or document.tags[run.owner] in HEADINGS:
        return False
    texts = document.texts
    label = "".join(texts[at] for at in range(run.first, run.last + 1) if not document.links[at])
    words = len(run.text.split())
    own = len(label.split())
    return 0 < own <= MAX_BARE_WORDS and words - own > MIN_LINKED_WORDS


def drop_labels(
    document: Document, reached: Sequence[TextRun], kept: list[TextRun]
) -> list[TextRun]:
    """``kept`` without the labels of boxes whose links are gone. ``reached``: before pruning."""
    firsts = [run.first for run in kept]
    held = set(firsts)
    ends = document.ends
    dropped: set[int] = set()
    for run, following in pairwise(reached):
        if (
            run.first not in held
            or following.first in held
            or run.size > MAX_LABEL
            or run.ends_sentence
            or following.link_density < 0.8
        ):
            continue
        if run.text[-1] in ":：" and following.link_density > 0.9:
            dropped.add(run.first)
            continue
        box = _common_box(document, run, following)
        if box < 0:
            continue
        begin = bisect_left(firsts, box)
        is_alone = bisect_left(firsts, ends[box], begin) - begin == 1
        if is_alone and document.tags[box] not in ("body", "article", "main"):
            dropped.add(run.first)
    return [run for run in kept if run.first not in dropped] if dropped else kept


def drop_summaries(
    document: Document, container: int, reached: Sequence[TextRun], kept: list[TextRun]
) -> list[TextRun]:
    """``kept`` without the summaries of other articles, whose linked titles are gone: a box of its
    own that holds both and little else."""
    firsts = [run.first for run in kept]
    held = set(firsts)
    dropped: set[int] = set()
    for run, following in pairwise(reached):
        if run.first in held or following.first not in held or run.link_density < 0.8:
            continue
        if following.size > MAX_POINTER or len(run.text.split()) < 3:
            continue
        box = _common_box(document, run, following)
        if box < 0 or document.contains(box, container):
            continue
        begin = bisect_left(firsts, box)
        inside = kept[begin : bisect_left(firsts, document.ends[box], begin)]
        if sum(other.size for other in inside) <= MAX_POINTER:
            dropped.update(other.first for other in inside)
    return [run for run in kept if run.first not in dropped] if dropped else kept


def _common_box(document: Document, run: TextRun, following: TextRun) -> int:
    """The innermost element of both; -1 where it lies more than three steps up."""
    boxes = document.ancestors(run.owner, 3)
    return next((at for at in boxes if document.contains(at, following.last)), -1)
