# ruff: noqa: E501 - a language's words read best on one line
"""What pages that are no articles say (``data/verdict_phrases.txt``), and what their markup is called."""

from __future__ import annotations

import re

from scraper.extraction.verdict.phrasebook import read_books

_BOOKS = read_books("verdict_phrases.txt")
NOT_FOUND_TITLE = _BOOKS["not found title"]
NOT_FOUND = _BOOKS["not found"]
CHALLENGE_TITLE = _BOOKS["challenge title"]
CHALLENGE = _BOOKS["challenge"]
CONSENT_ACT = _BOOKS["consent act"]
CONSENT = _BOOKS["consent"]
LOGIN_TITLE = _BOOKS["login title"]
LOGIN = _BOOKS["login"]
PAYWALL = _BOOKS["paywall"]
SUBSCRIBED = _BOOKS["subscribed"]
NEEDS_SCRIPT = _BOOKS["needs script"]
NEEDS_ADVERTS = _BOOKS["needs adverts"]
PLACEHOLDER = _BOOKS["placeholder"]

# fmt: off
CHALLENGE_CLASS = re.compile(r"cf-(?:challenge|wrapper|error|browser-verification)|challenge-(?:form|running|error|stage|platform|container)|px-captcha|captcha|cf-turnstile|datadome|botdetect|(?<![a-z])robot-check|ddg-l10n")
# On a page with hardly a link, no date and little text, three different ones say what it is.
CHALLENGE_WORD = re.compile(r"captcha|robot|\bbots?\b|\bhuman\b|security|blocked|denied|verif|javascript|cookies|firewall|\bray id|incident id|reference (?:id|#|number)|\bip\b|suspicious|malicious|automated|unusual|ddos|bloqué|bloquead|sicherheit|blockiert|sécurité|seguridad|segurança|sicurezza|bloccat|безопасност|заблокирован|подозрительн|安全|异常|拦截|セキュリティ|보안|차단|güvenlik|engellendi|keamanan|diblokir|bezpečnost|bezpieczeń|zablokowan|nietypow|säkerhet|beveiliging|geblokkeerd")
# Where the scripts and frames of challenges come from, on pages that have nothing else.
CHALLENGE_SOURCE = re.compile(r"_incapsula_resource|captcha-delivery\.com|captcha\.px-c|px-c(?:loud|dn)\.net/[^/]+/captcha|\.awswaf\.com|/cdn-cgi/challenge-platform/h/|challenges\.cloudflare\.com|/\.well-known/ddos-guard/|check\.ddos-guard|/\.within\.website/|/_sec/cp_challenge|geo\.captcha|validate\.perfdrive|arkoselabs\.com|geetest\.com|/149e9513-01fa-4fb0|hcaptcha\.com/1/api|vercel/security")
CONSENT_CLASS = re.compile(r"onetrust|didomi|qc-cmp|sp_message|sp-message|usercentrics|iubenda|cmpbox|fc-consent|cybotcookiebot|cmplz|tc-privacy|truste|trustarc|axeptio|klaro|cookiewall|cookie-wall|consent-(?:page|wall|gate|layer)|cmp-(?:popup|container|wall)")
PAYWALL_CLASS = re.compile(r"(?<![a-z])(?:paywall|pay-wall|regwall|piano-(?:offer|paywall|container)|tp-(?:modal|container-inner)|poool-widget|subscriber-only|subscribers-only|premium-(?:paywall|barrier|content-barrier|box)|barrier(?:-page)?|meter(?:ed)?-(?:paywall|gate)|pw-(?:gate|container)|paid-barrier|paidcontent-barrier|article-gate|content-gate|gate-(?:overlay|box)|gateway-(?:content|container)|abo-schranke|plus-paywall|leaky-paywall|lp-offer|fade-?out|blur(?:red)?-(?:text|content|article|paragraphs?)|article-fade|wall-(?:bottom|text))(?![a-z])")
# fmt: on
