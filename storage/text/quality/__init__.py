"""Which of two contents of an article is the better one. Pure.

judging       what is weighed, and the rules in their order
endings       how a text ends: cut off, broken off, at a wall
subject       what a text is about, beside another one and its headline
readings      another reading of the same page
posts         readers' posts in a text's place
garbling      letters that the character set broke; its parts are
misreading    the bytes read in another set         lost_letters  left out, or a mark for each
alphabets     how odd words look
"""

from storage.text.quality.judging import (
    REMEMBERED,
    Facts,
    Kind,
    Loss,
    facts_of,
    judge,
    judge_against,
)
from storage.text.quality.readings import Reread, cause_of, may_lose_text, measure_by

__all__ = [
    "REMEMBERED",
    "Facts",
    "Kind",
    "Loss",
    "Reread",
    "cause_of",
    "facts_of",
    "judge",
    "judge_against",
    "may_lose_text",
    "measure_by",
]
