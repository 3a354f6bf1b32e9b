"""The verdict: what the page is, and the phrase that says why: ``judge_page``.

judging      the order of the rules            signals      what they ask about the page
walls        challenges, errors, log-ins       paywall      text that stops
kinds        players, galleries, lists         phrases      what such pages say, by language
posts        indexes of a blog                 phrasebook   lists of phrases, tried fast
calls        what stands under a walled text
"""

from scraper.extraction.verdict.calls import read_calls
from scraper.extraction.verdict.judging import judge_page

__all__ = ["judge_page", "read_calls"]
