"""Who wrote the article: ``extract_credits``.

stated       JSON-LD, microdata, meta tags              marked           by rel, class, address
parts        what such an element says, part by part   lines, ends      by what they say; below the text
rating       which list to believe                      choosing         from lists of names to authors
"""

from scraper.extraction.credits.choosing import Credits, extract_credits

__all__ = ["Credits", "extract_credits"]
