"""How JSON is given out."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import JSONResponse


class Plain(JSONResponse):
    """JSON in ASCII: nothing of a page's text drives a terminal that it is printed on."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()
