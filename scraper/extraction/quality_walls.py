"""Pages that stand before an article or where one was: challenges, errors, dialogs, log-ins.

They have little text, and nothing on them speaks for an article; a phrase alone never refuses a
text of some length, a date and a heading.
"""

from __future__ import annotations

from scraper.extraction.phrases import (
    CHALLENGE,
    CHALLENGE_CLASS,
    CHALLENGE_SOURCE,
    CHALLENGE_TITLE,
    CONSENT,
    CONSENT_ACT,
    CONSENT_CLASS,
    LOGIN,
    LOGIN_TITLE,
    NOT_FOUND,
    NOT_FOUND_TITLE,
)
from scraper.extraction.quality_page import LITTLE, MIN_BODY, SHORT, WHOLE, Page, Ruling, quote
from scraper.types import Verdict

MAX_CHALLENGE = 4_000
"""A page with more text than this, furniture included, is a site's page and no challenge."""
BARE = 300
"""A page with less text than this has no furniture worth the name."""


def find_challenge(page: Page) -> Ruling | None:
    if page.size > SHORT or page.visible_size > MAX_CHALLENGE:
        return None
    if page.is_published and page.size > BARE:
        return None
    document = page.document
    if CHALLENGE_TITLE.is_all_of(document.page_title):
        return _challenge(f"its title is “{quote(document.page_title)}”")
    if page.is_written:
        return None
    said = CHALLENGE.find(page.own_text)
    if said is not None:
        return _challenge(f"the page says “{quote(said)}”")
    if page.visible_size < LITTLE and not document.has_password:
        marks = CHALLENGE_CLASS.search("".join(document.words))
        if marks is not None:
            return _challenge(f"markup of a challenge: {marks[0]}")
    if page.visible_size < BARE:
        source = CHALLENGE_SOURCE.search("\n".join(document.sources).lower())
        if source is not None:
            return _challenge(f"hardly a text and a script or frame of a challenge: {source[0]}")
    return None


def _challenge(evidence: str) -> Ruling:
    return Ruling(Verdict.BOT_CHALLENGE, evidence)


def find_soft_404(page: Page) -> Ruling | None:
    if page.size > WHOLE or (page.is_published and page.size > LITTLE):
        return None
    for head in page.heads if not page.is_written else [page.title.value or ""]:
        if NOT_FOUND_TITLE.is_all_of(head):
            return Ruling(Verdict.SOFT_404, f"its heading is “{quote(head)}”")
    if page.size > LITTLE or page.is_published or page.is_written:
        return None
    if page.is_dated and page.size > 250 and page.title.start >= 0:
        return None
    said = NOT_FOUND.find(page.text if page.size > LITTLE // 2 else page.own_text)
    if said is not None:
        return Ruling(Verdict.SOFT_404, f"the page says “{quote(said)}”")
    return None


def find_consent_wall(page: Page) -> Ruling | None:
    """Most of what the page says is of consent, and its acts are named, on buttons or not."""
    if page.size > 12_000 or page.is_written or (page.is_published and page.size > LITTLE):
        return None
    if CONSENT.find(page.text[:SHORT] if page.size > LITTLE else page.own_text) is None:
        return None
    # Beside a text of some length, buttons are those of a banner.
    controls = page.document.controls if page.size <= LITTLE else ""
    act = CONSENT_ACT.find(controls) or CONSENT_ACT.find(
        f"{page.document.page_title}\n{page.own_text}"
    )
    bare = page.size <= LITTLE and page.node is None and page.times.published is None
    if act is None and not bare:
        return None
    if page.size > LITTLE:
        lines = page.text.split("\n")
    else:
        lines = [run.text for run in page.own_runs if run.link_density < 0.8]
    lines = [line for line in lines if len(line) > 12]
    about = [line for line in lines if CONSENT.find(line)]
    share = sum(map(len, about)) / max(1, sum(map(len, lines)))
    head_says = any(CONSENT.find(head) for head in page.heads)
    if act is None and not (head_says and share >= 0.6):
        return None
    marks = CONSENT_CLASS.search("".join(page.document.words)) if page.size <= LITTLE else None
    if head_says or (marks and not page.is_dated):
        needed = 0.25
    else:
        needed = 0.75 if page.is_dated else 0.5
    if about and share >= needed:
        beside = f", and a button says “{quote(act)}”" if act and act in controls else ""
        return Ruling(Verdict.CONSENT_WALL, f"{share:.0%} of the text asks for consent{beside}")
    return None


def find_login_form(page: Page) -> Ruling | None:
    """A form to log in under a heading that says so."""
    if page.size > 250 or page.is_published or page.visible_size > MAX_CHALLENGE:
        return None
    heads = page.heads
    if not page.document.has_password:
        if page.is_dated:
            return None
        heads = [page.title.value or "", page.document.page_title]
    for head in heads:
        if LOGIN_TITLE.is_all_of(head):
            return Ruling(Verdict.LOGIN_WALL, f"its heading is “{quote(head)}”")
    return None


def find_login_wall(page: Page) -> Ruling | None:
    if page.size > LITTLE or (page.is_published and page.size > 250):
        return None
    if page.visible_size > MAX_CHALLENGE:
        return None
    # A link "log in" stands in the header of any page: beside a text only the text counts.
    where = page.text if page.size > 250 or page.is_dated else page.own_text
    said = LOGIN.find("\n".join([*page.heads, where]))
    if said is not None:
        return Ruling(Verdict.LOGIN_WALL, f"the page says “{quote(said)}”")
    if page.document.has_password and page.size < MIN_BODY and not page.is_dated:
        return Ruling(Verdict.LOGIN_WALL, "a password field and no text")
    return None
