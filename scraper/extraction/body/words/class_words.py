# ruff: noqa: E501 - a reason's words read best on few lines
"""Class names, tags and roles that tell what an element is, as data.

Class words come from a count over real pages: a word stands here if what it encloses inside an
article's container was not the article's text in nineteen cases of twenty, over many publishers.
``text``, ``content``, ``block``, ``item``, ``inner``, ``widget``, ``teaser``, ``header`` did not
pass and must not be added.
"""

from __future__ import annotations

import re

# Elements that hold no text of an article, whatever their class.
FURNITURE_TAGS = frozenset("nav footer aside figure figcaption menu legend".split())
FURNITURE_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog alert menu menubar toolbar "
    "tablist tooltip status alertdialog".split()
)

# Reason → class or id words. Matched as whole parts of a name: split at everything that is no
# letter, and at the humps of camelCase (lower-cased names keep only the former).
CLASS_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("consent", ("cookie", "cookies", "cookielaw", "cookielawinfo", "cookie-notice", "cookiebar",
                 "cookieconsent", "consent", "gdpr", "dsgvo", "cmpbox", "cmp-popup",
                 "cmp-banner", "cmp-modal", "cmp-app", "cmpwrapper", "cmplz", "didomi", "onetrust",
                 "borlabs", "usercentrics", "sp-message", "cli-modal", "cli-privacy-content",
                 "privacy-popup", "qc-cmp")),
    ("caption", ("caption", "captions", "wp-caption-text", "credit", "credits", "legende",
                 "bildunterschrift", "photocredit", "figcaption", "imagecaption", "copyright",
                 "bu", "img-caption")),
    ("image", ("image", "images", "img", "photo", "photos", "picture", "gallery", "slideshow",
               "carousel", "slider", "lightbox", "thumbnail", "thumb", "bild", "foto", "galerie")),
    ("player", ("player", "video", "videos", "videoplayer", "audioplayer", "mediaplayer", "playlist", "audio", "podcast", "media-player", "jwplayer",
                "transcript-player")),
    ("related", ("related", "relacionadas", "relacionados", "relatedposts", "recommended",
                 "recommendations", "recommendation", "readmore", "read-more", "read-also",
                 "also-read", "lire-aussi", "trending", "popular", "mostread", "most-read",
                 "outbrain", "taboola", "yarpp", "jp-relatedposts", "similar", "terkait",
                 "baca-juga", "bacajuga", "more-stories", "morestories", "more-on", "more-from",
                 "upnext", "up-next", "next-article", "weitere", "promo", "promobox",
                 "crosspromo", "teaserlist", "linkbox", "topstories", "latest-news")),
    ("share", ("share", "sharing", "sharebar", "share-bar", "social", "socials", "sociallinks",
               "addthis", "sharedaddy", "shariff", "addtoany", "a2a", "sharetools", "follow",
               "social-media", "socialmedia", "shares")),
    ("byline", ("byline", "bylines", "author", "authors", "authorbox", "author-box", "author-bio",
                "authorbio", "autor", "auteur", "contributor", "contributors", "bio",
                "about-author", "authorinfo", "author-info", "dateline-author", "penulis")),
    ("meta", ("meta", "metadata", "timestamp", "pubdate", "publish-date", "post-date",
              "entry-meta", "postmeta", "postmetadata", "article-meta", "article-info",
              "date", "datetime", "readingtime", "read-time", "reading-time", "breadcrumb",
              "breadcrumbs", "kicker", "eyebrow", "label", "labels", "badge")),
    ("newsletter", ("newsletter", "newsletters", "infolettre", "nieuwsbrief", "nyhetsbrev",
                    "nyhedsbrev", "uutiskirje", "rundbrief", "boletin", "subscribe", "subscription", "signup", "sign-up",
                    "optin", "mc4wp", "mailchimp", "registration", "paywall-cta", "regwall",
                    "donate", "donation", "appeal", "membership", "login", "cta",
                    "call-to-action", "epaper")),
    ("comments", ("comment", "comments", "commentlist", "disqus", "respond", "reply",
                  "komentar", "kommentare", "commentaires", "comentarios", "livefyre",
                  "discussion", "reactions", "rating", "ratings", "poll", "quiz")),
    ("advert", ("ad", "ads", "advert", "advertisement", "advertising", "adsbygoogle", "adslot",
                "ad-slot", "ad-container", "adbox", "sponsor", "sponsored", "werbung", "anzeige",
                "iklan", "publicidad", "publicite", "pub", "dfp", "banner", "gpt", "ad-unit",
                "ad-wrapper", "adunit", "inline-ad", "outstream", "commercial")),
    ("controls", ("button", "buttons", "btn", "toolbar", "tools", "menu", "nav", "navbar",
                  "navigation", "pagination", "pager", "paging", "prev-next", "search",
                  "searchform", "form", "modal", "popup", "overlay", "tooltip", "dropdown",
                  "skip-link", "print-only", "printonly", "noprint", "no-print", "toc",
                  "table-of-contents", "control", "controls", "outdated-browser", "browser-outdated",
                  "browsehappy", "browserupgrade", "browser-warning", "browser-update")),
    ("furniture", ("footer", "sidebar", "side-bar", "sidebars", "rail", "tags", "taglist",
                   "tag-list", "tagcloud", "post-tags", "keywords", "topics", "hidden", "sr-only", "screen-reader-text",
                   "visually-hidden", "visuallyhidden", "screenreader", "disclaimer",
                   "disclosure", "infobox", "info-box", "factbox-links", "navbox", "reflist",
                   "mw-editsection", "catlinks", "noscript", "masthead", "topbar", "ticker")),
)  # fmt: skip


_REASONS = {
    word.replace("_", "-"): reason for reason, words in reversed(CLASS_WORDS) for word in words
}
_FIRST_PARTS = frozenset(word.partition("-")[0] for word in _REASONS)
_LONGEST = max(word.count("-") for word in _REASONS) + 1
_PART = re.compile(r"[a-z]+")
# Class names that state something of the page and not what the element is.
_STEM = re.compile(r"cookie|consent|comment(?!a)")  # "commentary" and "commentator" are none
_FOLDED = re.compile(r"paywall|content|text|body|article|story|premium")
"""What is hidden under these words is the rest of the text, folded away."""
_STATE = re.compile(
    r"(?:has|with|without|no|is|not|category|tag|format|post|type|status|js|page|single|hentry|"
    r"field-{1,2}label)[-_](?![-_])"
)
MAX_NAMES = 2_000
"""Class names are looked at up to this length."""


def class_reason(names: str) -> str:
    """Why an element with these class names (lower case) is furniture, or ``""``."""
    known = _KNOWN.get(names)
    if known is None:
        known = ""
        for name in names[:MAX_NAMES].split():
            known = _KNOWN.get(name)
            if known is None:
                known = _remember(name, _reason_of_name(name))
            if known:
                break
        _remember(names, known or "")
    return known or ""


# Elements of a page repeat their classes, and the web its class names. A dictionary that starts
# anew when it is full costs a third of ``lru_cache``.
_KNOWN: dict[str, str] = {}
MAX_KNOWN = 30_000


def _remember(names: str, reason: str) -> str:
    if len(_KNOWN) >= MAX_KNOWN:
        _KNOWN.clear()
    if len(names) <= MAX_NAMES:
        _KNOWN[names] = reason
    return reason


def _reason_of_name(name: str) -> str:
    """The parts of a name are looked up alone and joined with their neighbours:
    ``wp-caption-text``, ``post__read-more``."""
    parts = _PART.findall(name)
    if _FIRST_PARTS.isdisjoint(parts) and not _STEM.search(name):
        return ""
    if _STATE.match(name):
        return ""
    for start, part in enumerate(parts):
        if stem := _STEM.match(part):
            return "comments" if stem[0] == "comment" else "consent"
        joined = part
        for neighbour in ("", *parts[start + 1 : start + _LONGEST]):
            joined = f"{joined}-{neighbour}" if neighbour else part
            reason = _REASONS.get(joined)
            if reason and not (joined == "hidden" and _FOLDED.search(name)):
                return reason
    return ""
