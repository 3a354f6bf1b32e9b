"""The headline: ``extract_title``.

headline     the choice                   headings           the page's headings and its logo
sites        the site's name in titles
"""

from scraper.extraction.title.headline import MAX_TITLE, Title, extract_title
from scraper.extraction.title.sites import strip_site

__all__ = ["MAX_TITLE", "Title", "extract_title", "strip_site"]
