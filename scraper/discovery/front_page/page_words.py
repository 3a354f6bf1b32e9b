"""Parts of class names and ids that tell what stands in an element of a front page, as data.

They differ from those of an article's page (``extraction.body.words``): there a list of headlines
is furniture, here it is the matter. A name is split at what is no letter and at the humps of
camelCase; parts are looked up alone and joined with the next one (``most-read``). ``header``,
``top``, ``widget``, ``list``, ``category`` and ``video`` name lists of articles as often as
furniture, and are absent.
"""

from __future__ import annotations

NAVIGATION_PARTS = frozenset(
    "nav navbar navigation navi mainnav subnav topnav menu menus submenu megamenu mega-menu "
    "mainmenu breadcrumb breadcrumbs pagination paginator pager paging footer foot topbar top-bar "
    "toolbar masthead sitemap skip-link offcanvas off-canvas hamburger quicklinks quick-links "
    "langs language-switcher lang-switcher site-header siteheader page-header-bar".split()
)
SERVICE_PARTS = frozenset(
    "share sharing shares social socials sociallinks addthis sharedaddy a2a follow cookie cookies "
    "consent gdpr onetrust didomi cmp newsletter newsletters signup sign-up subscribe subscription "
    "login signin user-menu donate donation comments commentlist comment-count disqus tags taglist "
    "tagcloud tag-list byline bylines author authors penulis autor autoren auteur kicker eyebrow "
    "advert advertisement advertising sponsor sponsored werbung iklan publicidad adsbygoogle "
    "adslot ad ads promo-banner epaper copyright legal disclaimer search searchform".split()
)
ASIDE_PARTS = frozenset(
    "sidebar side-bar related popular terpopuler trending most-read mostread most-popular rail "
    "recommended recommendations outbrain taboola terkait ticker".split()
)
TITLE_PARTS = frozenset(
    "title headline headlines heading judul titulo titular titre titel titolo tytul baslik ttl "
    "midashi cim nadpis naslov otsikko rubrik overskrift".split()
)
TIME_PARTS = frozenset(
    "time date datetime timestamp pubdate published publish-date posted tanggal waktu fecha datum "
    "zeit uhrzeit heure hora data-hora tarih saat ago".split()
)
