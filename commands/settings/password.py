"""The password of ``kliping serve --write``: only its hash is kept, by scrypt (RFC 7914).

Written ``scrypt:N:R:P:SALT:HASH``, salt and hash in URL-safe base64 (RFC 4648 §5) without padding:
what it takes to check one stands in it, so that the parameters may be raised one day and an old
hash still holds.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

SHORTEST = 8
LONGEST = 1_000
"""Characters of a password."""
COST = (1 << 15, 8, 1)
"""N, R and P: 32 MiB and about 0.1 s for a try."""
MOST_MEMORY = 1 << 28
"""Bytes that a hash may ask for when it is checked."""

SALT, DIGEST = 12, 24
"""Bytes: multiples of three, so that base64 has no padding."""
_BASE64 = "([A-Za-z0-9_-]{{{}}})"
_FORM = re.compile(
    r"scrypt:(\d{1,8}):(\d{1,3}):(\d{1,3}):"
    f"{_BASE64.format(SALT * 4 // 3)}:{_BASE64.format(DIGEST * 4 // 3)}",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Hashed:
    """A password that can be recognised, and is not known."""

    cost: tuple[int, int, int]
    salt: bytes = field(repr=False)
    digest: bytes = field(repr=False)

    @classmethod
    def of(cls, password: str, cost: tuple[int, int, int] = COST) -> Hashed:
        salt = os.urandom(SALT)
        return cls(cost, salt, _derive(password, cost, salt))

    @classmethod
    def parse(cls, text: str) -> Hashed:
        """Raises ``ValueError`` for what ``str`` of none has made."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError
        n, r, p = map(int, found.group(1, 2, 3))
        if n < 2 or n & (n - 1) or not 1 <= r <= 64 or not 1 <= p <= 16 or n * r > 1 << 20:
            raise ValueError
        return cls((n, r, p), urlsafe_b64decode(found[4]), urlsafe_b64decode(found[5]))

    def __str__(self) -> str:
        salt, digest = (urlsafe_b64encode(one).decode() for one in (self.salt, self.digest))
        return ":".join(["scrypt", *map(str, self.cost), salt, digest])

    def fits(self, password: str) -> bool:
        """Takes its time, whatever is given."""
        derived = _derive(password[: LONGEST + 1], self.cost, self.salt)
        return hmac.compare_digest(derived, self.digest)


def _derive(password: str, cost: tuple[int, int, int], salt: bytes) -> bytes:
    n, r, p = cost
    given = password.encode(errors="surrogatepass")
    return hashlib.scrypt(given, salt=salt, n=n, r=r, p=p, maxmem=MOST_MEMORY, dklen=DIGEST)
