"""What a page says of itself in machine-readable form: meta tags, JSON-LD, microdata.

reading      all of it, read once; ``<meta>`` and ``<link rel=canonical>``
jsonld       JSON-LD                       microdata    ``itemscope`` and ``itemprop``
nodes        what both come to             fields       what of an article only metadata states
sections     its section, which markup and breadcrumbs tell, too
"""

from scraper.extraction.metadata.nodes import ArticleNode, Graph
from scraper.extraction.metadata.reading import Metadata, read_metadata

__all__ = ["ArticleNode", "Graph", "Metadata", "read_metadata"]
