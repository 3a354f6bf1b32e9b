"""Fetching a page whole: where a site rule knows the address that shows all of an article.

The answer is handed on as the plain address's own: that is where the article is filed, whichever
of its addresses a source lists. Robots and pace hold for the address that is really asked for.
"""

from __future__ import annotations

from dataclasses import replace

from scraper.errors import RobotsError
from scraper.fetch.budget import MemoryBudget
from scraper.model.types import FetchRequest, Response
from scraper.setup import Tools

NOT_THERE = (404, 410)


async def fetch_page(
    request: FetchRequest, tools: Tools, room: MemoryBudget | None = None
) -> Response:
    """The answer for a page, from its single-page address where a rule knows one.

    Where that is not there, or robots.txt closes it, the plain address is asked. ``room`` is one of
    ``Fetcher.room``, where the answer is kept for a while. Raises what ``Fetcher.fetch`` raises.
    """
    rule = tools.rules.find(request.url)
    whole = rule.whole_address(request.url) if rule is not None else None
    if rule is None or whole is None:
        return await tools.fetcher.fetch(request, room)
    plain = rule.plain_address(request.url)
    try:
        # Without conditions: the validators may be those of the plain page, from before the rule.
        asked = FetchRequest(whole, vouched=request.vouched)
        answer = await tools.fetcher.fetch(asked, room)
    except RobotsError as error:
        if error.reason != "robots":
            raise
        return await tools.fetcher.fetch(replace(request, url=plain), room)
    if answer.status in NOT_THERE:
        return await tools.fetcher.fetch(replace(request, url=plain), room)
    at_end = tools.rules.find(answer.url)  # a redirect may have left the rule's site
    url = at_end.plain_address(answer.url) if at_end is not None else answer.url
    return replace(answer, requested_url=request.url, url=url, single_page=whole)
