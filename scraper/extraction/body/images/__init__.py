"""The pictures of a page: the ``img`` elements, and the addresses behind lazy loading and sets of
sizes (``finding``)."""

from scraper.extraction.body.images.finding import (
    find_hidden_url,
    find_image_url,
    find_images,
    is_small,
)

__all__ = ["find_hidden_url", "find_image_url", "find_images", "is_small"]
