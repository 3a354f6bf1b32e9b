"""stub"""

from typing import Any

Facets = Any
