"""What was given as an address, shown to a person without the name and password in it."""

from __future__ import annotations

import re

# Up to the last @ of the authority; where that is cut short by an unescaped sign in the password
# (its colon is then followed by no port), up to the last one of all.
_AT = "(?:[@\uff20\ufe6b]|%40)"  # and what people and servers make of it
_NO_PORT = (
    r"(?!(?:0*(?:[1-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
    r"(?:[/?#]|$))"
)
_USERINFO = re.compile(
    r"(\s*(?:[a-z][a-z0-9+.-]*:)?/*)"
    rf"(?:[^/?#]*|(?!\[[0-9a-f:.]*\])[^/?#@]*:{_NO_PORT}.*){_AT}",
    re.IGNORECASE | re.DOTALL,
)
# Where what stands before it is no scheme: quotes, something invisible, a colon of another script.
_LOGIN = re.compile(
    rf"(?<=//)[^\s/?#@]+{_AT}|[^\s/:=@\[\]]+:(?!//){_NO_PORT}[^\s@]*{_AT}", re.IGNORECASE
)
_MAX_SHOWN = 2_048


def hide_userinfo(text: str) -> str:
    """What was given as an address, for messages: the name and password before its host are
    hidden, whatever else is wrong with it. Of a long text the beginning."""
    text = text[:_MAX_SHOWN]
    found = _USERINFO.match(text)
    if found:
        return f"{found[1]}…@{text[found.end() :]}"
    return _LOGIN.sub("…@", text)


def shown(text: str) -> str:
    """For a message: quoted, cut, and without name and password."""
    text = hide_userinfo(text)
    return repr(text if len(text) <= 80 else text[:77] + "...")
