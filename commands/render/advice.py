"""What a person can do about each reason why a page is not in the archive."""

from __future__ import annotations

SAVE_IT = "open it in a browser, save the page and give it with --html FILE --url URL"

OPEN_SOURCE = "`kliping discover` the site's front page for one that it leaves open"
"""Of a source that robots.txt closes."""

ADVICE = {
    "dns": "check the spelling of the host, or your network",
    "connect": "check the host and port, or try again later",
    "tls": "check the address, or " + SAVE_IT,
    "timeout": "try again later, or raise deadline in [fetch] of kliping.toml",
    "protocol": "the server's answer is no proper HTTP; try again later",
    "too_large": "raise max_bytes in [fetch] of kliping.toml to have it",
    "encoding": "the server's answer cannot be decoded; " + SAVE_IT,
    "truncated": "try again later",
    "redirects": "open it in a browser and give the address where it ends",
    "redirect_target": "open it in a browser and give the address where it ends",
    "robots": "ask the publisher; to have it all the same, --ignore-robots, or " + SAVE_IT,
    "robots_unreachable": "try again later",
    "paused": "try again then",
    "forbidden_address": "--allow-private opens loopback and private networks, nothing else does",
    "forbidden_port": "give the address of a web server",
    "http_429": "try again then",
    "http_404": "check the address; the page may be gone",
    "http_410": "the page is gone for good",
    "http_401": SAVE_IT,
    "http_402": SAVE_IT,
    "http_403": SAVE_IT,
    "http_407": SAVE_IT,
    "http_451": "the site may not show it where you are",
    "not_html": "give the address of an article's page",
    "teaser": "only the beginning is shown there; if you may read it, " + SAVE_IT,
    "login_wall": "if you have an account, " + SAVE_IT,
    "consent_wall": SAVE_IT,
    "bot_challenge": SAVE_IT,
    "soft_404": "check the address; the page may be gone",
    "listing": "give one article's address, or the list's feed to `kliping sources add`",
    "empty": "if it needs JavaScript, " + SAVE_IT,
    "too_short": "`kliping show` has what there is",
    "media": "there is no text to keep",
    "forgotten": "nothing at its addresses is filed any more",
}


def advise(code: str, *, feed: bool = False, filed: bool = True) -> str:
    """What to do about a reason's code; something true in every case.

    ``filed``: by a command that files the page, and takes a saved one with --html.
    """
    if not filed:
        shown = code in ("teaser", "too_short")
        what = "--json has what there is" if shown else advise(code)
        return what.replace("--html FILE", "FILE")
    if feed and code == "robots":
        return f"a crawl obeys: ask the publisher, or {OPEN_SOURCE}"
    if feed and SAVE_IT in ADVICE.get(code, ""):
        return "look for another address of the feed"
    if code in ADVICE:
        return ADVICE[code]
    if code.startswith("http_5"):
        return "the server has a problem; try again later"
    if code.startswith("http_"):
        return "check the address"
    if code.startswith("extraction_"):
        return "the page is broken or hostile and was given up"
    return "try again later"
