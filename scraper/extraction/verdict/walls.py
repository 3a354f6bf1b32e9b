"""Pages that stand before an article or where one was: challenges, errors, dialogs, log-ins.

They have little text, and nothing on them speaks for an article; a phrase alone never refuses a
text of some length, a date and a heading.
"""

from __future__ import annotations

from scraper.extraction.verdict.phrasebook import plain_text
from scraper.extraction.verdict.phrases import (
    CHALLENGE,
    CHALLENGE_CLASS,
    CHALLENGE_SOURCE,
    CHALLENGE_TITLE,
    CHALLENGE_WORD,
    CONSENT,
    CONSENT_ACT,
    CONSENT_CLASS,
    LOGIN,
    LOGIN_TITLE,
    NOT_FOUND,
    NOT_FOUND_TITLE,
)
from scraper.extraction.verdict.signals import (
    LITTLE,
    MIN_BODY,
    SHORT,
    WHOLE,
    Judgement,
    PageSignals,
    quote,
)
from scraper.model.types import Verdict

MAX_CHALLENGE = 4_000
"""A page with more text than this, furniture included, is a site's page and no challenge."""
MAX_CONSENT = 12_000
"""Dialogs list what a hundred partners do."""
MIN_DIALOG = 250
"""A dialog over a whole site says more than this; a banner less."""
NEARLY_ALL = 0.8
MAX_FORM = 250
"""So much text may stand beside a form to log in: labels, terms, advantages."""
MAX_BARE = 900
MAX_BARE_LINKS = 4
MIN_WORDS = 3
BARE = 300
"""A page with less text than this has no furniture worth the name."""


def find_challenge(page: PageSignals) -> Judgement | None:
    if page.size > SHORT or page.visible_size > MAX_CHALLENGE:
        return None
    if (page.is_published and page.size > BARE) or (page.is_dated and page.size > LITTLE):
        return None
    for title in dict.fromkeys((page.document.page_title, page.title.value or "")):
        if CHALLENGE_TITLE.is_all_of(title):
            return _challenge(f"its title is “{quote(title)}”")
    if page.is_written or page.has_dateline:
        return None
    said = CHALLENGE.find(page.own_text)
    if said is not None:
        return _challenge(f"the page says “{quote(said)}”")
    marks = _find_marks(page)
    return _challenge(marks) if marks else None


def _challenge(evidence: str) -> Judgement:
    return Judgement(Verdict.BOT_CHALLENGE, evidence)


def _find_marks(page: PageSignals) -> str:
    """What makes a page without a site around it a challenge, whatever its language."""
    document = page.document
    if page.visible_size < LITTLE and not document.has_password:
        marks = CHALLENGE_CLASS.search("".join(document.words))
        if marks is not None:
            return f"markup named “{marks[0]}”"
    if _is_bare(page):
        words = dict.fromkeys(CHALLENGE_WORD.findall(plain_text(page.own_text)))
        if len(words) >= MIN_WORDS:
            return f"hardly anything but the words {quote(', '.join(words))}"
    if page.visible_size < BARE:
        source = CHALLENGE_SOURCE.search("\n".join(document.sources).lower())
        if source is not None:
            return f"hardly a text and a script or frame of a challenge: {source[0]}"
    return ""


def _is_bare(page: PageSignals) -> bool:
    """No site around it, and nothing that speaks for an article."""
    document = page.document
    return (
        page.visible_size < MAX_BARE
        and len(document.by_tag.get("a", ())) <= MAX_BARE_LINKS
        and not page.is_dated
        and page.node is None
        and not document.has_password
    )


def find_soft_404(page: PageSignals) -> Judgement | None:
    if page.size > WHOLE or (page.is_published and page.size > LITTLE):
        return None
    for head in page.heads if not page.is_written else [page.title.value or ""]:
        if NOT_FOUND_TITLE.is_all_of(head):
            return Judgement(Verdict.SOFT_404, f"its heading is “{quote(head)}”")
    if page.is_published or page.is_written:
        return None
    if page.size > LITTLE:
        return None
    if page.is_dated and page.size > 250 and page.title.start >= 0:
        return None
    said = NOT_FOUND.find(page.text if page.size > LITTLE // 2 else page.own_text)
    if said is not None:
        return Judgement(Verdict.SOFT_404, f"the page says “{quote(said)}”")
    return None


def find_consent_wall(page: PageSignals) -> Judgement | None:
    """Most of what the page says is of consent, and its acts are named, on buttons or not."""
    if page.size > MAX_CONSENT:
        return None
    # A notice may be served with the date and the metadata of the article that it stands before.
    headed = CONSENT.is_all_of(page.title.value or "")
    if not headed and (_is_article(page) or page.has_dateline):
        return None
    small = page.size <= LITTLE
    if CONSENT.find(page.own_text if small else page.text[:SHORT]) is None:
        return None
    # Beside a text of some length, buttons are those of a banner.
    button = CONSENT_ACT.find(page.document.controls) if small else None
    said = page.own_text if page.is_framed else "\n".join(run.text for run in page.layout.runs)
    named = button or CONSENT_ACT.find(f"{page.document.page_title}\n{said}")
    if named is None and (not small or page.node is not None or page.times.published is not None):
        return None
    share = _consent_share(page)
    if headed and share < NEARLY_ALL and (_is_article(page) or page.has_dateline):
        return None
    head_says = any(CONSENT.find(head) for head in page.heads)
    if share < _needed_share(page, named is not None, head_says):
        return None
    beside = f", and a button says “{quote(button)}”" if button else ""
    return Judgement(Verdict.CONSENT_WALL, f"{share:.0%} of the text asks for consent{beside}")


def _is_article(page: PageSignals) -> bool:
    return page.is_written or (page.is_published and page.size > LITTLE)


def _consent_share(page: PageSignals) -> float:
    """How much of the text, or of all the page says where that is little, speaks of consent."""
    share = 0.0
    if page.size > LITTLE or page.is_framed:
        share = _share_of(page.text.split("\n"), page)
    if page.size <= LITTLE and share < 1:
        own = [run.text for run in page.own_runs if run.link_density < 0.8]
        share = max(share, _share_of(own, page))
    return share


def _share_of(lines: list[str], page: PageSignals) -> float:
    lines = [line for line in lines if len(line) > 12]
    about = sum(len(line) for line in lines if CONSENT.find(line))
    if page.is_framed and about < MIN_DIALOG:
        return 0.0
    return about / max(1, sum(map(len, lines)))


def _needed_share(page: PageSignals, named: bool, head_says: bool) -> float:
    """``named``: the acts of a dialog are."""
    if not named:
        return 0.6 if head_says else 2.0
    if page.document.has_password:
        return 0.8  # the terms beside a form
    if head_says or (
        page.size <= LITTLE
        and not page.is_dated
        and CONSENT_CLASS.search("".join(page.document.words))
    ):
        return 0.25
    return 0.75 if page.is_dated else 0.5


def find_login_form(page: PageSignals) -> Judgement | None:
    """A form to log in under a heading that says so."""
    if page.is_published or page.size > SHORT:
        return None
    form = page.document.has_password
    if page.size > MAX_FORM and not form:
        return None
    if form and not page.is_framed:
        heads = page.heads
    else:
        heads = [page.title.value or "", page.document.page_title]
        heads += [page.document.text_of(page.heading)] if page.heading >= 0 else []
    if not form and page.is_dated:
        return None
    for head in heads:
        if LOGIN_TITLE.is_all_of(head):
            return Judgement(Verdict.LOGIN_WALL, f"its heading is “{quote(head)}”")
    return None


def find_login_wall(page: PageSignals) -> Judgement | None:
    if page.size > LITTLE or (page.is_published and page.size > 250):
        return None
    if page.is_dated and page.size > 250:
        return None
    # A link "log in" stands in the header of any page: beside a text only the text counts, and
    # under a headline without one what stands there, the heading of a form included.
    if page.size > 250 or (page.is_dated and page.size >= MIN_BODY and not page.is_framed):
        where = page.text
    elif page.is_framed or page.is_dated:
        where = "\n".join([*(run.text for run in page.opening), page.next_heading])
    else:
        where = page.own_text
    said = LOGIN.find(where)
    if said is not None:
        return Judgement(Verdict.LOGIN_WALL, f"the page says “{quote(said)}”")
    bare = not (page.is_framed or page.is_dated)
    if bare and page.document.has_password and page.size < MAX_FORM:
        return Judgement(Verdict.LOGIN_WALL, "a password field and hardly a text")
    return None
