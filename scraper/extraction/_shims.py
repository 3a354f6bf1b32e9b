"""Until the parsers land."""

from __future__ import annotations
import re
from dataclasses import dataclass
from datetime import datetime
from scraper.types import Precision


@dataclass(frozen=True)
class ParsedDate:
    value: datetime
    precision: Precision
    zone_stated: bool
    relative: bool = False


@dataclass(frozen=True)
class Byline:
    authors: tuple = ()
    organisations: tuple = ()
    roles: tuple = ()
    initials: tuple = ()


_M = {m: i for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_M |= {"mär": 3, "mai": 5, "okt": 10, "dez": 12, "mei": 5, "agu": 8, "des": 12}


def parse_date(text, *, language=None, now=None):
    m = re.search(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?", text)
    if m:
        try:
            d = datetime(*[int(x or 0) for x in m.groups()])
        except ValueError:
            return None
        z = re.search(r"(Z|[+-]\d\d:?\d\d)$", text.strip())
        if z:
            from datetime import timezone, timedelta

            o = z[1]
            off = (
                timedelta(0)
                if o == "Z"
                else (1 if o[0] == "+" else -1) * timedelta(hours=int(o[1:3]), minutes=int(o[-2:]))
            )
            d = d.replace(tzinfo=timezone(off))
        return ParsedDate(
            d, Precision.SECOND if m[6] else Precision.MINUTE if m[4] else Precision.DAY, bool(z)
        )
    m = re.search(r"(\d{1,2})\.?\s+([^\W\d]{3,})\.?,?\s+(\d{4})", text)
    g = (m[1], m[2], m[3]) if m else None
    if not g:
        m = re.search(r"([^\W\d]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", text)
        g = (m[2], m[1], m[3]) if m else None
    if not g:
        m = re.search(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", text)
        if not m:
            return None
        a, b, y = map(int, m.groups())
        try:
            return ParsedDate(datetime(y, b, a), Precision.DAY, False)
        except ValueError:
            return None
    mon = _M.get(g[1][:3].lower())
    if not mon:
        return None
    try:
        d = datetime(int(g[2]), mon, int(g[0]))
    except ValueError:
        return None
    t = re.search(r"(\d{1,2}):(\d\d)", text)
    if t and int(t[1]) < 24 and int(t[2]) < 60:
        return ParsedDate(d.replace(hour=int(t[1]), minute=int(t[2])), Precision.MINUTE, False)
    return ParsedDate(d, Precision.DAY, False)


def parse_byline(text, *, language=None, site_name=None):
    text = re.sub(r"^\W*(by|von|par|por|oleh|written by)\b[:\s]*", "", text.strip(), flags=re.I)
    text = re.split(r"\s+[-–|•]\s+|\n", text)[0]
    names = [n.strip() for n in re.split(r",|;|&|\band\b|\bund\b|\bet\b|\by\b|\bdan\b", text)]
    ok = tuple(
        n
        for n in names
        if 1 < len(n.split()) <= 4 and not re.search(r"[\d@/]", n) and n[0].isupper()
    )
    return Byline(ok, tuple(n for n in names if n not in ok and len(n) < 60 and n))
