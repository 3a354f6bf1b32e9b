"""What a capture is to the archive: new, the same, an edit, a copy, or no article. Pure.

``examine`` works out a capture's addresses and hashes; ``decide`` looks at these and at what is
known of them, and says in a ``SavePlan`` what is to be stored; ``filing`` carries it out.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from scraper import urls
from scraper.errors import AddressError
from scraper.model.types import Article, Capture, Outcome, Verdict
from storage import addresses
from storage.addresses import Address, is_same_host
from storage.records import DATE, EXTRACTOR
from storage.saving.authority import is_led_home, leaves_outlet, lesser_way
from storage.saving.capture_facts import CaptureFacts, KnownArticle, KnownVersion, Lookup
from storage.saving.save_plan import SavePlan, Step, same_text
from storage.text.fingerprint import Content, content_of, is_same_content, states_date_better

DECLARES_IT = "the page declares it as its address"


def examine(capture: Capture, *, recorded: bool = False) -> CaptureFacts:
    """Work out what ``decide`` goes by. Raises ``AddressError`` for a bad requested address."""
    requested = addresses.parse(capture.requested_url)
    final, response, article = requested, capture.response, capture.article
    passed: tuple[Address, ...] = ()
    if response is not None:
        final = _parse_or(response.url, requested)
        if response.redirects or final.url != requested.url:
            passed = (requested, *(_parse_or(url, requested) for url in response.redirects))
    declared = _declared(final, article)
    if declared is None or not is_same_host(declared.url, final.url):
        canonical, elsewhere = final, declared
    else:
        canonical, elsewhere = declared, None
    facts = CaptureFacts(
        capture=capture,
        requested=requested,
        final=final,
        canonical=canonical,
        declared=elsewhere,
        passed=passed,
        recorded=recorded,
    )
    if response is not None and not capture.not_modified:
        facts = replace(facts, digest=sha256(response.body).digest())
    if article is None or article.verdict is not Verdict.ARTICLE or capture.rejected:
        return facts
    baseline = capture.baseline
    return replace(
        facts,
        content=capture.imprint.content if capture.imprint else content_of(article),
        # An extractor that no longer sees an article in the stored page has nothing to compare.
        baseline=content_of(baseline) if baseline and baseline.verdict is Verdict.ARTICLE else None,
    )


def _declared(final: Address, article: Article | None) -> Address | None:
    """The address in the same outlet that the page has for its own, where that is another one."""
    claim = article and (article.declared_url or article.canonical_url)
    if not claim:
        return None
    declared = _parse_or(urls.choose_declared(final.url, claim), final)
    return None if declared.key == final.key else declared


def _parse_or(text: str, fallback: Address) -> Address:
    try:
        return addresses.parse(text)
    except AddressError:
        return fallback


def decide(facts: CaptureFacts, known: Lookup) -> SavePlan:
    """What to store of a capture.

    1. nothing complete was received: failed, no article's row is touched;
    2. 304: unchanged;
    3. no article: rejected, and never in place of a good text;
    4. an article at an address that is known, or that declares one that is: unchanged or changed,
       and only a copy (``duplicate``) where it was read at some other address;
    5. a text that is known on the same host, or at the address that the page declares: one more
       address of that article;
    6. else a new article, linked to the first with the same text elsewhere.

    ``known`` holds nothing over which the capture has no authority (``authority.heed``).
    """
    capture = facts.capture
    at_hand = known.final or known.requested
    if capture.not_modified:
        return SavePlan(outcome=Outcome.UNCHANGED, article_id=at_hand.id if at_hand else None)
    if facts.content is None and capture.article is None and not capture.rejected:
        return SavePlan(
            outcome=Outcome.FAILED,
            reason=capture.reason or "no answer",
            article_id=at_hand.id if at_hand else None,
        )
    if facts.content is None:
        return _reject(facts, known)
    found, declared = known.found, known.declared
    is_open = found is None or found.verdict is not Verdict.ARTICLE
    if is_open and declared is not None and known.own_article is None:
        return _copy(declared.id, DECLARES_IT)
    if found is None:
        return _settle_in(known.pointing) if known.pointing else _file(known)
    if found.verdict is not Verdict.ARTICLE:
        own = known.own_article
        if own is None:
            return _promote(facts.content, found, known)
        # Its page declares, or now leads to, an address where nothing was read so far.
        return replace(_compare(facts, facts.content, own, known), absorbs=found.id)
    return _compare(facts, facts.content, found, known)


def _reject(facts: CaptureFacts, known: Lookup) -> SavePlan:
    capture = facts.capture
    verdict, evidence = _refusal(capture)
    found = known.found
    plan = SavePlan(
        outcome=Outcome.REJECTED, reason=f"{verdict}: {evidence}" if evidence else str(verdict)
    )
    if found is not None and found.verdict is Verdict.ARTICLE:
        plan = replace(plan, article_id=found.id)
        if not is_same_host(facts.final.url, found.url) and not is_led_home(facts, found):
            return plan  # its words are none of the article's, not even beside it
        return _keep_beside(plan, capture, found)
    has_text = verdict is Verdict.TEASER and capture.article is not None
    version = None
    if has_text and capture.article is not None:
        same = found.find(content_of(capture.article)) if found else None
        version = Step(revives=same.id if same else None, accepted=False)
    if found is None:
        return replace(
            plan,
            makes_article=True,
            verdict=verdict,
            evidence=evidence,
            version=version,
            keeps_snapshot=True,
        )
    if found.verdict is Verdict.TEASER and not has_text:
        return replace(plan, article_id=found.id)  # the little text there is stays
    return replace(
        plan,
        article_id=found.id,
        verdict=verdict,
        evidence=evidence,
        version=version,
        keeps_snapshot=version is not None and version.revives is None,
    )


def _keep_beside(plan: SavePlan, capture: Capture, found: KnownArticle) -> SavePlan:
    """What takes an article's place on the web for now: a wall, an error page, a teaser."""
    article = capture.article
    if article is None or not article.body:
        return replace(plan, keeps_snapshot=True)
    same = found.find(content_of(article))
    if same is not None and same.accepted:
        return plan
    step = Step(revives=same.id if same else None, accepted=False, beside=plan.reason)
    return replace(plan, version=step, keeps_snapshot=same is None)


def _refusal(capture: Capture) -> tuple[Verdict, str]:
    article = capture.article
    if article is not None and article.verdict is not Verdict.ARTICLE:
        return article.verdict, article.evidence
    reason = capture.reason or ""
    kind = Verdict.MEDIA if reason.partition(":")[0] == "not_html" else Verdict.EMPTY
    return kind, reason


def _file(known: Lookup) -> SavePlan:
    if known.twin_here is not None:
        copy = replace(_copy(known.twin_here), apart=known.twin_apart)
        is_known = known.alias_of == known.twin_here
        return replace(copy, outcome=Outcome.UNCHANGED, reason=None) if is_known else copy
    return SavePlan(
        outcome=Outcome.NEW if known.twin_elsewhere is None else Outcome.DUPLICATE,
        reason=None if known.twin_elsewhere is None else same_text(known.twin_elsewhere),
        makes_article=True,
        verdict=Verdict.ARTICLE,
        filed=True,
        duplicate_of=known.twin_elsewhere,
        version=Step(),
        keeps_snapshot=True,
        links_addresses=True,
        is_home=True,
    )


def _settle_in(article: KnownArticle) -> SavePlan:
    """The page that an article has declared all along is read, and says the same: it lives here."""
    return SavePlan(
        outcome=Outcome.UNCHANGED, article_id=article.id, links_addresses=True, is_home=True
    )


def _promote(content: Content, found: KnownArticle, known: Lookup) -> SavePlan:
    if known.twin_here is not None:
        absorbs = None if known.twin_apart else found.id
        return replace(_copy(known.twin_here), absorbs=absorbs, apart=known.twin_apart)
    same = found.find(content)  # a teaser that now counts as whole
    return replace(
        _file(known),
        article_id=found.id,
        makes_article=False,
        version=Step(revives=same.id if same else None),
    )


def _compare(facts: CaptureFacts, content: Content, found: KnownArticle, known: Lookup) -> SavePlan:
    same = found.find(content)
    is_known_here = known.final is not None and known.final.id == found.id
    if _is_elsewhere(facts, found, known):
        if same is not None and is_known_here:
            return SavePlan(outcome=Outcome.UNCHANGED, article_id=found.id, links_addresses=True)
        return _copy(found.id, DECLARES_IT)
    if not is_at_home(facts, found):
        if found.has_text(content):
            # A copy may have a headline of its own, which is no edit of the article.
            apart = not is_same_host(facts.final.url, found.url)
            return SavePlan(
                outcome=Outcome.UNCHANGED, article_id=found.id, links_addresses=True, apart=apart
            )
        if known.returning is not None:
            own = known.returning
            return _look_for_edit(facts, content, own, own.find(content))
        if known.twin_here is not None and known.twin_here != found.id:
            return _copy(known.twin_here)
    return _look_for_edit(facts, content, found, same)


def _look_for_edit(
    facts: CaptureFacts, content: Content, found: KnownArticle, same: KnownVersion | None
) -> SavePlan:
    plan = SavePlan(
        outcome=Outcome.UNCHANGED, article_id=found.id, links_addresses=True, is_home=True
    )
    current = found.current_id
    if facts.baseline is not None:
        base = found.find(facts.baseline)
        if base is not None and base.id == current:
            plan = replace(plan, confirms=current)
        else:
            plan = replace(plan, baseline=Step(base.id if base else None, cause=EXTRACTOR))
        if is_same_content(facts.baseline, content):
            return plan
    elif same is not None and same.id == current:
        if states_date_better(same.content, content):
            return replace(plan, version=Step(cause=DATE), keeps_snapshot=True)
        return replace(plan, confirms=current)
    return replace(
        plan,
        outcome=Outcome.CHANGED,
        version=Step(revives=same.id if same else None),
        keeps_snapshot=same is None,
    )


def claimed(facts: CaptureFacts, known: Lookup) -> KnownArticle | None:
    """The article whose place a capture with another content claims by what one of them declares.

    It is a variant of that article, or a page whose template declares one address for all, or
    whose address such a template declared: only their texts can tell (``fingerprint.is_variant``).
    """
    found = known.found
    if facts.content is None or found is None or found.verdict is not Verdict.ARTICLE:
        return None
    if found.find(facts.content) is not None:
        return None
    is_claim = _is_elsewhere(facts, found, known) or _is_claimed(facts, found)
    return found if is_claim else None


def leaving(facts: CaptureFacts, known: Lookup) -> KnownArticle | None:
    """The article whose home sends its readers to another outlet: it has moved there, or that is
    where an outlet sends the readers of what it took down."""
    if facts.content is None:
        return None
    at_hand = (known.found, known.own_article)
    return next((one for one in at_hand if one and leaves_outlet(facts, one)), None)


def outgrown(facts: CaptureFacts, known: Lookup, plan: SavePlan) -> KnownArticle | None:
    """The article that a capture is ruled to edit from an address that only ever had its text.

    Nothing but that text made the address the article's; where it now carries another one, it
    stands for an article of its own. So does what an article would move to and says less.
    """
    found = known.get(plan.article_id)
    if found is not None and plan.is_held_back and leaves_outlet(facts, found):
        return found
    if found is not known.found or found is None or plan.outcome is not Outcome.CHANGED:
        return None
    if is_at_home(facts, found) or lesser_way(facts, found) is not None:
        return None
    return found


def on_its_own(
    facts: CaptureFacts, known: Lookup, other: KnownArticle
) -> tuple[CaptureFacts, Lookup]:
    """The capture as none of ``other``, whose address it declares or came from."""

    def unless_other(article: KnownArticle | None) -> KnownArticle | None:
        return None if article is not None and article.id == other.id else article

    own = unless_other(known.final) or unless_other(known.requested)
    if known.canonical is not None:
        facts = replace(facts, canonical=facts.final)
    if unless_other(known.requested) is None:
        facts = replace(facts, baseline=None)  # what was read anew is the other's page
    return facts, replace(known, canonical=None, final=own, requested=own)


def is_dated_alike(facts: CaptureFacts, known: Lookup, plan: SavePlan) -> bool:
    """Whether the capture states no other date than the version that it is ruled to change."""
    found = known.get(plan.article_id)
    current = found.current if found is not None else None
    if current is None or facts.content is None:
        return False
    worded = replace(facts.content, wording=current.content.wording)
    return is_same_content(current.content, worded)


def _is_elsewhere(facts: CaptureFacts, found: KnownArticle, known: Lookup) -> bool:
    """Whether the page says that the article's address is another one (an AMP or print page).

    Its text may differ a little from the article's and is no edit of it. Where the article is
    known from this very page, there is nothing better to compare it with.
    """
    declares_it = known.canonical is found and facts.canonical.key != facts.final.key
    return declares_it and facts.final.key != found.home_key


def _is_claimed(facts: CaptureFacts, found: KnownArticle) -> bool:
    """Whether the address is the article's only because that one declares it; what is read there
    in a lesser way takes it from nobody."""
    is_canonical = facts.final.key in found.own_keys and facts.final.key != found.home_key
    is_lesser = lesser_way(facts, found) is not None
    return is_canonical and not is_lesser and not is_led_home(facts, found)


def is_at_home(facts: CaptureFacts, found: KnownArticle) -> bool:
    """Whether this is where the article is looked for, or where that address leads to now."""
    seen = {facts.final.key, facts.canonical.key}
    return bool(seen & found.own_keys) or is_led_home(facts, found)


def _copy(article_id: int, reason: str | None = None) -> SavePlan:
    return SavePlan(
        outcome=Outcome.DUPLICATE,
        reason=reason or same_text(article_id),
        article_id=article_id,
        links_addresses=True,
    )
