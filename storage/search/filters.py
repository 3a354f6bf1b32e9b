"""stub"""

from dataclasses import dataclass
from typing import Literal

PageType = Literal["article", "teaser"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    site: str | None = None
    language: str | None = None
    author: str | None = None
    section: str | None = None
    month: str | None = None
    edited: bool = False
    stealth: bool = False
    story: bool = False
    type: PageType = "article"
