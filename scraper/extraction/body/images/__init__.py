"""The pictures of a page.

finding      the ``img`` elements, and the addresses behind lazy loading and sets of sizes
figures      figures that are text: a table or code
"""

from scraper.extraction.body.images.figures import shows_text
from scraper.extraction.body.images.finding import (
    find_hidden_url,
    find_image_url,
    find_images,
    is_small,
)

__all__ = ["find_hidden_url", "find_image_url", "find_images", "is_small", "shows_text"]
