"""The lead image of an article that was filed: asked for as a page is, and kept if it is one.

It goes the way of every page (guard, robots.txt, pace, redirects), but carries nothing of a
subscriber's. What fails or is none is noted, and tells nothing against the article.
"""

from __future__ import annotations

from dataclasses import replace

from scraper.clock import Clock
from scraper.errors import AddressError, FetchError, NetworkError
from scraper.model.events import ImageDone
from scraper.model.images import MAX_IMAGE_BYTES, media_type_of
from scraper.model.types import FetchRequest, ImageCapture, Outcome, Response
from scraper.pages.capture import CaptureStore
from scraper.setup import Tools

_FILED = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.DUPLICATE)


async def take_lead_image(
    article_id: int | None, outcome: Outcome, *, tools: Tools, archive: CaptureStore, clock: Clock
) -> ImageDone | None:
    """Ask for the image of an article as it was filed just now, and store it; ``None`` where there
    is none, or it was asked for before.

    Who calls holds no room of the fetcher (``Fetcher.room``): a large image waits for one. Raises
    ``StorageError``.
    """
    if article_id is None or outcome not in _FILED:
        return None
    url = await tools.offload(archive.load_wanted_image, article_id, clock.now())
    if url is None:
        return None
    response, problem, unreachable = None, None, False
    async with tools.fetcher.room(MAX_IMAGE_BYTES) as room:
        try:
            response = await tools.fetcher.fetch(FetchRequest(url), room)
            problem = _problem_of(response)
        except AddressError as error:
            problem = f"{error.reason}: {error}"
        except FetchError as error:
            problem, unreachable = (
                f"{error.reason}: {error.detail}",
                isinstance(error, NetworkError),
            )
        if problem is not None or response is None:
            capture = ImageCapture(article_id, url, clock.now(), problem=problem)
        else:
            # Kept under the address that the page names, wherever that led.
            response = replace(response, url=response.requested_url)
            capture = ImageCapture(article_id, url, response.fetched_at, response)
        stored = await tools.offload(archive.save_image, capture, clock.now())
    return ImageDone(url, article_id, problem, stored, unreachable)


def _problem_of(response: Response) -> str | None:
    if not response.is_success:
        return f"http_{response.status}"
    if media_type_of(response.body) is None:
        return "not_an_image: its first bytes are of no JPEG, PNG, WebP, AVIF or GIF"
    return None
