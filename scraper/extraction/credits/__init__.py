"""Who wrote the article: ``extract_credits``.

stated      JSON-LD, microdata, meta tags        marked   by rel, class, address
parts       what a marked element says           lines    by what they say
ends        below the text, and about authors    brackets at a Chinese or Japanese text
rating      which list to believe                choosing from lists of names to authors
"""

from scraper.extraction.credits.choosing import Credits, extract_credits

__all__ = ["Credits", "extract_credits"]
