"""The other pages of an article: ``find_paging``.

addresses    what in an address is the page's number     links       the next page, and the whole
first_page   where an article begins                     variants    its AMP and print versions

``first_page`` and ``variants`` are for ``scraper.pages.parts``: extraction does not use them.
"""

from scraper.extraction.paging.links import Paging, find_paging

__all__ = ["Paging", "find_paging"]
